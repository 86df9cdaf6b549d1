"""The filters of lists, read from the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from blocks.enums import RouteCode
from organisations.models import TrainingOrganisation

from ..enums import AdmissibilityStage, EnrolmentState
from ..models import AdmissibilityRequest, AdmissibilityRequestQuerySet, Cohort, Enrolment, EnrolmentQuerySet
from .fields import set_choices, set_queryset


class EnrolmentFilterForm(forms.Form):
    q = forms.CharField(label="Nom ou référence", required=False, widget=forms.TextInput({"type": "search"}))
    route = forms.ChoiceField(label="Voie", required=False, choices=[("", "Toutes"), *RouteCode.choices])
    organisation = forms.ModelChoiceField(
        TrainingOrganisation.objects.none(), label="Organisme", required=False, empty_label="Tous"
    )
    cohort = forms.ModelChoiceField(Cohort.objects.none(), label="Promotion", required=False, empty_label="Toutes")
    year = forms.TypedChoiceField(label="Année d’entrée", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="Situation", required=False, choices=[("", "Toutes"), *EnrolmentState.choices])

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data)
        self.enrolments = Enrolment.objects.visible_to(user)
        organisations = TrainingOrganisation.objects.visible_to(user).order_by("name", "pk")
        years = [day.year for day in self.enrolments.dates("entered_on", "year", order="DESC")]
        set_queryset(self, "organisation", organisations)
        set_queryset(self, "cohort", Cohort.objects.visible_to(user).order_by("-starts_on", "name", "pk"))
        set_choices(self, "year", [("", "Toutes"), *((year, str(year)) for year in years)])
        if len(organisations) < 2:
            del self.fields["organisation"]

    def filtered(self) -> EnrolmentQuerySet:
        """What the readable filters leave; an unreadable one filters nothing."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        enrolments = self.enrolments
        if "q" in chosen:
            enrolments = enrolments.matching(chosen["q"])
        if "state" in chosen:
            enrolments = enrolments.in_state(EnrolmentState(chosen["state"]))
        lookups = {"route": "route__code", "organisation": "training_organisation", "cohort": "cohort"} | {
            "year": "entered_on__year"
        }
        return enrolments.filter(**{lookups[name]: value for name, value in chosen.items() if name in lookups})


class AdmissibilityFilterForm(forms.Form):
    q = forms.CharField(label="Nom", required=False, widget=forms.TextInput({"type": "search"}))
    stage = forms.ChoiceField(label="Situation", required=False, choices=[("", "Toutes"), *AdmissibilityStage.choices])

    def __init__(self, data: Mapping[str, Any], *, user: User, on: date) -> None:
        super().__init__(data)
        self.requests = AdmissibilityRequest.objects.visible_to(user)
        self.on = on

    def filtered(self) -> AdmissibilityRequestQuerySet:
        """What the readable filters leave; an unreadable one filters nothing."""
        self.is_valid()
        requests = self.requests
        if words := self.cleaned_data.get("q"):
            requests = requests.matching(words)
        if stage := self.cleaned_data.get("stage"):
            requests = requests.in_stage(AdmissibilityStage(stage), on=self.on)
        return requests
