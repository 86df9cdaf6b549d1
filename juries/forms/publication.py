"""After the jury: what the CPNEFP decides, when results are published, and the resits that follow."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from candidates.forms.fields import day_input

from ..models import Deliberation, Dossier

MORNING = time(9)


class ScheduleForm(forms.Form):
    """A moment of Paris."""

    on = forms.DateField(label="Jour", widget=day_input())
    at = forms.TimeField(label="Heure", initial=MORNING, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    @property
    def due_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"]))


class RatificationForm(forms.Form):
    """The CPNEFP follows the jury on every block, but those for which a reason is written."""

    decided_on = forms.DateField(label="Date de la décision", widget=day_input())
    chaired_by = forms.CharField(label="Présidée par", max_length=160)
    note = forms.CharField(label="Observations", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, decided: Mapping[Dossier, list[Deliberation]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decided = decided
        for deliberation in self.deliberations:
            self.fields[f"reason_{deliberation.pk}"] = forms.CharField(
                required=False,
                max_length=2000,
                label=f"Motif du renvoi de {deliberation.code}",
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "Motif du renvoi"}),
            )

    @property
    def deliberations(self) -> list[Deliberation]:
        return [deliberation for deliberations in self.decided.values() for deliberation in deliberations]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "dossier": dossier,
                "blocks": [{"deliberation": row, "reason": self[f"reason_{row.pk}"]} for row in deliberations],
            }
            for dossier, deliberations in self.decided.items()
        ]

    def exceptions(self) -> dict[Deliberation, str]:
        reasons = {row: self.cleaned_data[f"reason_{row.pk}"] for row in self.deliberations}
        return {row: reason for row, reason in reasons.items() if reason}


class ResitForm(forms.Form):
    """Of which candidates the refused blocks are evaluated again, and by when."""

    due_on = forms.DateField(label="À rendre pour le", widget=day_input())
    dossiers = forms.ModelMultipleChoiceField(
        Dossier.objects.none(),
        error_messages={
            "required": "Choisissez au moins un candidat.",
            "invalid_choice": "Cette liste a changé : choisissez à nouveau.",
        },
    )

    def __init__(self, *args: Any, openable: QuerySet[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossiers: Any = self.fields["dossiers"]
        dossiers.queryset = openable
