"""A vote on one block: opened by whoever leads the dossier, cast by each member, counted once, decided once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from rulebook import jury, outcomes
from rulebook.jury import may_decide

from ..enums import BallotChoice, DeliberationState, DepartureGround, SessionState
from ..facts import Bench, ballot_verdict, bench_of, counted, window_of
from ..models import Ballot, Deliberation, Dossier, Seat
from ..permissions import may_read_dossiers
from .polls import Heard, attend_in_writing, count_votes, departs, lock_votes, note_votes, put_to_vote, settle, voted_on
from .refusals import (
    BallotRefused,
    BlockIncomplete,
    CastingVoteAwaited,
    ConflictsNotDeclared,
    NotQuorate,
    ReasonMissing,
    StillQuorate,
    WindowNotOver,
    WrongMoment,
)
from .steps import conduct, lock

# Opening


@transaction.atomic(durable=True)
def open_vote(deliberation: Deliberation, *, by: User, at: datetime) -> Deliberation:
    _open(deliberation.dossier, [deliberation.pk], by=by, at=at)
    deliberation.refresh_from_db()
    return deliberation


@transaction.atomic(durable=True)
def open_votes(dossier: Dossier, *, by: User, at: datetime) -> list[Deliberation]:
    """Every block of the dossier that can be decided now."""
    pending = list(
        dossier.deliberations.filter(state=DeliberationState.PENDING).select_related(
            "dossier__enrolment", "enrolled_block__block"
        )
    )
    heard = Heard.on(pending)
    ready = [row.pk for row in pending if may_decide(heard.proposal(row).answer)]
    if not ready:
        raise BlockIncomplete if pending else WrongMoment
    return _open(dossier, ready, by=by, at=at)


def _open(dossier: Dossier, ids: Iterable[int], *, by: User, at: datetime) -> list[Deliberation]:
    bench = _lead(dossier, by)
    quorum = bench.quorum(dossier)
    if not quorum.answer:
        raise NotQuorate(quorum.reasons)
    deliberations = _lock(dossier, ids, target=DeliberationState.OPEN)
    put_to_vote(deliberations, Heard.on(deliberations), bench, by=by, at=at)
    return deliberations


def _lead(dossier: Dossier, by: User) -> Bench:
    """Lock the open session, in which `by` must lead this dossier; its bench."""
    session = lock(dossier.session, SessionState.OPEN)
    conduct(dossier, by)
    return bench_of(session)


def _open_ones(dossier: Dossier) -> Iterable[int]:
    return dossier.deliberations.filter(state=DeliberationState.OPEN).values_list("pk", flat=True)


def _lock(dossier: Dossier, ids: Iterable[int], *, target: DeliberationState) -> list[Deliberation]:
    theirs = dossier.deliberations.filter(pk__in=list(ids)).values_list("pk", flat=True)
    return lock_votes(dossier.session, theirs, target=target)


# Voting


@transaction.atomic(durable=True)
def cast_ballot(deliberation: Deliberation, seat: Seat, choice: BallotChoice, *, by: User, at: datetime) -> Ballot:
    """Record the vote of whoever sits here; they may change it until the close. `at` is when it arrived.

    The database judges last: it refuses the ballot that a close, an absence or a recusal has overtaken. Nothing is
    journaled: an entry would outlive the ballot, and tell how this member voted (decision 0005).
    """
    seat = (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("session", "member", "substitute")
        .get(pk=seat.pk)
    )
    deliberation = Deliberation.objects.select_related("dossier__session", "enrolled_block__block").get(
        pk=deliberation.pk
    )
    _check_ballot(deliberation, seat, by, at)
    attend_in_writing(seat, by=by, at=at)
    ballot = Ballot(deliberation=deliberation, seat=seat, choice=choice)
    try:
        with transaction.atomic():
            Ballot.objects.bulk_create(
                [ballot], update_conflicts=True, unique_fields=["deliberation", "seat"], update_fields=["choice"]
            )
    except IntegrityError as refused:
        deliberation.refresh_from_db(fields=["state"])
        _check_ballot(deliberation, seat, by, at)
        raise BallotRefused from refused
    return Ballot.objects.get(deliberation=deliberation, seat=seat)


def _check_ballot(deliberation: Deliberation, seat: Seat, by: User, at: datetime) -> None:
    is_seated = Seat.objects.of(by).filter(pk=seat.pk).exists()
    is_member = is_seated and seat.session_id == deliberation.dossier.session_id
    verdict = ballot_verdict(deliberation, seat, is_member=is_member, at=at)
    if not verdict.answer:
        raise BallotRefused(verdict.reasons)
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared


# Counting and deciding


@transaction.atomic(durable=True)
def close_vote(deliberation: Deliberation, *, by: User, at: datetime) -> Deliberation:
    """Count, and decide in the same breath unless the votes alone do not settle it: see `polls.count_votes`."""
    (closed,) = _close(deliberation.dossier, [deliberation.pk], by=by, at=at)
    return closed


@transaction.atomic(durable=True)
def close_votes(dossier: Dossier, *, by: User, at: datetime) -> list[Deliberation]:
    """Every vote of the dossier that settles something; the others stay open, and if none settles it is refused."""
    return _close(dossier, _open_ones(dossier), by=by, at=at)


def _close(dossier: Dossier, ids: Iterable[int], *, by: User, at: datetime) -> list[Deliberation]:
    bench = _lead(dossier, by)
    count = count_votes(_lock(dossier, ids, target=DeliberationState.CLOSED), bench, by=by, at=at)
    if not count.closed:
        _, refusal = count.left[0]
        raise refusal
    return list(count.closed)


@transaction.atomic(durable=True)
def decide(
    deliberation: Deliberation,
    *,
    by: User,
    at: datetime,
    casting: BallotChoice | None = None,
    ground: DepartureGround | None = None,
    reason: str = "",
) -> Deliberation:
    """Settle what the count left open: by the casting vote on a tie, with the ground and reason of a departure.

    The journal keeps the ground, and leaves the reason to the minutes.
    """
    dossier = deliberation.dossier
    bench = _lead(dossier, by)
    (deliberation,) = _lock(dossier, [deliberation.pk], target=DeliberationState.DECIDED)
    chosen = outcomes.BallotChoice(casting) if casting and deliberation.is_tie else None
    decision = jury.decide(counted(deliberation), bench.standard.majority, chosen)
    if decision.answer is None:
        raise CastingVoteAwaited(decision.reasons)
    is_departure = departs(deliberation, decision.answer)
    if is_departure and not (ground and reason.strip()):
        raise ReasonMissing
    deliberation.casting_vote = chosen
    deliberation.departure_ground = DepartureGround(ground) if is_departure and ground else None
    deliberation.departure_reason = reason.strip() if is_departure else ""
    settle(deliberation, decision.answer, at=at)
    deliberation.save()
    note_votes(
        "decided",
        [deliberation],
        by=by,
        at=at,
        outcome=decision.answer,
        by_casting_vote=chosen is not None,
        departs=is_departure,
        departure_ground=deliberation.departure_ground,
    )
    return deliberation


# Giving up


@transaction.atomic(durable=True)
def lapse_vote(deliberation: Deliberation, *, by: User, at: datetime) -> Deliberation:
    """Give up a vote that has lost its quorum: nothing is counted, and the block returns to a later session."""
    (lapsed,) = _lapse(deliberation.dossier, [deliberation.pk], by=by, at=at)
    return lapsed


@transaction.atomic(durable=True)
def lapse_votes(dossier: Dossier, *, by: User, at: datetime) -> list[Deliberation]:
    """Every open vote of the dossier that has no quorum; refused when each has one."""
    return _lapse(dossier, _open_ones(dossier), by=by, at=at)


def _lapse(dossier: Dossier, ids: Iterable[int], *, by: User, at: datetime) -> list[Deliberation]:
    bench = _lead(dossier, by)
    deliberations = _lock(dossier, ids, target=DeliberationState.LAPSED)
    if bench.is_written:
        if not window_of(deliberations[0].dossier.session).is_over(at):
            raise WindowNotOver
        voted = voted_on(deliberations)
        lost = [row for row in deliberations if not bench.quorum_of_vote(dossier, voted[row.pk]).answer]
    else:
        lost = [] if bench.quorum(dossier).answer else deliberations
    if not lost:
        raise StillQuorate
    for row in lost:
        row.state, row.closed_at = DeliberationState.LAPSED, at
        row.save(update_fields=["state", "closed_at"])
    note_votes("vote_lapsed", lost, by=by, at=at)
    return lost
