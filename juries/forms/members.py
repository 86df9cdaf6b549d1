"""Who is mandated to sit on juries."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from accounts.models import User
from blocks.enums import CollegeCode
from candidates.forms.fields import day_input
from organisations.forms import plain_name
from organisations.models import Company, TrainingOrganisation

from ..models import JuryMemberQuerySet


class MandateForm(forms.Form):
    """Who is mandated, by which college, and what ties them to candidates."""

    first_name = forms.CharField(label="Prénom", max_length=80, validators=[plain_name])
    last_name = forms.CharField(label="Nom", max_length=80, validators=[plain_name])
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Elle sert à se connecter. Si elle a déjà un compte, c’est lui qui est mandaté, sous son propre nom.",
    )
    college = forms.TypedChoiceField(label="Collège", choices=CollegeCode, coerce=CollegeCode)
    body = forms.CharField(
        label="Organisation qui mandate",
        max_length=160,
        help_text="La confédération, la CSCA, l’organisme de formation ; pour un expert, sa qualité.",
    )
    training_organisation = forms.ModelChoiceField(
        TrainingOrganisation.objects.none(),
        label="Organisme de formation représenté",
        required=False,
        empty_label="aucun",
        help_text="Pour le collège de l’organisme de formation, et pour lui seul.",
    )
    company = forms.ModelChoiceField(
        Company.objects.none(),
        label="Employeur",
        required=False,
        empty_label="aucune de ces entreprises",
        help_text="S’il emploie des candidats : ce membre sera retiré de leurs dossiers.",
    )
    starts_on = forms.DateField(label="Premier jour", widget=day_input())
    ends_on = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=day_input(),
        help_text="Compris. Vide si le mandat n’a pas de terme.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company: Any = self.fields["company"]
        company.queryset = Company.objects.visible_to(user).order_by("name", "pk")
        organisation: Any = self.fields["training_organisation"]
        organisation.queryset = TrainingOrganisation.objects.visible_to(user).order_by("name", "pk")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset("La personne", Row(Column("first_name"), Column("last_name")), "email"),
            Fieldset(
                "Son mandat",
                Row(Column("college"), Column("training_organisation")),
                "body",
                Row(Column("starts_on"), Column("ends_on")),
                "company",
                css_class="section",
            ),
        )


class EndMandateForm(forms.Form):
    on = forms.DateField(label="Dernier jour du mandat", widget=day_input(), help_text="Compris.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class MandateFilter(forms.Form):
    ENDED = "ended"

    state = forms.ChoiceField(
        label="Mandats", required=False, choices=[("", "en cours ou à venir"), (ENDED, "terminés")]
    )

    @property
    def is_on_ended(self) -> bool:
        return self.is_valid() and self.cleaned_data["state"] == self.ENDED

    def apply(self, members: JuryMemberQuerySet, *, on: date) -> JuryMemberQuerySet:
        return members.ended(on) if self.is_on_ended else members.in_force_or_to_come(on)
