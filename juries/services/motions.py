"""The consent agenda: dossiers on which the channels agree, adopted together unless a member pulls one out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from rulebook.jury import following, may_adopt
from rulebook.outcomes import Proposal

from ..enums import DeliberationState, MotionState, SessionState
from ..facts import Bench, ballot_verdict, bench_of
from ..models import Ballot, Deliberation, Dossier, JurySession, Motion, MotionItem, Seat
from ..permissions import is_recused, may_read_dossiers
from .polls import Count, Heard, attend_in_writing, count_votes, lock_votes, put_to_vote
from .refusals import (
    BallotRefused,
    ConflictsNotDeclared,
    MotionMoved,
    MotionUnderWay,
    NothingCounted,
    NothingToAdopt,
    NotTheChair,
    NotYourSeat,
    WrongMoment,
)
from .steps import has_declared, lock, note


@dataclass(frozen=True, slots=True)
class Adopted:
    motion: Motion
    dossiers: int
    ballots: int  # cast by this adoption: where the member had voted, that vote stands


# Proposing


@transaction.atomic(durable=True)
def propose_motion(session: JurySession, *, by: User, at: datetime) -> Motion:
    """Put to the vote, together, the unanimous dossiers that `by` leads; see `rulebook.jury.may_adopt`."""
    session = lock(session, SessionState.OPEN)
    bench = bench_of(session)
    seat = leading_seat(bench, by)
    if Motion.objects.filter(session=session, seat=seat, state=MotionState.OPEN).exists():
        raise MotionUnderWay
    deliberations = lock_votes(session, _pending_led_by(session, seat, bench), target=DeliberationState.OPEN)
    heard = Heard.on(deliberations)
    chosen = adoptable(deliberations, heard, bench)
    if not chosen:
        raise NothingToAdopt
    put_to_vote(chosen, heard, bench, by=by, at=at)
    return write_motion(session, seat, chosen, by=by, at=at)


def leading_seat(bench: Bench, user: User) -> Seat:
    """The chair or the vice-chair, who has declared their conflicts: each leads some dossiers, perhaps none."""
    seat = next((seat for seat in bench.seats if seat.presides and seat.sitting.user_id == user.pk), None)
    if seat is None:
        raise NotTheChair
    return has_declared(seat)


def _pending_led_by(session: JurySession, seat: Seat, bench: Bench) -> list[int]:
    """Of dossiers of which no vote is under way."""
    under_way = Deliberation.objects.filter(state__in=(DeliberationState.OPEN, DeliberationState.CLOSED))
    dossiers = session.dossiers.exclude(deliberations__in=under_way.filter(dossier__session=session))
    led = [dossier for dossier in dossiers if (leader := bench.leader(dossier)) and leader.pk == seat.pk]
    pending = Deliberation.objects.filter(dossier__in=led, state=DeliberationState.PENDING)
    ids = list(pending.values_list("pk", flat=True))
    if not ids:
        raise NothingToAdopt
    return ids


def adoptable(deliberations: Iterable[Deliberation], heard: Heard, bench: Bench) -> list[Deliberation]:
    """Of whole dossiers whose undecided blocks are these: those that may be adopted with others, and have a quorum."""
    dossiers: dict[Dossier, list[Deliberation]] = {}
    for row in deliberations:
        dossiers.setdefault(row.dossier, []).append(row)
    return [
        row
        for dossier, rows in dossiers.items()
        if may_adopt([heard.proposal(row).answer for row in rows]) and bench.quorum(dossier).answer
        for row in rows
    ]


def write_motion(
    session: JurySession,
    seat: Seat,
    deliberations: Iterable[Deliberation],
    *,
    by: User,
    at: datetime,
    by_the_clock: bool = False,
) -> Motion:
    motion = Motion.objects.create(session=session, seat=seat, opened_at=at)
    dossiers = {row.dossier_id: row.dossier for row in deliberations}
    MotionItem.objects.bulk_create(MotionItem(motion=motion, dossier_id=pk) for pk in dossiers)
    after = {"seat": seat.number, "enrolments": [dossier.enrolment.reference for dossier in dossiers.values()]}
    note(session, "motion_proposed", by=by, at=at, by_the_clock=by_the_clock, after=after)
    return motion


# Adopting


@transaction.atomic(durable=True)
def adopt_motion(motion: Motion, *, by: User, at: datetime) -> Adopted:
    """Vote as the rules propose on every dossier of the motion that `by` votes on, where they have not voted.

    All of it or nothing: when a close, an absence or a recusal overtakes one ballot, none is kept. Like every ballot it
    leaves no trace but the ballots: an entry of the journal would outlive them, and tell how this member voted.
    """
    seat = _lock_seat(motion.session, by)
    motion = Motion.objects.select_related("session").get(pk=motion.pk)
    if motion.state != MotionState.OPEN:
        raise WrongMoment
    open_ones = _open_to(seat, motion)
    if not open_ones:
        raise MotionMoved
    _check_ballots(open_ones, seat, at)
    attend_in_writing(seat, by=by, at=at)
    cast = _cast(open_ones, seat)
    return Adopted(motion, len({row.dossier_id for row in open_ones}), cast)


def _lock_seat(session: JurySession, user: User) -> Seat:
    rows = Seat.objects.select_for_update(of=("self",), no_key=True)
    seats = rows.filter(pk__in=Seat.objects.of(user).filter(session=session).values("pk"))
    seat = seats.select_related("session", "member", "substitute").first()
    if seat is None:
        raise NotYourSeat
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared
    return seat


def _open_to(seat: Seat, motion: Motion) -> list[Deliberation]:
    """In the order in which a close takes them: neither waits for what the other holds."""
    rows = Deliberation.objects.filter(
        dossier__in=motion.items.filter(pulled_at__isnull=True).values("dossier"), state=DeliberationState.OPEN
    )
    unrecused = rows.exclude(dossier__recusals__seat=seat)
    return list(unrecused.select_related("dossier__session", "dossier__enrolment").order_by("pk"))


def _check_ballots(deliberations: Sequence[Deliberation], seat: Seat, at: datetime) -> None:
    """The rules say the same of every block of a dossier."""
    bench = bench_of(seat.session)
    for row in {row.dossier_id: row for row in deliberations}.values():
        verdict = ballot_verdict(row, seat, is_member=True, at=at, bench=bench)
        if not verdict.answer:
            raise BallotRefused(verdict.reasons)


def _cast(deliberations: Sequence[Deliberation], seat: Seat) -> int:
    """The seat is locked: no other ballot of its own comes between the reading and the writing."""
    voted = set(Ballot.objects.filter(seat=seat, deliberation__in=deliberations).values_list("deliberation", flat=True))
    choices = {row.pk: following(Proposal(str(row.proposal))) for row in deliberations if row.pk not in voted}
    ballots = [Ballot(deliberation_id=pk, seat=seat, choice=choice) for pk, choice in choices.items() if choice]
    try:
        with transaction.atomic():
            Ballot.objects.bulk_create(ballots)
    except IntegrityError as refused:
        raise MotionMoved from refused
    return len(ballots)


# Pulling out


@transaction.atomic(durable=True)
def pull_out(motion: Motion, dossier: Dossier, *, by: User, at: datetime) -> MotionItem:
    """The dossier is discussed and counted apart. Its votes stay open: whoever has voted may still change theirs."""
    session = lock(motion.session, SessionState.OPEN)
    seat = _lock_seat(session, by)
    if is_recused(seat, dossier):
        raise NotYourSeat
    items = MotionItem.objects.filter(motion__state=MotionState.OPEN, motion=motion, dossier=dossier)
    if not items.filter(pulled_at__isnull=True).update(pulled_by=seat, pulled_at=at):
        raise MotionMoved
    after = {"enrolment": dossier.enrolment.reference, "seat": seat.number}
    note(session, "motion_pulled", by=by, at=at, after=after)
    return items.get()


# Closing


@transaction.atomic(durable=True)
def close_motion(motion: Motion, *, by: User, at: datetime) -> Count:
    """Count, once, every vote of the dossiers still in it that `by` leads; the motion is over.

    What does not settle, lacks a quorum or is led by another stays open, apart from the motion. Refused when there are
    votes to count and none can be.
    """
    session = lock(motion.session, SessionState.OPEN)
    bench = bench_of(session)
    seat = leading_seat(bench, by)
    motion = Motion.objects.select_for_update(of=("self",), no_key=True).select_related("seat").get(pk=motion.pk)
    if motion.state != MotionState.OPEN:
        raise WrongMoment
    kept = Dossier.objects.filter(motion_items__in=motion.items.filter(pulled_at__isnull=True))
    led = [dossier for dossier in kept if (leader := bench.leader(dossier)) and leader.pk == seat.pk]
    if not led and motion.seat_id != seat.pk:
        raise NotTheChair
    count = _count(session, led, bench, by=by, at=at)
    motion.state, motion.closed_at = MotionState.CLOSED, at
    motion.save(update_fields=["state", "closed_at"])
    note(session, "motion_closed", by=by, at=at, after={"seat": motion.seat.number, "counted": len(count.closed)})
    return count


def _count(session: JurySession, dossiers: Sequence[Dossier], bench: Bench, *, by: User, at: datetime) -> Count:
    rows = Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.OPEN)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return Count((), ())
    count = count_votes(lock_votes(session, ids, target=DeliberationState.CLOSED), bench, by=by, at=at)
    if not count.closed:
        raise NothingCounted(details=sorted({refusal.message for _, refusal in count.left}))
    return count
