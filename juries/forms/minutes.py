"""What the chair writes in the minutes, and what a member answers."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from ..models import Dossier


class IncidentsForm(forms.Form):
    incidents = forms.CharField(
        label="Incidents de séance",
        help_text="Un par ligne ; laissez vide s’il n’y en a pas eu.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def lines(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["incidents"].splitlines() if line.strip()]


class ApprovalForm(forms.Form):
    """The moment of what the member has read: minutes submitted again since are not those."""

    submitted_at = forms.DateTimeField(widget=forms.HiddenInput(), input_formats=["iso"])


class AddendumForm(forms.Form):
    """On one dossier that the reader sees, or on the session."""

    dossier = forms.ModelChoiceField(
        Dossier.objects.none(), label="Porte sur", required=False, empty_label="Toute la session"
    )
    corrects = forms.CharField(label="Ce que le procès-verbal indique", widget=forms.Textarea(attrs={"rows": 2}))
    text = forms.CharField(label="Ce qu’il faut lire", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, dossiers: QuerySet[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dossier"]
        field.queryset = dossiers  # type: ignore[attr-defined]
        field.label_from_instance = _named  # type: ignore[attr-defined]


def _named(dossier: Dossier) -> str:
    return f"{dossier.enrolment.candidate.display_name}, {dossier.enrolment.reference}"
