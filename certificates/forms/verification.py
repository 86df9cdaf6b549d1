"""What anybody copies from a paper to ask about it."""

from typing import NoReturn

from django import forms

from .. import keys


class VerificationForm(forms.Form):
    """Number and key as somebody copies them from the paper."""

    number = forms.CharField(label="Numéro", max_length=20, help_text="Par exemple CQP-2021-000042.")
    key = forms.CharField(
        label="Clé de vérification", max_length=60, help_text="26 lettres et chiffres, à côté du code QR."
    )

    def clean_number(self) -> str:
        return keys.number_as_typed(self.cleaned_data["number"]) or self._not_copied("number")

    def clean_key(self) -> str:
        return keys.as_typed(self.cleaned_data["key"]) or self._not_copied("key")

    def _not_copied(self, name: str) -> NoReturn:
        raise forms.ValidationError(self.fields[name].error_messages["required"], code="required")
