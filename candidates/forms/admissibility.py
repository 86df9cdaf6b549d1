"""What is typed of a request to be admitted to VAE."""

from datetime import date
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from ..enums import AdmissibilityDecision
from .fields import PlainHelper, day_field
from .people import IdentityForm

NEVER_CHANGES = "Le délai de réponse court depuis ce jour, qui ne change plus."


class AdmissibilityRequestForm(IdentityForm):
    """Who asks, and since when."""

    received_on = day_field("Demande reçue le")
    complete_on = day_field(
        "Dossier complet le", required=False, help_text=f"Laissez vide s’il manque une pièce. {NEVER_CHANGES}"
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        for name in ("received_on", "complete_on"):
            self.fields[name].widget.attrs["max"] = today.isoformat()
        self.fields["email"].help_text = "Le candidat y est averti de la décision, ou de ce que vaut le silence."
        self.helper.layout = Layout(
            Fieldset("Identité", *self.identity_layout()),
            Fieldset(
                "Demande",
                Row(Column("received_on", css_class="col-md-6"), Column("complete_on", css_class="col-md-6")),
                css_class="section",
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        received_on, complete_on = cleaned.get("received_on"), cleaned.get("complete_on")
        for name, day in (("received_on", received_on), ("complete_on", complete_on)):
            if day and day > self.today:
                self.add_error(name, "Cette date est dans l’avenir.")
        if received_on and complete_on and complete_on < received_on:
            self.add_error("complete_on", "Le dossier est complet au plus tôt le jour de sa réception.")
        return cleaned

    @property
    def request(self) -> dict[str, Any]:
        """What `services.record_admissibility_request` takes besides the identity."""
        return {name: self.cleaned_data[name] for name in ("received_on", "complete_on", "email")}


class CompleteForm(forms.Form):
    complete_on = day_field("Dossier complet le", help_text=NEVER_CHANGES)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label="Décision", choices=[*AdmissibilityDecision.choices], widget=forms.RadioSelect)
    decided_on = day_field("Date de la décision")
    reason = forms.CharField(
        label="Motif",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Obligatoire pour un refus. Le candidat le lit : écrivez-le pour lui.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.helper.layout = Layout(InlineRadios("decision"), "decided_on", "reason")
