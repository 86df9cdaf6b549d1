"""Who is there, to the moment: arrivals, departures, connections lost and found again, substitutes."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

from accounts.models import User
from journal.services import SYSTEM, record

from ..enums import AttendanceMeans, Presence, PresenceChange, SessionMeans, SessionState
from ..facts import usual_means
from ..models import IN_SITTING, Ballot, JurySession, PresenceEvent, Seat, Sitting
from ..permissions import may_leave
from .refusals import (
    AttendedInWriting,
    HasVoted,
    MemberAway,
    NoSubstitute,
    NotAttendedFromAfar,
    NotYourSeat,
    VoteUnderWay,
    WrongMoment,
)
from .steps import a_vote_is_open, lock, note, presiding_seat, record_ties

CLOSED_TO_BALLOTS = (Presence.EXPECTED, Presence.EXCUSED, Presence.ABSENT)
SILENCE = timedelta(seconds=60)  # after which whoever attends from afar is missed
HEARD_EVERY = timedelta(seconds=5)  # how often the sitting's own row is written, however many signal

# Noted by the chair


@transaction.atomic(durable=True)
def record_presence(
    session: JurySession,
    presences: Mapping[int, Presence],
    *,
    by: User,
    at: datetime,
    means: Mapping[int, AttendanceMeans] | None = None,
) -> JurySession:
    """By seat number. Who has voted was there: they may leave, not have been absent.

    In writing nobody is noted: voting is attending.
    """
    session = lock(session, *IN_SITTING)
    presiding_seat(session, by)
    if session.is_written:
        raise AttendedInWriting
    means = means or {}
    seats = _locked(session, set(presences) | set(means))
    changed = {
        seat: presence
        for seat in seats
        if (presence := presences.get(seat.number, Presence(seat.presence))) != seat.presence
        or (presence == Presence.PRESENT and means.get(seat.number, seat.attends_by) != seat.attends_by)
    }
    unseated = [seat for seat, presence in changed.items() if presence in CLOSED_TO_BALLOTS]
    if Ballot.objects.filter(seat__in=unseated).exists():
        raise HasVoted
    write_presence(
        session, changed, by=by, at=at, means={seat: means[seat.number] for seat in changed if seat.number in means}
    )
    return session


def _locked(session: JurySession, numbers: Collection[int]) -> list[Seat]:
    rows = session.seats.select_for_update(of=("self",), no_key=True).select_related("member", "substitute")
    return list(rows.filter(number__in=numbers).order_by("pk"))


def write_presence(
    session: JurySession,
    presences: Mapping[Seat, Presence],
    *,
    by: User,
    at: datetime,
    means: Mapping[Seat, AttendanceMeans] | None = None,
) -> None:
    """Of seats that are locked. Whoever is there attends by `means`, else as before or as usual."""
    if not presences:
        return
    before = {str(seat.number): seat.presence for seat in presences}
    _move(presences, means or {}, usual_means(session), at=at)
    after = {str(seat.number): str(presence) for seat, presence in presences.items()}
    attends_by = {str(seat.number): seat.attends_by for seat in presences if seat.is_present}
    note(
        session, "attendance", by=by, at=at, before=before, after=after | ({"means": attends_by} if attends_by else {})
    )


def _move(
    presences: Mapping[Seat, Presence],
    means: Mapping[Seat, AttendanceMeans],
    usual: Mapping[int, AttendanceMeans],
    *,
    at: datetime,
) -> None:
    """Each seat where it is now, and what says that it moved."""
    events = []
    for seat, presence in presences.items():
        attended_by = AttendanceMeans(seat.attends_by) if seat.attends_by else usual[seat.pk]
        attends_by = means.get(seat, attended_by)
        change = _change(seat, presence)
        if change is not None:
            by_means = attends_by if presence == Presence.PRESENT else attended_by
            events.append(PresenceEvent(seat=seat, member=seat.sitting, change=change, means=by_means, at=at))
        seat.presence = presence
        if presence == Presence.PRESENT:
            seat.attends_by, seat.seen_at = attends_by, at
    Seat.objects.bulk_update(presences, ["presence", "attends_by", "seen_at"])
    PresenceEvent.objects.bulk_create(events)


def _change(seat: Seat, presence: Presence) -> PresenceChange | None:
    """None when nobody came or went: excused rather than absent, for one."""
    if presence == Presence.LOST:
        return PresenceChange.LOST
    if presence == Presence.PRESENT:
        return PresenceChange.BACK if seat.presence == Presence.LOST else PresenceChange.JOINED
    return PresenceChange.LEFT if seat.presence in (Presence.PRESENT, Presence.LOST) else None


# From afar


@transaction.atomic(durable=True)
def join_session(session: JurySession, *, by: User, at: datetime) -> Seat:
    """A member attends from afar from now on: their page says that they are there."""
    session = lock(session, SessionState.OPEN)
    if session.means not in (SessionMeans.REMOTE, SessionMeans.MIXED):
        raise NotAttendedFromAfar
    seat = _seat_of(session, by)
    if not seat.is_present or seat.attends_by != AttendanceMeans.REMOTE:
        write_presence(session, {seat: Presence.PRESENT}, by=by, at=at, means={seat: AttendanceMeans.REMOTE})
    return seat


@transaction.atomic(durable=True)
def leave_session(session: JurySession, *, by: User, at: datetime) -> Seat:
    """A member says that they go; of those in the room it is the chair who sees and notes it, or who goes."""
    session = lock(session, SessionState.OPEN)
    seat = _seat_of(session, by)
    if seat.presence not in (Presence.PRESENT, Presence.LOST):
        raise MemberAway
    if not may_leave(seat):
        raise NotAttendedFromAfar
    write_presence(session, {seat: Presence.LEFT}, by=by, at=at)
    return seat


def _seat_of(session: JurySession, user: User) -> Seat:
    number = Seat.objects.of(user).filter(session=session).values_list("number", flat=True).first()
    if number is None:
        raise NotYourSeat
    (seat,) = _locked(session, [number])
    return seat


@transaction.atomic(durable=True)
def signal(session: JurySession, *, by: User, at: datetime) -> None:
    """A member's page says that it is there; whoever attends from afar and has been silent for a minute is lost.

    Nobody is when it is we who were not listening: after a silence of everybody's, each has a minute to be heard again.
    Waits for no decision unless somebody is lost or back.
    """
    seat = Seat.objects.of(by).filter(session=session).only("pk", "presence").first()
    if seat is None:
        raise NotYourSeat
    is_listening = _listens(session, at)
    silent = _silent(session, at) if is_listening else Seat.objects.none()
    if seat.presence == Presence.LOST or silent.exclude(pk=seat.pk).exists():
        _settle(session, seat, at=at, is_listening=is_listening)
    else:
        Seat.objects.filter(pk=seat.pk, presence=Presence.PRESENT).update(seen_at=at)


def _silent(session: JurySession, at: datetime) -> models.QuerySet[Seat]:
    return session.seats.filter(
        Q(seen_at__lte=at - SILENCE) | Q(seen_at__isnull=True),
        presence=Presence.PRESENT,
        attends_by=AttendanceMeans.REMOTE,
    )


def _listens(session: JurySession, at: datetime) -> bool:
    """Whether members have been heard for long enough that a silence is their own."""
    sitting = Sitting.objects.filter(session=session).only("heard_at", "listening_since").first()
    if sitting is None:
        return False
    rows = Sitting.objects.filter(pk=sitting.pk)
    if sitting.heard_at is None or sitting.heard_at <= at - SILENCE:
        rows.filter(Q(heard_at__isnull=True) | Q(heard_at__lte=at - SILENCE)).update(heard_at=at, listening_since=at)
        return False
    if sitting.heard_at <= at - HEARD_EVERY:
        rows.update(heard_at=at)
    return sitting.listening_since is not None and sitting.listening_since <= at - SILENCE


def _settle(session: JurySession, mine: Seat, *, at: datetime, is_listening: bool) -> None:
    """Under the session's lock: the quorum may change, and with it what may be voted on."""
    try:
        session = lock(session, SessionState.OPEN)
    except WrongMoment:
        return
    silent = {seat.number for seat in _silent(session, at).exclude(pk=mine.pk)} if is_listening else set()
    for seat in _locked(session, silent | {Seat.objects.values_list("number", flat=True).get(pk=mine.pk)}):
        if seat.pk == mine.pk:
            change, presence, action = seat.presence == Presence.LOST, Presence.PRESENT, "back"
        else:
            change, presence, action = seat.number in silent, Presence.LOST, "lost"
        if change:
            before = {str(seat.number): seat.presence}
            _move({seat: presence}, {}, {seat.pk: AttendanceMeans.REMOTE}, at=at)
            after = {str(seat.number): str(presence)}
            record(f"session.{action}", subject=session.subject, actor=SYSTEM, at=at, before=before, after=after)
        elif seat.pk == mine.pk:
            Seat.objects.filter(pk=seat.pk).update(seen_at=at)


# Substitutes


@transaction.atomic(durable=True)
def substitute(seat: Seat, *, by: User, at: datetime) -> Seat:
    """The substitute, who is there, sits from now on; what the titular was withdrawn from stays closed to the seat.

    In writing they are there once they vote, as everybody is.
    """
    session = lock(seat.session, *IN_SITTING)
    presiding_seat(session, by)
    (seat,) = _locked(session, [seat.number])
    if seat.substitute is None:
        raise NoSubstitute
    if seat.is_substituted:
        raise WrongMoment
    if a_vote_is_open(session):
        raise VoteUnderWay
    if seat.presence in (Presence.PRESENT, Presence.LOST):
        _move({seat: Presence.LEFT}, {}, usual_means(session), at=at)
    seat.is_substituted, seat.conflicts_declared_at, seat.attends_by = True, None, None
    seat.save(update_fields=["is_substituted", "conflicts_declared_at", "attends_by"])
    if not session.is_written:
        _move({seat: Presence.PRESENT}, {}, usual_means(session), at=at)
    note(session, "substituted", by=by, at=at, after={"seat": seat.number, "member": seat.substitute_id})
    record_ties(session, [seat], by=by, at=at)
    return seat
