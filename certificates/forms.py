from django import forms

from candidates.names import search_key

from . import keys
from .enums import CertificateState, PaperKind
from .models import CertificateQuerySet


class VerificationForm(forms.Form):
    """Number and key as somebody copies them from the paper."""

    number = forms.CharField(label="Numéro", max_length=20, help_text="Par exemple CQP-2021-000042.")
    key = forms.CharField(
        label="Clé de vérification", max_length=60, help_text="26 lettres et chiffres, sous le code QR."
    )

    def clean_number(self) -> str:
        return "".join(str(self.cleaned_data["number"]).upper().split())

    def clean_key(self) -> str:
        return keys.as_typed(self.cleaned_data["key"])


class RegisterFilterForm(forms.Form):
    q = forms.CharField(label="Nom ou numéro", required=False)
    kind = forms.ChoiceField(label="Document", required=False, choices=[("", "Tous"), *PaperKind.choices])
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *CertificateState.choices])

    def filter(self, certificates: CertificateQuerySet) -> CertificateQuerySet:
        if not self.is_valid():
            return certificates
        if words := self.cleaned_data["q"].strip():
            certificates = certificates.filter(number__iexact=words) | certificates.filter(
                candidate__search_key__contains=search_key(words)
            )
        for name in ("kind", "state"):
            if value := self.cleaned_data[name]:
                certificates = certificates.filter(**{name: value})
        return certificates


class IssueForm(forms.Form):
    """Outside of every registration, the secretariat says why the branch awards its CQP all the same."""

    confirmed_reason = forms.CharField(
        label="Motif de la délivrance hors enregistrement",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le certificat ne mentionnera pas le RNCP. Le motif est conservé avec lui.",
    )
