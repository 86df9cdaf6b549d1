"""What is typed of a person."""

import re
from datetime import date
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.urls import reverse_lazy

from blocks.models import Block

from ..countries import FRANCE, country_choices
from ..declaration import code_of_place, doubt_of_place
from ..enums import Sex
from ..identity import Identity
from ..models import OLDEST_BIRTH, Candidate, Enrolment, commune_code
from .fields import PlainHelper, day_field, day_input, set_choices, set_queryset


class IdentityForm(forms.ModelForm):
    """A civil status as it is typed. Whether the person is already known is not its business: it tells nobody."""

    birth_country = forms.ChoiceField(label="Pays de naissance", choices=country_choices, initial=FRANCE)
    birth_place_confirmed = forms.BooleanField(
        label="J’ai vérifié le lieu de naissance, enregistrer ainsi",
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    birth_place_doubt = ""  # why the place is to be looked at again; it bars nothing

    class Meta:
        model = Candidate
        fields = [*Identity.field_names(), "email"]
        widgets = {"birth_date": day_input(), "sex": forms.RadioSelect}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        set_choices(self, "sex", Sex.choices)
        self.fields["birth_date"].widget.attrs |= {"min": OLDEST_BIRTH.isoformat(), "max": today.isoformat()}
        self.fields["birth_place"].widget.attrs |= {
            "hx-get": reverse_lazy("candidates:communes"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#communes",
            "hx-include": "[name=birth_country]",
            "hx-sync": "this:replace",
            "aria-controls": "communes",
        }
        self.fields[
            "birth_commune_code"
        ].help_text = "Rempli d’après le nom. Sinon, chiffres 6 à 10 du numéro de sécurité sociale."
        self.helper = PlainHelper()
        self.helper.attrs = {"autocomplete": "off"}
        self.helper.layout = Layout(*self.identity_layout())

    def identity_layout(self) -> list[Any]:
        return [
            Row(Column("birth_name", css_class="col-md-6"), Column("usual_name", css_class="col-md-6")),
            Row(Column("first_names", css_class="col-md-6"), Column(InlineRadios("sex"), css_class="col-md-6")),
            Row(Column("birth_date", css_class="col-md-6"), Column("birth_country", css_class="col-md-6")),
            Row(Column("birth_place", css_class="col-md-6"), Column("birth_commune_code", css_class="col-md-6")),
            HTML('{% include "candidates/parts/birth_place.html" %}'),
            Row(Column("email", css_class="col-md-6")),
        ]

    def clean(self) -> dict[str, Any]:
        # Not ModelForm's own: it would look for the same person among everybody's, and say that they exist.
        self._check_birth_place()
        birth_date = self.cleaned_data.get("birth_date")
        if birth_date and not OLDEST_BIRTH <= birth_date < self.today:
            self.add_error("birth_date", "Vérifiez la date de naissance.")
        return self.cleaned_data

    def _check_birth_place(self) -> None:
        """A code left empty is that of the only commune of that name; what remains in doubt is confirmed knowingly."""
        country, code = self.cleaned_data.get("birth_country"), self.cleaned_data.get("birth_commune_code")
        if country not in {FRANCE, None} and code:
            self.add_error("birth_commune_code", "Laissez ce code vide pour une naissance à l’étranger.")
        place = self.cleaned_data.get("birth_place")
        if country != FRANCE or not place or (code and not re.search(commune_code.regex, code)):
            return  # what is no code at all is told by its own field
        code = self.cleaned_data["birth_commune_code"] = code or code_of_place(place)
        self.birth_place_doubt = doubt_of_place(place, code)
        if self.birth_place_doubt and not self.cleaned_data.get("birth_place_confirmed"):
            self.add_error("birth_commune_code", "Vérifiez ce code, ou confirmez ci-dessous.")

    @property
    def identity(self) -> Identity:
        return Identity(**{name: self.cleaned_data[name] for name in Identity.field_names()})


class AcquiredBlockForm(forms.Form):
    block = forms.ModelChoiceField(Block.objects.none(), label="Bloc", empty_label="Choisir…")
    acquired_on = day_field("Acquis le")
    evidence = forms.CharField(
        label="Justificatif",
        widget=forms.Textarea({"rows": 3}),
        help_text="Le document vu : son intitulé, qui l’a délivré, son numéro ou sa date.",
    )

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = enrolment.candidate.acquired_blocks.values("catalogue_block")
        blocks = enrolment.version.blocks.exclude(catalogue_block__in=held)
        set_queryset(self, "block", blocks.order_by("position", "pk"))
