"""A vote in writing: a window of days instead of a meeting, and a quorum of those who have voted."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from correspondence.services import post
from evaluations.reminders import may_write
from rulebook.jury import may_decide

from ..enums import DeliberationState, MotionState, SessionMeans, SessionState
from ..facts import Bench, bench_of, votes_left, window_of
from ..models import (
    WINDOW_EXTENDED_MAIL,
    WRITTEN_VOTE_MAIL,
    Deliberation,
    JurySession,
    Motion,
    Seat,
    Sitting,
)
from ..reminders import stage_on
from .motions import adoptable, leading_seat, write_motion
from .polls import Count, Heard, count_votes, lock_votes, put_to_vote, voted_on
from .refusals import (
    NothingCounted,
    QuorumReached,
    WindowNotExtended,
    WindowNotOpen,
    WindowNotOver,
    WrongMoment,
)
from .steps import chair_of, lock, lock_for, move, note, record_ties

# Opening


def begin(session: JurySession, *, by: User, at: datetime, by_the_clock: bool = False) -> None:
    """Open a locked session, and put every complete dossier to the vote at once.

    The unanimous ones make a motion of each person who leads some, so that members adopt them together.
    """
    if at < window_of(session).opens_at:
        raise WindowNotOpen
    Sitting.objects.create(session=session)
    move(session, SessionState.OPEN, by=by, at=at, by_the_clock=by_the_clock)
    record_ties(session, session.seats.select_related("member", "substitute"), by=by, at=at)
    bench = bench_of(session)
    pending = Deliberation.objects.filter(dossier__in=_led(session, bench), state=DeliberationState.PENDING)
    ids = list(pending.values_list("pk", flat=True))
    if ids:
        _put_all_to_vote(session, ids, bench, by=by, at=at, by_the_clock=by_the_clock)


def _led(session: JurySession, bench: Bench, seat: Seat | None = None) -> list[int]:
    """The dossiers that somebody leads, or that this seat leads."""
    leaders = {dossier.pk: bench.leader(dossier) for dossier in session.dossiers.order_by("position")}
    return [pk for pk, leader in leaders.items() if leader and seat in (None, leader)]


def _put_all_to_vote(
    session: JurySession, ids: list[int], bench: Bench, *, by: User, at: datetime, by_the_clock: bool
) -> None:
    deliberations = lock_votes(session, ids, target=DeliberationState.OPEN)
    heard = Heard.on(deliberations)
    unanimous = adoptable(deliberations, heard, bench)
    complete = [
        row for row in deliberations if may_decide(heard.proposal(row).answer) and bench.quorum(row.dossier).answer
    ]
    put_to_vote(complete, heard, bench, by=by, at=at, by_the_clock=by_the_clock)
    for seat in (seat for seat in bench.seats if seat.presides):
        if theirs := [row for row in unanimous if bench.leader(row.dossier) == seat]:
            write_motion(session, seat, theirs, by=by, at=at, by_the_clock=by_the_clock)


@transaction.atomic(durable=True)
def open_at_its_hour(session: JurySession, *, at: datetime) -> JurySession:
    """Nobody has to be there when the window opens: the clock opens in the chair's name."""
    session = lock_for(session, SessionState.OPEN)
    if not session.is_written or window_of(session).is_over(at):
        raise WrongMoment
    chair = session.seats.select_related("member__user", "substitute__user").get(is_chair=True)
    begin(session, by=chair.sitting.user, at=at, by_the_clock=True)
    return session


def written_to_open(at: datetime) -> list[JurySession]:
    """Written sessions whose hour has come, and whose window is not over."""
    convened = JurySession.objects.filter(state=SessionState.CONVENED, means=SessionMeans.WRITTEN)
    return list(convened.filter(written_opens_at__lte=at, written_closes_at__gt=at).order_by("pk"))


# Counting, or waiting longer


@transaction.atomic(durable=True)
def count_written_votes(session: JurySession, *, by: User, at: datetime) -> Count:
    """Every vote that `by` leads, once the window is over; before that, those on which everybody has voted.

    What has no quorum stays open: the window is extended, or the vote given up.
    """
    session = lock(session, SessionState.OPEN)
    if not session.is_written:
        raise WrongMoment
    bench = bench_of(session)
    seat = leading_seat(bench, by)
    votes = Deliberation.objects.filter(dossier__in=_led(session, bench, seat), state=DeliberationState.OPEN)
    ids = list(votes.values_list("pk", flat=True))
    if not ids:
        raise WrongMoment
    count = count_votes(lock_votes(session, ids, target=DeliberationState.CLOSED), bench, by=by, at=at)
    if not count.closed:
        if not window_of(session).is_over(at):
            raise WindowNotOver
        raise NothingCounted(details=sorted({refusal.message for _, refusal in count.left}))
    if not votes.exists():
        Motion.objects.filter(session=session, seat=seat, state=MotionState.OPEN).update(
            state=MotionState.CLOSED, closed_at=at
        )
    return count


@transaction.atomic(durable=True)
def extend_window(session: JurySession, closes_at: datetime, *, by: User, at: datetime) -> JurySession:
    """Wait for a quorum that some vote lacks; members are told by mail."""
    session = lock(session, SessionState.OPEN)
    chair_of(session, by)
    if not session.is_written:
        raise WrongMoment
    before = window_of(session).closes_at
    if closes_at <= max(before, at):
        raise WindowNotExtended
    bench = bench_of(session)
    if not _short_of_quorum(session, bench):
        raise QuorumReached
    session.written_closes_at = closes_at
    session.save(update_fields=["written_closes_at"])
    for seat in bench.seats:
        _tell(WINDOW_EXTENDED_MAIL, f"{closes_at:%Y%m%dT%H%M}", session, seat, at=at, closes_at=closes_at.isoformat())
    note(session, "window_extended", by=by, at=at, before={"closes_at": before}, after={"closes_at": closes_at})
    return session


def _short_of_quorum(session: JurySession, bench: Bench) -> bool:
    votes = list(
        Deliberation.objects.filter(dossier__session=session, state=DeliberationState.OPEN).select_related("dossier")
    )
    voted = voted_on(votes)
    return any(not bench.quorum_of_vote(row.dossier, voted[row.pk]).answer for row in votes)


# Reminding


@transaction.atomic(durable=True)
def remind_voters(session: JurySession, *, at: datetime) -> int:
    """Today's word to those who have not voted on everything, once. Returns how many were told."""
    window = window_of(session)
    stage = stage_on(window, timezone.localdate(at))
    if stage is None or not window.is_open(at) or not may_write(at):
        return 0
    key = f"{stage}:{timezone.localdate(window.closes_at)}"  # a window that is extended has another last day
    bench = bench_of(session)
    left = votes_left(session, bench)
    awaited = [seat for seat in bench.seats if left[seat.pk]]
    told = [_tell(WRITTEN_VOTE_MAIL, key, session, seat, at=at, stage=stage) for seat in awaited]
    return sum(told)


def written_to_remind() -> list[JurySession]:
    return list(JurySession.objects.filter(state=SessionState.OPEN, means=SessionMeans.WRITTEN).order_by("pk"))


def _tell(kind: str, event: str, session: JurySession, seat: Seat, *, at: datetime, **facts: str) -> bool:
    """Whether it had not been told yet."""
    mail = post(
        kind,
        key=f"{kind}:{seat.pk}:{seat.sitting.pk}:{event}",
        to=seat.sitting.user.email,
        about=session.subject,
        at=at,
        facts={"seat": seat.pk, "member": seat.sitting.pk, **facts},
    )
    return mail.queued_at == at
