"""A session before it is convened: a meeting at its hour or a vote in writing between two moments, and its agenda."""

from datetime import datetime, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from blocks.models import StandardVersion
from candidates.forms.fields import day_input
from candidates.models import Enrolment, EnrolmentQuerySet

from ..enums import SessionMeans
from .fields import moment_input

MEETING, WINDOW = ("held_on", "starts", "expected_minutes"), ("written_opens_at", "written_closes_at")
DURATIONS = [(minutes, f"{minutes // 60} h{' 30' if minutes % 60 else ''}") for minutes in range(60, 481, 30)]
USUAL = {"starts": time(9, 30), "expected_minutes": 210}


class PrepareForm(forms.Form):
    """What is asked for besides depends on how the session is held: the rest of what was typed is left aside."""

    version = forms.ModelChoiceField(StandardVersion.objects.none(), label="Référentiel", empty_label=None)
    means = forms.ChoiceField(label="Tenue", choices=SessionMeans)
    place = forms.CharField(label="Lieu ou moyen de réunion", max_length=160)
    held_on = forms.DateField(label="Date de la session", required=False, widget=day_input())
    starts = forms.TimeField(
        label="Heure de début",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Heure de Paris.",
    )
    expected_minutes = forms.TypedChoiceField(
        label="Durée prévue", required=False, choices=[("", "non précisée"), *DURATIONS], coerce=int, empty_value=None
    )
    written_opens_at = forms.DateTimeField(
        label="Ouverture du vote", required=False, widget=moment_input(), help_text="Heure de Paris."
    )
    written_closes_at = forms.DateTimeField(
        label="Clôture du vote",
        required=False,
        widget=moment_input(),
        help_text="Le quorum se compte à ce moment, sur qui a voté.",
    )
    masks_identity = forms.BooleanField(
        label="Dossiers anonymes",
        required=False,
        help_text="Le jury ne lit ni nom, ni entreprise, ni organisme, sauf pour déclarer ses conflits d’intérêts.",
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial=USUAL | kwargs.pop("initial", {}), **kwargs)
        version: Any = self.fields["version"]
        version.queryset = StandardVersion.objects.select_related("certification").order_by("-starts_on", "-pk")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version",
            Row(Column("means"), Column("place")),
            Fieldset(
                "La séance",
                Row(
                    Column("held_on", css_class="needed"),
                    Column("starts", css_class="needed"),
                    Column("expected_minutes"),
                ),
                css_class="section meeting",
            ),
            Fieldset(
                "Le vote par écrit",
                Row(Column("written_opens_at"), Column("written_closes_at"), css_class="needed"),
                css_class="section window",
            ),
            Fieldset("La lecture des dossiers", "masks_identity", css_class="section"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_written = cleaned.get("means") == SessionMeans.WRITTEN
        for name in WINDOW if is_written else ("held_on", "starts"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "Ce champ est obligatoire.")
        opens_at, closes_at = cleaned.get("written_opens_at"), cleaned.get("written_closes_at")
        if is_written and opens_at and closes_at and closes_at <= opens_at:
            self.add_error("written_closes_at", "Le vote se clôt après son ouverture.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What `prepare_session` is told."""
        given = self.cleaned_data
        common = {name: given[name] for name in ("version", "place", "masks_identity")}
        common["means"] = SessionMeans(given["means"])
        if common["means"] == SessionMeans.WRITTEN:
            window = {name: given[name] for name in WINDOW}
            return common | window | {"held_on": timezone.localdate(given["written_closes_at"])}
        starts_at = timezone.make_aware(datetime.combine(given["held_on"], given["starts"]))
        return common | {
            "held_on": given["held_on"],
            "starts_at": starts_at,
            "expected_minutes": given["expected_minutes"],
        }


class AgendaForm(forms.Form):
    enrolments = forms.ModelMultipleChoiceField(
        Enrolment.objects.none(), error_messages={"required": "Choisissez au moins un candidat."}
    )

    def __init__(self, *args: Any, convenable: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enrolments: Any = self.fields["enrolments"]
        enrolments.queryset = convenable
