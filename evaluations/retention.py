"""How long what was said of a candidate's need is kept: until it can no longer be contested."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from documents.uploads import discard
from journal.services import SYSTEM, record

from .enums import AdaptationState
from .models import AdaptationEvidence, AdaptationRequest

KEPT = timedelta(days=61)  # the two months in which a decision is contested


def to_erase(*, at: datetime) -> QuerySet[AdaptationRequest]:
    """Decided, replaced, or without object since so long; the need and its evidence have served."""
    since = at - KEPT
    over = Q(decided_at__lt=since) | Q(replaced_at__lt=since)
    left = Q(state=AdaptationState.PENDING, enrolment__withdrawn_on__lt=since.date())
    return AdaptationRequest.objects.filter(over | left, erased_at__isnull=True)


def erase_needs(*, at: datetime) -> int:
    """What remains is what was granted or refused, by whom and when. Each request is its own transaction."""
    chosen = list(to_erase(at=at).order_by("pk").values_list("pk", flat=True))
    return sum(_erase(pk, at) for pk in chosen)


@transaction.atomic
def _erase(pk: int, at: datetime) -> bool:
    request = to_erase(at=at).select_for_update(of=("self",)).filter(pk=pk).first()
    if request is None:
        return False
    for evidence in AdaptationEvidence.objects.filter(request=request):
        evidence.delete()
        transaction.on_commit(partial(discard, evidence.stored_name))
    request.adjustments.filter(is_granted=False).exclude(detail="").update(detail="")
    request.need, request.erased_at = "", at
    request.save(update_fields=["need", "erased_at"])
    record("adaptation.need_erased", subject=request.subject, actor=SYSTEM, at=at)
    return True
