"""Who sits: thirteen places, by college."""

from collections.abc import Iterable
from typing import Any

from django import forms

from blocks.enums import CollegeCode
from blocks.models import JuryCollege

from ..models import JuryMember, JurySession, Seat
from ..services import Seating

NOBODY = "siège à pourvoir"


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.full_name} ({obj.body})"


class CompositionForm(forms.Form):
    """As many places as each college has, each for a member and perhaps a substitute; one of them presides."""

    chair = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    vice_chair = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, session: JurySession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleges = list(session.version.jury_colleges.order_by("position"))
        self.places = list(_places(self.colleges))
        members = JuryMember.objects.in_force(session.held_on).select_related("user").order_by("user__last_name", "pk")
        self.mandated = {college.code: [m for m in members if m.college == college.code] for college in self.colleges}
        for number, college in self.places:
            queryset = JuryMember.objects.filter(pk__in=[member.pk for member in self.mandated[college.code]])
            for name, label in (("member", "Titulaire"), ("substitute", "Suppléant")):
                self.fields[f"{name}_{number}"] = _member_field(queryset, self.mandated[college.code], label, number)
        for name in ("chair", "vice_chair"):
            office: Any = self.fields[name]
            office.choices = [(number, f"siège {number}") for number, _ in self.places]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("chair") and cleaned.get("chair") == cleaned.get("vice_chair"):
            self.add_error("vice_chair", "Qui préside ne vice-préside pas : choisissez un autre siège.")
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        chair, vice_chair = self["chair"].value(), self["vice_chair"].value()
        return [
            {
                "number": number,
                "college": college,
                "member": self[f"member_{number}"],
                "substitute": self[f"substitute_{number}"],
                "is_chair": str(chair) == str(number),
                "is_vice_chair": str(vice_chair) == str(number),
            }
            for number, college in self.places
        ]

    @property
    def short_colleges(self) -> list[tuple[JuryCollege, int]]:
        """Those that mandate fewer people than they have seats, and how many."""
        counted = [(college, len(self.mandated[college.code])) for college in self.colleges]
        return [(college, count) for college, count in counted if count < college.seats]

    def initial_seats(self) -> list[Seat]:
        """As it is filled before anybody submits it; of a proposal, not kept."""
        members = {member.pk: member for mandated in self.mandated.values() for member in mandated}
        given = {number: self.initial.get(f"member_{number}") for number, _ in self.places}
        return [
            Seating(
                members[given[number]],
                members.get(self.initial.get(f"substitute_{number}")),
                is_chair=self.initial.get("chair") == number,
                is_vice_chair=self.initial.get("vice_chair") == number,
            ).seat(number, pk=number)
            for number, _ in self.places
            if given[number] in members
        ]

    def seats(self) -> list[Seat]:
        """As it was sent, not kept; numbered by place, as they will not be if one stays empty."""
        return [seating.seat(number, pk=number) for number, seating in enumerate(self.seatings(), start=1)]

    def seatings(self) -> list[Seating]:
        """Of the places filled."""
        given = self.cleaned_data
        return [
            Seating(
                given[f"member_{number}"],
                given[f"substitute_{number}"],
                is_chair=given["chair"] == number,
                is_vice_chair=given.get("vice_chair") == number,
            )
            for number, _ in self.places
            if given.get(f"member_{number}")
        ]


def _places(colleges: Iterable[JuryCollege]) -> Iterable[tuple[int, JuryCollege]]:
    places = [college for college in colleges for _ in range(college.seats)]
    return enumerate(places, start=1)


def _member_field(queryset: Any, members: list[JuryMember], label: str, number: int) -> MemberField:
    field = MemberField(queryset, label=f"{label} du siège {number}", required=False, empty_label="—")
    # The same members for each place of a college: read once, shown in each.
    field.choices = [("", NOBODY if label == "Titulaire" else "—")] + [
        (member.pk, field.label_from_instance(member)) for member in members
    ]
    field.widget.attrs["class"] = "form-select"
    return field


def composition_initial(seats: Iterable[Seat], colleges: Iterable[JuryCollege]) -> dict[str, Any]:
    """Each seat at a place of its college, in order."""
    free: dict[str, list[int]] = {college: [] for college in CollegeCode.values}
    for number, college in _places(colleges):
        free[college.code].append(number)
    initial: dict[str, Any] = {}
    for seat in seats:
        number = free[seat.college].pop(0)
        initial |= {f"member_{number}": seat.member_id, f"substitute_{number}": seat.substitute_id}
        if seat.is_chair:
            initial["chair"] = number
        if seat.is_vice_chair:
            initial["vice_chair"] = number
    return initial
