"""The meeting: opened by the chair, closed once everything that could be decided is."""

from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..enums import MotionState, Presence, SessionState
from ..facts import undecided_deliberations
from ..models import JurySession, Sitting
from .presence import write_presence
from .refusals import SessionUndecided
from .steps import chair_of, lock_for, move, record_ties
from .written import begin


@transaction.atomic(durable=True)
def open_session(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """The chair, who has declared and is present from now on, opens; ties made since the convening are looked for."""
    session = lock_for(session, SessionState.OPEN)
    chair = chair_of(session, by)
    if session.is_written:
        begin(session, by=by, at=at)
        return session
    Sitting.objects.create(session=session)
    move(session, SessionState.OPEN, by=by, at=at)
    if not chair.is_present:
        write_presence(session, {chair: Presence.PRESENT}, by=by, at=at)
    record_ties(session, session.seats.select_related("member", "substitute"), by=by, at=at)
    return session


@transaction.atomic(durable=True)
def close_session(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """Once every block is decided, but those that lack an evaluation or a quorum: they wait for another session."""
    session = lock_for(session, SessionState.CLOSED)
    chair_of(session, by)
    if undecided := undecided_deliberations(session):
        raise SessionUndecided(len(undecided))
    session.motions.filter(state=MotionState.OPEN).update(state=MotionState.CLOSED, closed_at=at)
    move(session, SessionState.CLOSED, by=by, at=at)
    return session
