"""What the secretariat says and sends about declarations to the CDC."""

from typing import Any

from django import forms
from django.utils import timezone

from candidates.forms.fields import PlainHelper, day_input
from rulebook.cdc import Access

from ..cdc.facts import Exam
from ..enums import ExamMode
from ..models import CdcComplement, Certificate

FIELDS = ("initiative", "exam_starts_on", "exam_ends_on", "exam_mode", "exam_postcode", "vae_way")


class ComplementForm(forms.ModelForm):
    """Of one certificate: what is left empty stays as the evaluations say."""

    class Meta:
        model = CdcComplement
        fields = FIELDS
        widgets = {"exam_starts_on": day_input(), "exam_ends_on": day_input()}

    def __init__(self, *args: Any, certificate: Certificate, exam: Exam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.fields["exam_postcode"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        if certificate.enrolment.route.cdc_code != Access.VAE:
            del self.fields["vae_way"]
        known = {"exam_starts_on": exam.starts_on, "exam_ends_on": exam.ends_on}
        for name, day in known.items():
            if day:
                self.fields[name].help_text = f"Vide : le {day:%d/%m/%Y}, d’après les évaluations."
        if exam.mode:
            self.fields["exam_mode"].help_text = f"Vide : {ExamMode(exam.mode).label}, d’après les évaluations."


class SharedComplementForm(forms.ModelForm):
    """Of several certificates at once: what is left empty stays as it is on each."""

    class Meta(ComplementForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_shared_%s"} | kwargs)
        self.helper = PlainHelper()
        self.fields["vae_way"].help_text = "Pour les certificats obtenus par la VAE, et eux seuls."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Remplissez au moins un champ.")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class DepositForm(forms.Form):
    deposited_on = forms.DateField(label="Déposé le", widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"deposited_on": timezone.localdate()})
        super().__init__(*args, **kwargs)


class FlowRefusalForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea({"rows": 3}))
