"""What the services of a session share: the lock, the move from state to state, who conducts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from journal.services import SYSTEM, record
from rulebook import outcomes
from rulebook.transitions import SESSION, may_move

from ..enums import DeliberationState, RecusalReason, SessionState
from ..facts import bench_of, ties_of
from ..models import Deliberation, Dossier, JurySession, Recusal, Seat
from ..permissions import may_read_dossiers
from .refusals import ChairRecused, ConflictsNotDeclared, NotTheChair, WrongMoment

STAMPS = {
    SessionState.CONVENED: "convened_at",
    SessionState.OPEN: "opened_at",
    SessionState.CLOSED: "closed_at",
    SessionState.SEALED: "sealed_at",
    SessionState.RATIFIED: "ratified_at",
    SessionState.PUBLISHED: "published_at",
}


def lock(session: JurySession, *states: SessionState) -> JurySession:
    """The session, whose decisions now come one at a time, in one of these states.

    Ballots do not wait for this lock: they take their seat's, then share their deliberation's.
    """
    locked = JurySession.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    if locked.state not in states:
        raise WrongMoment
    return locked


def lock_for(session: JurySession, target: SessionState) -> JurySession:
    origins = (
        state
        for state in SessionState
        if may_move(SESSION, outcomes.SessionState(state), outcomes.SessionState(target))
    )
    return lock(session, *origins)


def move(
    session: JurySession, target: SessionState, *, by: User, at: datetime, by_the_clock: bool = False, **facts: Any
) -> None:
    before = session.state
    session.state = target
    setattr(session, STAMPS[target], at)
    session.save(update_fields=["state", STAMPS[target]])
    after = {"state": target, **facts}
    note(session, target, by=by, at=at, by_the_clock=by_the_clock, before={"state": before}, after=after)


def note(
    session: JurySession,
    action: str,
    *,
    by: User,
    at: datetime,
    by_the_clock: bool = False,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`by_the_clock`: at the moment that `by` had set, and on their behalf."""
    actor, on_behalf_of = author(by, by_the_clock=by_the_clock)
    record(
        f"session.{action}",
        subject=session.subject,
        actor=actor,
        on_behalf_of=on_behalf_of,
        at=at,
        before=before,
        after=after,
    )


def author(by: User, *, by_the_clock: bool) -> tuple[str, str]:
    """As the journal names who acts, and on whose behalf."""
    return (SYSTEM, by.reference) if by_the_clock else (by.reference, "")


def chair_of(session: JurySession, user: User) -> Seat:
    """The chair, who conducts nothing before having declared their conflicts."""
    return has_declared(presiding_seat(session, user))


def presiding_seat(session: JurySession, user: User) -> Seat:
    seats = Seat.objects.of(user).filter(session=session, is_chair=True).select_related("member", "substitute")
    seat = seats.first()
    if seat is None:
        raise NotTheChair
    return seat


def has_declared(seat: Seat) -> Seat:
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared
    return seat


def conduct(dossier: Dossier, user: User) -> Seat:
    """The seat that leads this dossier, if it is `user`'s: the vice-chair's when the chair is recused from it."""
    leader = bench_of(dossier.session).leader(dossier)
    if leader is not None and leader.sitting.user_id == user.pk:
        return has_declared(leader)
    if leader is None or not leader.is_chair:
        presiding_seat(dossier.session, user)
        raise ChairRecused
    raise NotTheChair


def record_ties(session: JurySession, seats: Iterable[Seat], *, by: User, at: datetime) -> None:
    """Withdraw each seat from the dossiers to which the rows tie it, without waiting for a declaration."""
    known = set(Recusal.objects.filter(dossier__session=session).values_list("dossier", "member", "reason"))
    found = [
        (dossier, seat, RecusalReason(reason))
        for dossier, seat, reasons in ties_of(session, list(seats))
        for reason in reasons
        if (dossier.pk, seat.sitting.pk, reason) not in known
    ]
    if not found:
        return
    Recusal.objects.bulk_create(
        Recusal(dossier=dossier, seat=seat, member=seat.sitting, reason=reason, recorded_at=at)
        for dossier, seat, reason in found
    )
    recusals = [
        {"enrolment": dossier.enrolment.reference, "seat": seat.number, "reason": reason}
        for dossier, seat, reason in found
    ]
    note(session, "recused", by=by, at=at, after={"recusals": recusals})


def a_vote_is_open(session: JurySession) -> bool:
    return Deliberation.objects.filter(dossier__session=session, state=DeliberationState.OPEN).exists()
