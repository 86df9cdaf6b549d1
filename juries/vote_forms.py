from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone


class ExtensionForm(forms.Form):
    """Until when a vote in writing goes on, Paris time."""

    closes_at = forms.DateTimeField(
        label="Nouvelle clôture",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Choisissez la nouvelle clôture.", "invalid": "Choisissez un jour et une heure."},
    )

    def __init__(self, *args: Any, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if now is not None:
            self.fields["closes_at"].widget.attrs["min"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"
