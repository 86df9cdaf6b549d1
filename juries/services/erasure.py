"""The end of the secret: once nobody may contest, who voted what is erased, and the counts remain."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from journal.services import SYSTEM, record

from ..enums import SessionState
from ..facts import appeal_deadline
from ..models import Appeal, Ballot, BallotErasure, JurySession, Remark
from .refusals import ErasureTooSoon, WrongMoment
from .steps import lock


@transaction.atomic(durable=True)
def erase_ballots(session: JurySession, *, at: datetime) -> BallotErasure:
    """Every ballot and remark of a published session, once its appeal period is over and no appeal is pending.

    The database lets them go only beside the row that says so. A second call is refused.
    """
    session = lock(session, SessionState.PUBLISHED)
    if BallotErasure.objects.filter(session=session).exists():
        raise WrongMoment
    if not _is_over(session, on=timezone.localdate(at)) or _is_contested(session):
        raise ErasureTooSoon
    ballots = Ballot.objects.filter(deliberation__dossier__session=session)
    remarks = Remark.objects.filter(dossier__session=session)
    counts = {"ballots": ballots.count(), "remarks": remarks.count()}
    erasure = BallotErasure.objects.create(session=session, erased_at=at, **counts)
    ballots.delete()
    remarks.delete()
    record("session.ballots_erased", subject=session.subject, actor=SYSTEM, at=at, after=counts)
    return erasure


def due_for_erasure(at: datetime) -> list[int]:
    """Of the sessions that still keep their ballots, those of which nothing can be contested any more."""
    kept = JurySession.objects.filter(state=SessionState.PUBLISHED, ballot_erasure__isnull=True)
    uncontested = kept.exclude(dossiers__appeals__in=Appeal.objects.pending()).select_related("version")
    today = timezone.localdate(at)
    return [session.pk for session in uncontested.order_by("published_at", "pk") if _is_over(session, on=today)]


def _is_over(session: JurySession, *, on: date) -> bool:
    """The last day to contest is one of the days to contest."""
    return appeal_deadline(session) < on


def _is_contested(session: JurySession) -> bool:
    return Appeal.objects.pending().filter(dossier__session=session).exists()
