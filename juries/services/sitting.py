"""The meeting itself: who is there, who presides, who withdraws, until it closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..enums import DeliberationState, Presence, RecusalReason, SessionState
from ..facts import undecided_deliberations
from ..models import BEFORE_SEALING, IN_SITTING, Ballot, Deliberation, Dossier, JurySession, Recusal, Seat
from ..permissions import may_administer, may_declare
from .refusals import HasVoted, MemberAway, NoSubstitute, NotYourSeat, SessionUndecided, VoteUnderWay, WrongMoment
from .steps import chair_of, lock, lock_for, move, note, record_ties

CLOSED_TO_BALLOTS = (Presence.EXPECTED, Presence.EXCUSED, Presence.ABSENT)


@dataclass(frozen=True, slots=True)
class Conflict:
    dossier: Dossier
    detail: str = ""


@transaction.atomic(durable=True)
def open_session(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """The chair, present from now on, opens; evaluations signed since the convening are looked at again."""
    session = lock_for(session, SessionState.OPEN)
    chair = chair_of(session, by)
    move(session, SessionState.OPEN, by=by, at=at)
    if not chair.is_present:
        _write_presence(session, {chair: Presence.PRESENT}, by=by, at=at)
    record_ties(session, session.seats.select_related("member", "substitute"), by=by, at=at)
    return session


@transaction.atomic(durable=True)
def record_presence(session: JurySession, presences: Mapping[int, Presence], *, by: User, at: datetime) -> JurySession:
    """By seat number. Who has voted was there: they may leave, not have been absent."""
    session = lock(session, *IN_SITTING)
    chair_of(session, by)
    seats = session.seats.select_for_update(of=("self",), no_key=True).filter(number__in=presences).order_by("pk")
    changed = {seat: presences[seat.number] for seat in seats if seat.presence != presences[seat.number]}
    unseated = [seat for seat, presence in changed.items() if presence in CLOSED_TO_BALLOTS]
    if Ballot.objects.filter(seat__in=unseated).exists():
        raise HasVoted
    _write_presence(session, changed, by=by, at=at)
    return session


def _write_presence(session: JurySession, presences: Mapping[Seat, Presence], *, by: User, at: datetime) -> None:
    before = {str(seat.number): seat.presence for seat in presences}
    for seat, presence in presences.items():
        seat.presence = presence
    Seat.objects.bulk_update(presences, ["presence"])
    after = {str(seat.number): presence for seat, presence in presences.items()}
    note(session, "attendance", by=by, at=at, before=before, after=after)


@transaction.atomic(durable=True)
def substitute(seat: Seat, *, by: User, at: datetime) -> Seat:
    """The substitute, who is there, sits from now on; what the titular was withdrawn from stays closed to the seat."""
    session = lock(seat.session, *IN_SITTING)
    chair_of(session, by)
    rows = Seat.objects.select_for_update(of=("self",), no_key=True).select_related("member", "substitute")
    seat = rows.get(pk=seat.pk)
    if seat.substitute is None:
        raise NoSubstitute
    if seat.is_substituted:
        raise WrongMoment
    if _a_vote_is_open(session):
        raise VoteUnderWay
    seat.is_substituted, seat.presence, seat.conflicts_declared_at = True, Presence.PRESENT, None
    seat.save(update_fields=["is_substituted", "presence", "conflicts_declared_at"])
    note(session, "substituted", by=by, at=at, after={"seat": seat.number, "member": seat.substitute_id})
    record_ties(session, [seat], by=by, at=at)
    return seat


@transaction.atomic(durable=True)
def hand_over_chair(seat: Seat, *, by: User, at: datetime) -> JurySession:
    """Another member presides: when the chair is away, or withdrawn from the dossier at hand."""
    session = lock(seat.session, *BEFORE_SEALING)
    if not may_administer(by):
        chair_of(session, by)
    if _a_vote_is_open(session):
        raise VoteUnderWay
    if session.is_open and not session.seats.get(pk=seat.pk).is_present:
        raise MemberAway
    chair = session.seats.get(is_chair=True)
    session.seats.filter(pk=chair.pk).update(is_chair=False)
    session.seats.filter(pk=seat.pk).update(is_chair=True)
    note(session, "chair", by=by, at=at, before={"seat": chair.number}, after={"seat": seat.number})
    return session


def _a_vote_is_open(session: JurySession) -> bool:
    return Deliberation.objects.filter(dossier__session=session, state=DeliberationState.OPEN).exists()


@transaction.atomic(durable=True)
def declare_conflicts(seat: Seat, conflicts: Sequence[Conflict], *, by: User, at: datetime) -> Seat:
    """What a member is tied to, or nothing: either way it is said, and dossiers open after it.

    A conflict found later is declared the same way. Ballots already cast stay counted: the member withdraws from what
    follows.
    """
    rows = Seat.objects.select_for_update(of=("self",), no_key=True).select_related("session", "member", "substitute")
    seat = rows.get(pk=seat.pk)
    if not may_declare(seat):
        raise WrongMoment
    if not Seat.objects.of(by).filter(pk=seat.pk).exists():
        raise NotYourSeat
    Recusal.objects.bulk_create(
        (
            Recusal(
                dossier=conflict.dossier,
                seat=seat,
                member=seat.sitting,
                reason=RecusalReason.DECLARED,
                detail=conflict.detail.strip(),
                recorded_at=at,
            )
            for conflict in conflicts
        ),
        ignore_conflicts=True,
    )
    if seat.conflicts_declared_at is None:
        seat.conflicts_declared_at = at
        seat.save(update_fields=["conflicts_declared_at"])
    declared = [conflict.dossier.enrolment.reference for conflict in conflicts]
    note(seat.session, "conflicts_declared", by=by, at=at, after={"seat": seat.number, "enrolments": declared})
    return seat


@transaction.atomic(durable=True)
def close_session(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """Once every block is decided, but those that lack an evaluation or a quorum: they wait for another session."""
    session = lock_for(session, SessionState.CLOSED)
    chair_of(session, by)
    if undecided := undecided_deliberations(session):
        raise SessionUndecided(len(undecided))
    move(session, SessionState.CLOSED, by=by, at=at)
    return session
