"""What the services of a session share: the lock, the move from state to state, who conducts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from journal.services import record
from rulebook import outcomes
from rulebook.transitions import SESSION, may_move

from ..enums import RecusalReason, SessionState
from ..facts import ties_of
from ..models import Dossier, JurySession, Recusal, Seat
from ..permissions import is_recused
from .refusals import ChairRecused, NotTheChair, WrongMoment

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


def move(session: JurySession, target: SessionState, *, by: User, at: datetime, **facts: Any) -> None:
    before = session.state
    session.state = target
    setattr(session, STAMPS[target], at)
    session.save(update_fields=["state", STAMPS[target]])
    note(session, target, by=by, at=at, before={"state": before}, after={"state": target, **facts})


def note(
    session: JurySession,
    action: str,
    *,
    by: User,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    subject = session.subject
    record(f"session.{action}", subject=subject, actor=by.reference, at=at, before=before, after=after)


def chair_of(session: JurySession, user: User) -> Seat:
    seats = Seat.objects.of(user).filter(session=session, is_chair=True).select_related("member", "substitute")
    seat = seats.first()
    if seat is None:
        raise NotTheChair
    return seat


def conduct(dossier: Dossier, user: User) -> Seat:
    """The chair's seat, if it may lead the vote on this dossier."""
    seat = chair_of(dossier.session, user)
    if is_recused(seat, dossier):
        raise ChairRecused
    return seat


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
