"""What is recorded of those who contest their results."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db.models import QuerySet

from candidates.forms.fields import day_input

from ..enums import AppealOutcome
from ..models import AppealQuerySet, Dossier


class DossierField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.enrolment.candidate} ({obj.enrolment.reference})"


class AppealForm(forms.Form):
    dossier = DossierField(Dossier.objects.none(), label="Candidat", empty_label="choisissez")
    received_on = forms.DateField(label="Reçu le", widget=day_input(), help_text="Le jour où la demande est arrivée.")
    grounds = forms.CharField(
        label="Ce que le candidat conteste, et pourquoi",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )

    def __init__(self, *args: Any, dossiers: QuerySet[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["dossier"]
        choice.queryset = dossiers.select_related("enrolment__candidate").order_by(
            "enrolment__candidate__search_key", "pk"
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(Row(Column("dossier"), Column("received_on")), "grounds")


class SettleForm(forms.Form):
    outcome = forms.TypedChoiceField(
        label="Issue",
        choices=AppealOutcome,
        coerce=AppealOutcome,
        widget=forms.RadioSelect,
        help_text="Accueilli : les blocs refusés reviennent devant un prochain jury, sur les mêmes évaluations.",
    )
    outcome_on = forms.DateField(label="Date de l’issue", widget=day_input())
    reason = forms.CharField(label="Motif", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class AppealFilter(forms.Form):
    PENDING, LATE = "pending", "late"

    q = forms.CharField(label="Nom ou référence", required=False, max_length=80)
    state = forms.ChoiceField(
        label="Issue",
        required=False,
        choices=[("", "toutes"), (PENDING, "en attente"), *AppealOutcome.choices],
    )
    late = forms.ChoiceField(
        label="Délai", required=False, choices=[("", "tous"), ("no", "dans le délai"), (LATE, "hors délai")]
    )

    def apply(self, appeals: AppealQuerySet) -> AppealQuerySet:
        """A filter that is not one of ours narrows nothing."""
        self.full_clean()
        given = self.cleaned_data
        found = appeals.matching(given["q"]) if given.get("q") else appeals
        if given.get("late"):
            found = found.late() if given["late"] == self.LATE else found.in_time()
        state = given.get("state")
        if not state:
            return found
        return found.pending() if state == self.PENDING else found.filter(outcome=state)
