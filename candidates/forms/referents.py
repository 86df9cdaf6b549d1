"""Whom to invite as the referent of which candidates."""

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from organisations.forms import plain_name

from ..models import Enrolment, EnrolmentQuerySet
from .fields import PlainHelper, set_queryset


class CandidateChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, enrolment: Enrolment) -> str:
        referent = f"aujourd’hui suivi par {enrolment.referent}" if enrolment.referent else "sans référent"
        return f"{enrolment.candidate} ({enrolment.reference}), {referent}"


class ReferentForm(forms.Form):
    email = forms.EmailField(label="Adresse électronique", help_text="Le lien et les codes partent à cette adresse.")
    first_name = forms.CharField(label="Prénom", max_length=80, validators=[plain_name])
    last_name = forms.CharField(label="Nom", max_length=80, validators=[plain_name])
    enrolments = CandidateChoice(
        Enrolment.objects.none(),
        label="Pour évaluer",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un candidat."},
    )

    def __init__(self, *args: Any, enrolments: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "enrolments", enrolments)
        for name in ("email", "first_name", "last_name"):  # Somebody else's, which the browser must not offer.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.helper = PlainHelper()
        self.helper.layout = Layout(
            "email",
            Row(Column("first_name", css_class="col-md-6"), Column("last_name", css_class="col-md-6")),
            "enrolments",
        )

    @property
    def person(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("email", "first_name", "last_name")}

    @property
    def chosen(self) -> EnrolmentQuerySet:
        chosen: EnrolmentQuerySet = self.cleaned_data["enrolments"]
        return chosen
