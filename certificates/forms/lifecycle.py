"""What is asked for about a published paper: why, by the secretariat; for whom and until when, by its holder."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from candidates.forms.fields import day_input

SHARED_BY_DEFAULT = timedelta(days=30)
LONGEST = timedelta(days=365)


class DuplicateForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple « original perdu » : la couverture du duplicata l’imprime.",
    )


class RevocationForm(forms.Form):
    reason = forms.CharField(
        label="Motif du retrait",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Conservé, et lu par la personne qui approuve ; ni le titulaire ni le public ne le lisent ici.",
    )


class ShareForm(forms.Form):
    label = forms.CharField(
        label="Pour qui", max_length=80, required=False, help_text="Pour vous y retrouver : la personne ne le lit pas."
    )
    ends_on = forms.DateField(label="Jusqu’au", widget=day_input(), help_text="Inclus.")
    form = forms.CharField(widget=forms.HiddenInput, min_length=22, max_length=22)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["ends_on"].widget.attrs |= {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if not self.today <= ends_on <= self.today + LONGEST:
            raise forms.ValidationError("Choisissez un jour entre aujourd’hui et dans un an.")
        return ends_on

    @property
    def ends_at(self) -> datetime:
        """The end of that day, in Paris."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["ends_on"] + timedelta(days=1), time()))
