from typing import NoReturn

from django import forms

from . import keys
from .enums import PaperKind


class VerificationForm(forms.Form):
    """Number and key as somebody copies them from the paper."""

    number = forms.CharField(label="Numéro", max_length=20, help_text="Par exemple CQP-2021-000042.")
    key = forms.CharField(
        label="Clé de vérification", max_length=60, help_text="26 lettres et chiffres, sous le code QR."
    )

    def clean_number(self) -> str:
        return keys.number_as_typed(self.cleaned_data["number"]) or self._not_copied("number")

    def clean_key(self) -> str:
        return keys.as_typed(self.cleaned_data["key"]) or self._not_copied("key")

    def _not_copied(self, name: str) -> NoReturn:
        raise forms.ValidationError(self.fields[name].error_messages["required"], code="required")


class IssueForm(forms.Form):
    """Outside of every registration, the secretariat says why the branch awards its CQP all the same."""

    confirmed_reason = forms.CharField(
        label="Motif de la délivrance hors enregistrement",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le certificat ne mentionnera pas le RNCP. Le motif est conservé avec lui.",
    )


class DryRunForm(forms.Form):
    """Which papers, and why the branch awards those that no registration covers."""

    kind = forms.ChoiceField(choices=PaperKind, required=False)
    confirmed_reason = forms.CharField(
        label="Motif de la délivrance hors enregistrement",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ces certificats ne mentionneront pas le RNCP. Le motif est conservé avec chacun.",
    )

    @property
    def kind_asked(self) -> PaperKind:
        return PaperKind(self.cleaned_data.get("kind") or PaperKind.CERTIFICATE)


class StopForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi arrêter la délivrance ?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Vos collègues le liront sur les pages des certificats.",
    )
