"""What is typed of an enrolment, when it is made and while it goes on."""

from datetime import date, timedelta
from typing import Any, cast

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import Q

from accounts.models import User
from blocks.enums import RouteCode
from blocks.facts import standard_of
from blocks.models import StandardVersion
from blocks.sentences import sentence
from rulebook.composition import judge_options
from rulebook.outcomes import EntryStanding

from ..facts import entry_on, version_for
from ..models import Cohort, Enrolment
from .fields import (
    FollowUpField,
    PlainHelper,
    cohort_field,
    day_field,
    follow_up_field,
    follow_up_value,
    initiative_field,
    offer_organisations,
    option_choices,
    options_field,
    organisation_field,
    set_choices,
    set_queryset,
)
from .people import IdentityForm

FURTHEST_ENTRY = timedelta(days=366)


class PathForm(forms.Form):
    """What every enrolment chooses, whatever its way: with whom, for which options."""

    cohort = cohort_field()
    followed_by = follow_up_field()
    initiative = initiative_field()
    options = options_field()
    acknowledged = forms.BooleanField(
        label="J’ai compris, inscrire quand même",
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    version: StandardVersion
    is_unregistered = False

    def offer_path(self, user: User, *, today: date) -> None:
        set_choices(self, "options", option_choices(self.version))
        set_queryset(self, "cohort", Cohort.objects.visible_to(user).order_by("-starts_on", "name", "pk"))
        cast(FollowUpField, self.fields["followed_by"]).offer(user, on=today)

    def clean_options(self) -> list[str]:
        """Judged here too, so that all that is wrong is told at once."""
        options: list[str] = self.cleaned_data["options"]
        verdict = judge_options(standard_of(self.version).composition, options)
        if not verdict.answer:
            raise forms.ValidationError([sentence(reason) for reason in verdict.reasons])
        return options

    def check_registration(self, entered_on: date | None, *, advice: str) -> None:
        """An entry outside every registration is accepted, knowingly."""
        if entered_on:
            entry = entry_on(version_for(entered_on), entered_on).answer
            self.is_unregistered = entry.standing == EntryStanding.UNREGISTERED
        if self.is_unregistered and not self.cleaned_data.get("acknowledged") and not self.errors:
            self.add_error("acknowledged", advice)

    @property
    def path(self) -> dict[str, Any]:
        company, referent = self.cleaned_data["followed_by"]
        return {
            "options": self.cleaned_data["options"],
            "cohort": self.cleaned_data["cohort"],
            "company": company,
            "referent": referent,
            "initiative": self.cleaned_data["initiative"],
        }


class EnrolForm(IdentityForm, PathForm):
    """One page for one enrolment: who, by which way, with whom, for which options. VAE has its own."""

    route = forms.ChoiceField(label="Voie d’accès")
    training_organisation = organisation_field()
    entered_on = day_field("Date d’entrée", help_text="Entrée en formation. Elle fixe l’enregistrement au RNCP.")

    KEPT = ("route", "entered_on", "training_organisation", "cohort", "initiative")  # from one enrolment to the next

    def __init__(self, *args: Any, user: User, is_admin: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.version = version_for(today)
        routes = self.version.routes.filter(is_open=True).exclude(code=RouteCode.VAE).order_by("position", "pk")
        set_choices(self, "route", [("", "Choisir…"), *((route.code, str(route)) for route in routes)])
        self.offer_path(user, today=today)
        offer_organisations(self, user, is_required=not is_admin)
        self.helper.layout = Layout(
            Fieldset("Identité", *self.identity_layout()),
            Fieldset("Parcours", *self.route_layout(), css_class="section"),
            Fieldset("Options", "options", css_class="section"),
        )

    def route_layout(self) -> list[Any]:
        return [
            Row(Column("route", css_class="col-md-6"), Column("entered_on", css_class="col-md-6")),
            Row(Column("training_organisation", css_class="col-md-6"), Column("cohort", css_class="col-md-6")),
            Row(Column("followed_by", css_class="col-md-6"), Column("initiative", css_class="col-md-6")),
        ]

    def clean_entered_on(self) -> date:
        entered_on: date = self.cleaned_data["entered_on"]
        if entered_on > self.today + FURTHEST_ENTRY:
            raise forms.ValidationError("Cette date est dans plus d’un an : vérifiez l’année.")
        return entered_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_dates()
        self._check_organisation()
        advice = "Cochez pour confirmer, ou corrigez la date d’entrée."
        self.check_registration(cleaned.get("entered_on"), advice=advice)
        return cleaned

    def _check_dates(self) -> None:
        entered_on, birth_date = self.cleaned_data.get("entered_on"), self.cleaned_data.get("birth_date")
        if entered_on and birth_date and birth_date >= entered_on:
            self.add_error("entered_on", "L’entrée précède la naissance.")

    def _check_organisation(self) -> None:
        is_missing = "training_organisation" in self.cleaned_data and not self.cleaned_data["training_organisation"]
        needing = self.version.routes.filter(needs_training_organisation=True)
        if is_missing and needing.filter(code=self.cleaned_data.get("route")).exists():
            self.add_error("training_organisation", "Choisissez l’organisme de formation : cette voie en suppose un.")

    @property
    def enrolment(self) -> dict[str, Any]:
        """What `services.enrol` takes besides the identity."""
        return self.path | {
            "route": self.cleaned_data["route"],
            "entered_on": self.cleaned_data["entered_on"],
            "organisation": self.cleaned_data["training_organisation"],
            "email": self.cleaned_data["email"],
        }

    @property
    def kept(self) -> dict[str, str]:
        """What the next enrolment starts from, as an address carries it."""
        return {name: self.data.get(name, "") for name in self.KEPT}


class VaeEnrolForm(PathForm):
    """Who and since when are those of the admissible request: the rest is chosen."""

    field_order = ("followed_by", "cohort", "initiative", "options")

    def __init__(self, *args: Any, admitted_on: date, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.admitted_on = admitted_on
        self.version = version_for(admitted_on)
        self.offer_path(user, today=today)
        self.helper = PlainHelper()
        self.helper.layout = Layout("followed_by", "cohort", "initiative", "options")

    def clean(self) -> dict[str, Any]:
        self.check_registration(self.admitted_on, advice="Cochez pour confirmer.")
        return self.cleaned_data


class OptionsForm(forms.Form):
    options = options_field()

    def __init__(self, *args: Any, version: StandardVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "options", option_choices(version))


class FollowUpForm(forms.Form):
    cohort = cohort_field()
    followed_by = follow_up_field()
    initiative = initiative_field()

    def __init__(self, *args: Any, enrolment: Enrolment, user: User, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "cohort": enrolment.cohort_id,
            "followed_by": follow_up_value(enrolment),
            "initiative": enrolment.initiative,
        }
        super().__init__(*args, **kwargs)
        ours = Q(training_organisation=enrolment.training_organisation_id) | Q(training_organisation=None)
        cohorts = Cohort.objects.visible_to(user).filter(ours, version=enrolment.version)
        set_queryset(self, "cohort", cohorts.order_by("-starts_on", "name", "pk"))
        cast(FollowUpField, self.fields["followed_by"]).offer(user, on=today, keep=enrolment)

    @property
    def follow_up(self) -> dict[str, Any]:
        company, referent = self.cleaned_data["followed_by"]
        return {
            "cohort": self.cleaned_data["cohort"],
            "company": company,
            "referent": referent,
            "initiative": self.cleaned_data["initiative"],
        }


class WithdrawalForm(forms.Form):
    withdrawn_on = day_field("Date de l’abandon")
