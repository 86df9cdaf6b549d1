"""What is typed of a cohort."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from accounts.models import User
from blocks.enums import ChannelCode

from ..models import Cohort, postcode
from .fields import PlainHelper, day_field, offer_organisations, organisation_field


def deadline_field(channel: str) -> str:
    return f"due_{channel}"


class DeadlineFields(forms.Form):
    """By when each channel is due: a day for each, and each may wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in ChannelCode.choices:
            self.fields[deadline_field(code)] = day_field(label[0].upper() + label[1:], required=False)

    @property
    def deadlines(self) -> dict[str, date]:
        days = {code: self.cleaned_data.get(deadline_field(code)) for code in ChannelCode.values}
        return {code: day for code, day in days.items() if day}

    def check_deadlines(self, starts_on: date) -> None:
        for code, due_on in self.deadlines.items():
            if due_on < starts_on:
                self.add_error(deadline_field(code), "Cette échéance précède le début de la promotion.")


def exam_postcode_field() -> forms.CharField:
    return forms.CharField(
        label="Code postal du centre d’examen",
        required=False,
        validators=[postcode],
        widget=forms.TextInput({"inputmode": "numeric", "maxlength": "5"}),
        help_text="La déclaration des titulaires à la Caisse des Dépôts le demande.",
    )


class DeadlinesForm(DeadlineFields):
    exam_postcode = exam_postcode_field()

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        known = {deadline_field(deadline.channel.code): deadline.due_on for deadline in cohort.deadlines.all()}
        kwargs["initial"] = known | {"exam_postcode": cohort.exam_postcode}
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.order_fields([deadline_field(code) for code in ChannelCode.values])

    def clean(self) -> dict[str, Any]:
        self.check_deadlines(self.cohort.starts_on)
        return self.cleaned_data


class CohortForm(DeadlineFields):
    name = forms.CharField(label="Nom", max_length=120, help_text="Par exemple « Lyon, septembre 2026 ».")
    training_organisation = organisation_field()
    starts_on = day_field("Début")
    ends_on = day_field("Fin")
    exam_postcode = exam_postcode_field()

    def __init__(self, *args: Any, user: User, is_admin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, user, is_required=not is_admin)
        self.helper = PlainHelper()
        self.helper.layout = Layout(
            "name",
            "training_organisation",
            Row(Column("starts_on", css_class="col-md-6"), Column("ends_on", css_class="col-md-6")),
            Row(Column("exam_postcode", css_class="col-md-6")),
            Fieldset(
                "Échéances des évaluations",
                Row(*(Column(deadline_field(code), css_class="col-md-4") for code in ChannelCode.values)),
                css_class="section",
            ),
        )

    def clean(self) -> dict[str, Any]:
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fin précède le début.")
        if starts_on:
            self.check_deadlines(starts_on)
        return self.cleaned_data

    @property
    def cohort(self) -> dict[str, Any]:
        """What `services.create_cohort` takes."""
        return {
            "name": self.cleaned_data["name"],
            "starts_on": self.cleaned_data["starts_on"],
            "ends_on": self.cleaned_data["ends_on"],
            "organisation": self.cleaned_data["training_organisation"],
            "deadlines": self.deadlines,
            "exam_postcode": self.cleaned_data["exam_postcode"],
        }
