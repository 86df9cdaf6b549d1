"""Adapted exams: the smallest valid rows, written directly, without service nor journal nor mail."""

from collections.abc import Iterable
from datetime import UTC, datetime

from accounts.models import User
from candidates.models import Enrolment
from evaluations.enums import AdaptationState, Adjustment
from evaluations.models import AdaptationEvidence, AdaptationRequest
from evaluations.models.adaptations import EVIDENCE

from .evaluations import attributes_of, evaluator_of
from .organisations import make_admin
from .uploads import stored

REQUESTED_AT = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
DECIDED_AT = datetime(2021, 3, 8, 9, 0, tzinfo=UTC)
NEED = "Lit lentement un texte long."


def make_adaptation(
    enrolment: Enrolment,
    state: str = AdaptationState.PENDING,
    *,
    channels: Iterable[str] = ("training",),
    adjustment: str = Adjustment.EXTRA_TIME,
    detail: str = "un tiers",
    by: User | None = None,
    evidence: str = "",
    need: str = NEED,
    at: datetime = REQUESTED_AT,
    decided_at: datetime = DECIDED_AT,
) -> AdaptationRequest:
    """Asked by a member of the enrolment's organisation; granted as it was asked. `evidence` is the name of a file."""
    request = AdaptationRequest.objects.create(
        enrolment=enrolment,
        requested_for=enrolment.training_organisation,
        need=need,
        requested_by=by or evaluator_of(enrolment, "training"),
        requested_at=at,
    )
    _adjust(request, channels, adjustment, detail, is_granted=False)
    if evidence:
        file = attributes_of(stored(evidence, folder=EVIDENCE))
        AdaptationEvidence.objects.create(request=request, uploaded_by=request.requested_by, uploaded_at=at, **file)
    if state == AdaptationState.PENDING:
        return request
    request.state = state
    if state == AdaptationState.REPLACED:
        request.replaced_at = decided_at
    else:
        request.decided_by, request.decided_at = make_admin(), decided_at
        request.decision_reason = "" if state == AdaptationState.GRANTED else "Le justificatif ne suffit pas."
    if state == AdaptationState.GRANTED:
        _adjust(request, channels, adjustment, detail, is_granted=True)
    request.save()
    return request


def _adjust(
    request: AdaptationRequest, channels: Iterable[str], adjustment: str, detail: str, *, is_granted: bool
) -> None:
    row = request.adjustments.create(adjustment=adjustment, detail=detail, is_granted=is_granted)
    row.channels.set(request.enrolment.version.channels.filter(code__in=channels))
