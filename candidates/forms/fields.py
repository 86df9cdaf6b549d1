"""Fields and gestures that several forms share."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet

from accounts.models import User
from blocks.enums import BlockGroup
from blocks.models import Block, StandardVersion
from organisations.enums import Role
from organisations.models import Company, Membership, TrainingOrganisation

from ..enums import Initiative
from ..models import Cohort, Enrolment

Choices = Iterable[tuple[Any, Any]]


def day_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), **options)


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PlainHelper(FormHelper):
    """Fields only: the page writes the form's tag and its buttons."""

    form_tag = False
    disable_csrf = True


def set_choices(form: forms.BaseForm, name: str, choices: Choices) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def set_queryset(form: forms.BaseForm, name: str, queryset: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = queryset


def cohort_field() -> "forms.ModelChoiceField[Cohort]":
    return forms.ModelChoiceField(Cohort.objects.none(), label="Promotion", required=False, empty_label="Aucune")


def organisation_field() -> "forms.ModelChoiceField[TrainingOrganisation]":
    return forms.ModelChoiceField(
        TrainingOrganisation.objects.none(), label="Organisme de formation", empty_label="Choisir…"
    )


def offer_organisations(form: forms.BaseForm, user: User, *, is_required: bool) -> None:
    """The organisations that `user` sees; where there is only one to choose, it is chosen."""
    organisations = TrainingOrganisation.objects.visible_to(user).order_by("name", "pk")
    field = cast("forms.ModelChoiceField[TrainingOrganisation]", form.fields["training_organisation"])
    if is_required and len(organisations[:2]) == 1:
        field.empty_label = None
    elif not is_required:
        field.empty_label = "Aucun"
    field.queryset, field.required = organisations, is_required


def initiative_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Initiative de l’inscription",
        required=False,
        choices=[("", "À préciser plus tard"), *Initiative.choices],
        help_text="Qui l’a voulue ? La déclaration du titulaire à la Caisse des Dépôts le demande.",
    )


def options_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Blocs optionnels",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Deux, au choix du candidat.",
    )


def option_choices(version: StandardVersion) -> list[tuple[str, str]]:
    blocks: Iterable[Block] = version.blocks.filter(group=BlockGroup.OPTIONAL).order_by("position", "pk")
    return [(block.code, str(block)) for block in blocks]


class FollowUpField(forms.ChoiceField):
    """The company and its referent in one list: « Cabinet Durand – Claire Morel »."""

    companies: dict[int, Company]
    people: dict[int, User]

    def offer(self, user: User, *, on: date, keep: Enrolment | None = None) -> None:
        """The companies that `user` may choose, each with its referents of that day, and what `keep` already has."""
        companies = Company.objects.visible_to(user).order_by("name", "pk")
        referents = _referents_by_company(user, on)
        if keep and keep.referent and keep.referent not in referents.get(keep.company_id or 0, []):
            referents.setdefault(keep.company_id or 0, []).append(keep.referent)
        self.companies = {company.pk: company for company in companies}
        self.people = {referent.pk: referent for people in referents.values() for referent in people}
        self.choices = [
            ("", "À préciser plus tard"),
            *(
                (str(company), _choices_of(company, referents.get(company.pk, [])))
                for company in self.companies.values()
            ),
        ]

    def clean(self, value: Any) -> tuple[Company | None, User | None]:
        company, _, referent = super().clean(value).partition("-")
        if not company:
            return None, None
        return self.companies[int(company)], self.people[int(referent)] if referent else None


def follow_up_field() -> FollowUpField:
    return FollowUpField(
        label="Entreprise et référent",
        required=False,
        help_text="Référent absent ? Choisissez son entreprise, « référent à désigner » : vous l’invitez ensuite. "
        "Entreprise absente ? Ajoutez-la dans « Organisations ».",
    )


def follow_up_value(enrolment: Enrolment) -> str:
    return "-".join(str(pk) for pk in [enrolment.company_id, enrolment.referent_id] if pk)


def _referents_by_company(user: User, on: date) -> dict[int, list[User]]:
    roles = (
        Membership.objects.visible_to(user)
        .filter(role=Role.COMPANY_REFERENT, user__is_active=True)
        .in_force(on)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    referents: dict[int, list[User]] = {}
    for role in roles:
        referents.setdefault(role.company_id, []).append(role.user)
    return referents


def _choices_of(company: Company, referents: Iterable[User]) -> list[tuple[str, str]]:
    named = [(f"{company.pk}-{referent.pk}", f"{company} – {referent}") for referent in referents]
    return [*named, (str(company.pk), f"{company} – référent à désigner")]
