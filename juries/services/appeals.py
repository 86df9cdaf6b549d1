"""A candidate contests what was published: recorded whenever it comes, settled once."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User

from ..enums import AppealOutcome, SessionState
from ..facts import appeal_deadline
from ..models import Appeal, Dossier
from .refusals import AppealMisdated, AppealSettled, AppealUnderWay, OutcomeMisdated
from .steps import lock, note


@transaction.atomic(durable=True)
def record_appeal(dossier: Dossier, *, received_on: date, grounds: str, by: User, at: datetime) -> Appeal:
    """Late or in time, against the deadline that the standard sets: what to make of a late one is its outcome's."""
    session = lock(dossier.session, SessionState.PUBLISHED)
    assert session.published_at is not None  # Published.  # noqa: S101
    if not timezone.localdate(session.published_at) <= received_on <= timezone.localdate(at):
        raise AppealMisdated
    if Appeal.objects.filter(dossier=dossier, outcome__isnull=True).exists():
        raise AppealUnderWay
    appeal = Appeal.objects.create(
        dossier=dossier,
        received_on=received_on,
        deadline_on=appeal_deadline(session),
        grounds=grounds.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    facts = {"received_on": received_on, "deadline_on": appeal.deadline_on, "is_late": appeal.is_late}
    _note(appeal, "appeal_recorded", by=by, at=at, **facts)
    return appeal


@transaction.atomic(durable=True)
def settle_appeal(
    appeal: Appeal, *, outcome: AppealOutcome, outcome_on: date, reason: str, by: User, at: datetime
) -> Appeal:
    """Written once. Upheld, what the jury refused in this dossier comes back before a later session, as it stands."""
    lock(appeal.dossier.session, SessionState.PUBLISHED)
    appeal = Appeal.objects.select_related("dossier__session", "dossier__enrolment").get(pk=appeal.pk)
    if not appeal.is_pending:
        raise AppealSettled
    if not (appeal.received_on <= outcome_on <= timezone.localdate(at) and reason.strip()):
        raise OutcomeMisdated
    appeal.outcome, appeal.outcome_on, appeal.outcome_reason = outcome, outcome_on, reason.strip()
    appeal.settled_by, appeal.settled_at = by, at
    appeal.save(update_fields=["outcome", "outcome_on", "outcome_reason", "settled_by", "settled_at"])
    _note(appeal, "appeal_settled", by=by, at=at, outcome=outcome, outcome_on=outcome_on)
    return appeal


def _note(appeal: Appeal, action: str, *, by: User, at: datetime, **facts: object) -> None:
    """Neither the grounds nor the reason of the outcome: both tell of the person."""
    dossier = appeal.dossier
    after = {"enrolment": dossier.enrolment.reference, "appeal": appeal.pk, **facts}
    note(dossier.session, action, by=by, at=at, after=after)
