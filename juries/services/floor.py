"""What is on the table: the dossier that the presidency calls, which members' pages follow, and its time."""

from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..enums import SessionState
from ..models import Dossier, JurySession, Sitting
from .refusals import NotTheChair, OtherSession
from .steps import chair_of, conduct, lock, note


@transaction.atomic(durable=True)
def call_dossier(session: JurySession, dossier: Dossier | None, *, by: User, at: datetime) -> Sitting:
    """Whoever leads the dossier puts it on the table; the chair, or whoever leads the one that is there, clears it.

    Called again, a dossier keeps its clock.
    """
    session = lock(session, SessionState.OPEN)
    sitting = _sitting(session)
    if dossier is not None:
        if dossier.session_id != session.pk:
            raise OtherSession
        conduct(dossier, by)
    else:
        _check_may_clear(session, sitting.dossier, by)
    if sitting.dossier == dossier:
        return sitting
    before = {"enrolment": _reference(sitting.dossier)}
    sitting.dossier, sitting.called_at = dossier, at if dossier else None
    sitting.save(update_fields=["dossier", "called_at"])
    note(session, "called", by=by, at=at, before=before, after={"enrolment": _reference(dossier)})
    return sitting


@transaction.atomic(durable=True)
def give_minutes(session: JurySession, minutes: int | None, *, by: User, at: datetime) -> Sitting:
    """How long the presidency means to spend on each dossier: a clock to look at, which ends nothing."""
    session = lock(session, SessionState.OPEN)
    chair_of(session, by)
    sitting = _sitting(session)
    if sitting.minutes != minutes:
        before, sitting.minutes = {"minutes": sitting.minutes}, minutes
        sitting.save(update_fields=["minutes"])
        note(session, "minutes_given", by=by, at=at, before=before, after={"minutes": minutes})
    return sitting


def _sitting(session: JurySession) -> Sitting:
    """Of a session opened before pages followed anything, made on the first call; the session's lock makes it once."""
    rows = Sitting.objects.select_related("dossier__enrolment", "dossier__session")
    return rows.filter(session=session).first() or Sitting.objects.create(session=session)


def _check_may_clear(session: JurySession, dossier: Dossier | None, by: User) -> None:
    try:
        chair_of(session, by)
    except NotTheChair:
        if dossier is None:
            raise
        conduct(dossier, by)


def _reference(dossier: Dossier | None) -> str | None:
    return dossier.enrolment.reference if dossier else None
