"""A composition proposed for a session, from the mandates in force that day: nothing is kept until it is saved."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .enums import SessionState
from .models import JuryMember, JurySession, Seat
from .notices import ties_by_member


@dataclass(frozen=True, slots=True)
class Mandated:
    """Somebody who may be seated, and what tells whose turn it is."""

    key: int
    person: int
    college: str
    last_sat_on: date | None = None
    times_sat: int = 0
    was_chair: bool = False  # of the session held last
    was_vice_chair: bool = False
    withdrawn: frozenset[int] = frozenset()  # dossiers of this agenda

    @property
    def was_officer(self) -> bool:
        return self.was_chair or self.was_vice_chair

    @property
    def turn(self) -> tuple[bool, date, int, int, int]:
        """The officers of the last session go on; then who sat least recently, least often, and sees most dossiers."""
        return (
            not self.was_officer,
            self.last_sat_on or date.min,
            self.times_sat,
            len(self.withdrawn),
            self.key,
        )


@dataclass(frozen=True, slots=True)
class Place:
    member: Mandated
    substitute: Mandated | None = None
    is_chair: bool = False
    is_vice_chair: bool = False


def propose_places(seats: Mapping[str, int], mandated: Iterable[Mandated]) -> list[Place]:
    """Titulars for as many seats of each college as it mandates people, then substitutes as far as it goes."""
    queues: dict[str, list[Mandated]] = defaultdict(list)
    seen: set[int] = set()
    for one in sorted(mandated, key=lambda one: one.turn):
        if one.person not in seen:
            seen.add(one.person)
            queues[one.college].append(one)
    titulars = [one for college, count in seats.items() for one in queues[college][:count]]
    spares = {college: iter(queues[college][count:]) for college, count in seats.items()}
    chair = _chair(titulars)
    vice_chair = _vice_chair(titulars, chair)
    return [
        Place(one, next(spares[one.college], None), is_chair=one is chair, is_vice_chair=one is vice_chair)
        for one in titulars
    ]


def _chair(titulars: Sequence[Mandated]) -> Mandated | None:
    """The last session's; else its vice-chair; else who has sat most."""
    return min(
        titulars,
        key=lambda one: (not one.was_chair, not one.was_vice_chair, len(one.withdrawn), -one.times_sat, one.key),
        default=None,
    )


def _vice_chair(titulars: Sequence[Mandated], chair: Mandated | None) -> Mandated | None:
    """Of another college, free of the dossiers that the chair leaves, the last session's if it may be."""
    if chair is None:
        return None
    return min(
        (one for one in titulars if one is not chair),
        key=lambda one: (
            one.college == chair.college,
            len(one.withdrawn & chair.withdrawn),
            not one.was_officer,
            len(one.withdrawn),
            -one.times_sat,
            one.key,
        ),
        default=None,
    )


def proposed_initial(session: JurySession) -> dict[str, int | None]:
    """The proposal as the composition form is filled: by place, in the order of the colleges."""
    colleges = list(session.version.jury_colleges.order_by("position"))
    places = propose_places({college.code: college.seats for college in colleges}, mandated_for(session))
    initial: dict[str, int | None] = {}
    first = 1
    for college in colleges:
        for number, place in enumerate((row for row in places if row.member.college == college.code), start=first):
            initial[f"member_{number}"] = place.member.key
            initial[f"substitute_{number}"] = place.substitute.key if place.substitute else None
            if place.is_chair:
                initial["chair"] = number
            if place.is_vice_chair:
                initial["vice_chair"] = number
        first += college.seats
    return initial


def mandated_for(session: JurySession) -> list[Mandated]:
    members = list(
        JuryMember.objects.in_force(session.held_on)
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    held = Seat.objects.exclude(session__state=SessionState.PREPARED).filter(session__held_on__lt=session.held_on)
    sat: Counter[int] = Counter()
    last_sat_on: dict[int, date] = {}
    officers: dict[str, int] = {}
    rows = held.select_related("session", "member", "substitute").order_by("session__held_on", "session", "number")
    for seat in rows:
        person = seat.sitting.user_id
        sat[person] += 1
        last_sat_on[person] = seat.session.held_on
        for office, holds in (("chair", seat.is_chair), ("vice_chair", seat.is_vice_chair)):
            if holds:
                officers[office] = person
    by_college = {code: Seat(college=code, pk=rank) for rank, code in enumerate({m.college for m in members}, start=1)}
    people = {seat: [member for member in members if member.college == code] for code, seat in by_college.items()}
    ties = ties_by_member(session, people)
    return [
        Mandated(
            key=member.pk,
            person=member.user_id,
            college=member.college,
            last_sat_on=last_sat_on.get(member.user_id),
            times_sat=sat[member.user_id],
            was_chair=officers.get("chair") == member.user_id,
            was_vice_chair=officers.get("vice_chair") == member.user_id,
            withdrawn=ties[member.pk],
        )
        for member in members
    ]
