"""Before the jury meets: its seats, its agenda, its convening."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.facts import standard_of
from blocks.models import StandardVersion
from candidates.models import EnrolledBlock, Enrolment

from ..agenda import blocks_to_decide, convenable_enrolments
from ..enums import SessionMeans, SessionState
from ..facts import composition_of
from ..models import Deliberation, Dossier, JuryMember, JurySession, Seat
from .refusals import (
    AgendaEmpty,
    ChairMissing,
    EnrolmentNotConvenable,
    JuryNotComplete,
    SeatingRefused,
    TooManySeats,
)
from .steps import lock, lock_for, move, note, record_ties

REFERENCE = "JURY-{:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Seating:
    member: JuryMember
    substitute: JuryMember | None = None
    is_chair: bool = False

    @property
    def people(self) -> list[JuryMember]:
        return [self.member, self.substitute] if self.substitute else [self.member]


@transaction.atomic(durable=True)
def prepare_session(
    *, version: StandardVersion, held_on: date, place: str, means: SessionMeans, by: User, at: datetime
) -> JurySession:
    session = JurySession.objects.create(
        reference=_next_reference(held_on), version=version, held_on=held_on, place=place, means=means, created_by=by
    )
    note(session, SessionState.PREPARED, by=by, at=at, after={"held_on": held_on, "version": version.label})
    return session


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
        Seat(
            session=session,
            number=number,
            college=seating.member.college,
            member=seating.member,
            substitute=seating.substitute,
            is_chair=seating.is_chair,
        )
        for number, seating in enumerate(ranked, start=1)
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
    if sum(seating.is_chair for seating in seatings) > 1:
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


@transaction.atomic(durable=True)
def convene(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """Call thirteen people, 5/5/2/1, to a settled agenda. The database refuses any other number."""
    session = lock_for(session, SessionState.CONVENED)
    composed = composition_of(session)
    if not composed.answer:
        raise JuryNotComplete(composed.reasons)
    if not session.seats.filter(is_chair=True).exists():
        raise ChairMissing
    if not session.dossiers.exists():
        raise AgendaEmpty
    move(session, SessionState.CONVENED, by=by, at=at)
    record_ties(session, session.seats.select_related("member", "substitute"), by=by, at=at)
    return session
