"""Before the jury is called: its day, its seats, its agenda."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.facts import standard_of
from blocks.models import StandardVersion
from candidates.models import EnrolledBlock, Enrolment

from ..agenda import blocks_to_decide, convenable_enrolments
from ..enums import SessionMeans, SessionState
from ..models import Deliberation, Dossier, JuryMember, JurySession, Seat
from .refusals import EnrolmentNotConvenable, SeatingRefused, SessionMistimed, TooManySeats
from .steps import lock, note

REFERENCE = "JURY-{:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Seating:
    member: JuryMember
    substitute: JuryMember | None = None
    is_chair: bool = False
    is_vice_chair: bool = False

    @property
    def people(self) -> list[JuryMember]:
        return [self.member, self.substitute] if self.substitute else [self.member]

    def seat(self, number: int, **fields: Any) -> Seat:
        """The seat that it makes, not kept."""
        return Seat(
            number=number,
            college=self.member.college,
            member=self.member,
            substitute=self.substitute,
            is_chair=self.is_chair,
            is_vice_chair=self.is_vice_chair,
            **fields,
        )


@transaction.atomic(durable=True)
def prepare_session(
    *,
    version: StandardVersion,
    held_on: date,
    place: str,
    means: SessionMeans,
    starts_at: datetime | None = None,
    expected_minutes: int | None = None,
    written_opens_at: datetime | None = None,
    written_closes_at: datetime | None = None,
    masks_identity: bool = False,
    by: User,
    at: datetime,
) -> JurySession:
    """A meeting has its day and its hour; a vote in writing, its window, whose last day is `held_on`."""
    if not _is_timely(held_on, means, starts_at, written_opens_at, written_closes_at):
        raise SessionMistimed
    session = JurySession.objects.create(
        reference=_next_reference(held_on),
        version=version,
        held_on=held_on,
        place=place,
        means=means,
        starts_at=starts_at,
        expected_minutes=expected_minutes,
        written_opens_at=written_opens_at,
        written_closes_at=written_closes_at,
        masks_identity=masks_identity,
        created_by=by,
    )
    after = {"held_on": held_on, "version": version.label, "means": means, "masks_identity": masks_identity}
    times = {"starts_at": starts_at, "written_opens_at": written_opens_at, "written_closes_at": written_closes_at}
    after |= {name: moment.isoformat() for name, moment in times.items() if moment}
    note(session, SessionState.PREPARED, by=by, at=at, after=after)
    return session


def _is_timely(
    held_on: date,
    means: SessionMeans,
    starts_at: datetime | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> bool:
    if means == SessionMeans.WRITTEN:
        is_window = opens_at is not None and closes_at is not None and opens_at < closes_at
        return is_window and starts_at is None and closes_at is not None and localdate(closes_at) == held_on
    return opens_at is None and closes_at is None and (starts_at is None or localdate(starts_at) == held_on)


def _next_reference(held_on: date) -> str:
    """Named by its day; a second session of the day has its rank besides."""
    first = REFERENCE.format(held_on)
    candidates = (first if rank == 1 else f"{first}-{rank}" for rank in count(1))
    taken = set(JurySession.objects.filter(reference__startswith=first).values_list("reference", flat=True))
    return next(reference for reference in candidates if reference not in taken)


@transaction.atomic(durable=True)
def compose(session: JurySession, seatings: Sequence[Seating], *, by: User, at: datetime) -> list[Seat]:
    """Seat these people in place of those seated so far. The jury may stay incomplete until it is convened."""
    session = lock(session, SessionState.PREPARED)
    _check_seatings(session, seatings)
    session.seats.all().delete()
    order = list(CollegeCode.values)
    ranked = sorted(seatings, key=lambda seating: order.index(seating.member.college))
    seats = Seat.objects.bulk_create(
        seating.seat(number, session=session) for number, seating in enumerate(ranked, start=1)
    )
    note(session, "composed", by=by, at=at, after={"members": [seat.member_id for seat in seats]})
    return seats


def _check_seatings(session: JurySession, seatings: Sequence[Seating]) -> None:
    people = [person for seating in seatings for person in seating.people]
    in_force = len(_lock_in_force(people, session.held_on))
    is_own_college = all(
        seating.substitute is None or seating.substitute.college == seating.member.college for seating in seatings
    )
    if len({person.user_id for person in people}) != len(people) or in_force != len(people) or not is_own_college:
        raise SeatingRefused
    chairs, vice_chairs = sum(row.is_chair for row in seatings), sum(row.is_vice_chair for row in seatings)
    if max(chairs, vice_chairs) > 1 or any(row.is_chair and row.is_vice_chair for row in seatings):
        raise SeatingRefused
    if len(seatings) > standard_of(session.version).jury.total:
        raise TooManySeats


def _lock_in_force(people: Sequence[JuryMember], on: date) -> list[JuryMember]:
    """Locked: no mandate ends while its member is being seated."""
    mandates = JuryMember.objects.select_for_update(of=("self",), no_key=True).in_force(on)
    return list(mandates.filter(pk__in=[person.pk for person in people]).order_by("pk"))


@transaction.atomic(durable=True)
def add_dossiers(session: JurySession, enrolments: Iterable[Enrolment], *, by: User, at: datetime) -> list[Dossier]:
    """Put enrolments on the agenda, with one deliberation for each of their blocks not acquired yet."""
    session = lock(session, SessionState.PREPARED)
    wanted = list(enrolments)
    blocks = _blocks_to_decide(session, wanted)
    last = session.dossiers.aggregate(last=Max("position"))["last"] or 0
    dossiers = Dossier.objects.bulk_create(
        Dossier(session=session, enrolment=enrolment, position=position)
        for position, enrolment in enumerate(wanted, start=last + 1)
    )
    Deliberation.objects.bulk_create(
        Deliberation(dossier=dossier, enrolled_block=block)
        for dossier in dossiers
        for block in blocks[dossier.enrolment_id]
    )
    note(session, "dossiers_added", by=by, at=at, after={"enrolments": [row.reference for row in wanted]})
    return dossiers


def _blocks_to_decide(session: JurySession, enrolments: Sequence[Enrolment]) -> dict[int, list[EnrolledBlock]]:
    """By enrolment. Refused: somebody who gave up, another standard, nothing left to decide, on an agenda already."""
    convenable = convenable_enrolments(session).filter(pk__in=[enrolment.pk for enrolment in enrolments])
    found = set(convenable.values_list("pk", flat=True))
    if refused := [enrolment.reference for enrolment in enrolments if enrolment.pk not in found]:
        raise EnrolmentNotConvenable(details=refused)
    blocks: dict[int, list[EnrolledBlock]] = {pk: [] for pk in found}
    for block in blocks_to_decide().filter(enrolment__in=found).order_by("block__position"):
        blocks[block.enrolment_id].append(block)
    return blocks


@transaction.atomic(durable=True)
def remove_dossier(dossier: Dossier, *, by: User, at: datetime) -> None:
    session = lock(dossier.session, SessionState.PREPARED)
    reference = dossier.enrolment.reference
    dossier.deliberations.all().delete()
    dossier.delete()
    note(session, "dossier_removed", by=by, at=at, after={"enrolment": reference})
