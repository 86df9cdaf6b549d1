"""What whoever presides notes and settles while the jury sits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from ..enums import AttendanceMeans, BallotChoice, DepartureGround, Presence, SessionMeans
from ..models import Seat
from .fields import moment_input

CASTING_CHOICES = [(choice.value, choice.label) for choice in (BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED)]
MEETING_MEANS = [(means.value, means.label) for means in (AttendanceMeans.ROOM, AttendanceMeans.REMOTE)]


class AttendanceForm(forms.Form):
    """Only what the chair has changed is noted: somebody may have come or gone since the page was shown."""

    def __init__(self, *args: Any, seats: Iterable[Seat], usual: Mapping[int, str], **kwargs: Any) -> None:
        """`usual`: by seat, how one attends there until somebody says otherwise."""
        super().__init__(*args, **kwargs)
        self.seats = list(seats)
        for seat in self.seats:
            self._offer(seat, "presence", f"Présence au siège {seat.number}", Presence.choices, seat.presence)
            if seat.session.means == SessionMeans.MIXED:
                attends_by = seat.attends_by or usual[seat.pk]
                self._offer(seat, "means", f"Moyen du siège {seat.number}", MEETING_MEANS, attends_by)

    def _offer(self, seat: Seat, name: str, label: str, choices: Any, shown: str) -> None:
        select = forms.Select(attrs={"class": "form-select form-select-sm"})
        self.fields[f"{name}_{seat.number}"] = forms.ChoiceField(
            label=label, choices=choices, initial=shown, required=name == "presence", widget=select
        )
        self.fields[f"{name}_{seat.number}_shown"] = forms.CharField(
            initial=shown, required=False, widget=forms.HiddenInput
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "seat": seat,
                "presence": self[f"presence_{seat.number}"],
                "means": self[f"means_{seat.number}"] if f"means_{seat.number}" in self.fields else None,
                "shown": [field for field in self.hidden_fields() if field.name.split("_")[1] == str(seat.number)],
                "may_substitute": seat.session.is_sitting and seat.substitute and not seat.is_substituted,
            }
            for seat in self.seats
        ]

    def presences(self) -> dict[int, Presence]:
        return {number: Presence(value) for number, value in self._changed("presence").items()}

    def means(self) -> dict[int, AttendanceMeans]:
        return {number: AttendanceMeans(value) for number, value in self._changed("means").items() if value}

    def _changed(self, name: str) -> dict[int, str]:
        given = self.cleaned_data
        return {
            seat.number: given[f"{name}_{seat.number}"]
            for seat in self.seats
            if given.get(f"{name}_{seat.number}") not in (None, given.get(f"{name}_{seat.number}_shown"))
        }


class DecisionForm(forms.Form):
    casting = forms.TypedChoiceField(choices=CASTING_CHOICES, coerce=BallotChoice, required=False, empty_value=None)
    ground = forms.TypedChoiceField(choices=DepartureGround, coerce=DepartureGround, required=False, empty_value=None)
    reason = forms.CharField(max_length=2000, required=False)


class ExtensionForm(forms.Form):
    """Until when a vote in writing goes on, Paris time."""

    closes_at = forms.DateTimeField(
        label="Nouvelle clôture",
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Choisissez la nouvelle clôture.", "invalid": "Choisissez un jour et une heure."},
    )

    def __init__(self, *args: Any, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if now is not None:
            self.fields["closes_at"].widget.attrs["min"] = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"
