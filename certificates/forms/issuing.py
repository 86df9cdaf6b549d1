"""What issuing asks for: which papers, why outside of a registration, why it stops."""

from django import forms

from ..enums import PaperKind


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
