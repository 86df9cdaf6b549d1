"""What must be true of every file of the feed and of what it declares."""

import hashlib
from collections.abc import Iterator

from django.db.models import Count, Q

from journal.invariants import Invariant

from ..enums import FlowState, PaperKind, PassageState
from ..models import CdcFlow, CdcPassage
from .facts import technical_id


def _altered_flows() -> Iterator[str]:
    for flow in CdcFlow.objects.order_by("pk").iterator(chunk_size=20):
        is_as_sent = hashlib.sha256(bytes(flow.content)).hexdigest() == flow.sha256
        if not is_as_sent or str(flow.identifier).encode() not in bytes(flow.content):
            yield str(flow)
        elif flow.report is not None and hashlib.sha256(bytes(flow.report)).hexdigest() != flow.report_sha256:
            yield f"{flow} (report)"


def _undue_passages() -> Iterator[str]:
    passages = CdcPassage.objects.select_related("certificate__certification").order_by("pk")
    for passage in passages.iterator(chunk_size=500):
        certificate = passage.certificate
        is_due = certificate.kind == PaperKind.CERTIFICATE and certificate.registration_id is not None
        if not is_due or passage.technical_id != technical_id(certificate):
            yield passage.technical_id


def _declared_twice() -> Iterator[str]:
    live = CdcPassage.objects.exclude(state=PassageState.REJECTED).values("certificate__number")
    yield from live.annotate(times=Count("pk")).filter(times__gt=1).values_list("certificate__number", flat=True)


def _unsettled() -> Iterator[str]:
    """An answered file has an answer for each of its certificates; one that is awaited has none."""
    settled = Q(flow__state__in=[FlowState.ANSWERED, FlowState.REFUSED])
    pending = Q(state=PassageState.PENDING)
    wrong = CdcPassage.objects.filter(settled & pending | ~settled & ~pending)
    yield from wrong.order_by("pk").values_list("technical_id", flat=True)


CDC_INVARIANTS = (
    Invariant("cdc.flow", "Every file of the CDC feed is as it was sent, and its report as it came.", _altered_flows),
    Invariant(
        "cdc.passages", "Only full certificates that claim the RNCP are declared, each as itself.", _undue_passages
    ),
    Invariant("cdc.once", "No certificate is in two live passages.", _declared_twice),
    Invariant("cdc.answers", "A settled file has settled passages, and no other has.", _unsettled),
)
