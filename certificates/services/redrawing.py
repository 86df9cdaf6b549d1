"""Having drawn again what workers were refused, once somebody has seen to why."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from journal.services import record

from ..enums import CertificateState, Document
from ..models import Certificate, FileRefusal
from ..tasks import draw_certificate, draw_duplicate, draw_supplement
from .refusals import NothingRefused


@transaction.atomic(durable=True)
def draw_again(certificate: Certificate, *, by: User, at: datetime) -> list[str]:
    """Whatever was refused of a paper, itself, its supplement or its duplicates, is tried again at once, and as often
    as the first time. Says what. Raises `NothingRefused`.
    """
    certificate = Certificate.objects.lock(certificate.pk)
    refusals = FileRefusal.objects.standing().filter(certificate=certificate).order_by("document", "rank")
    again = [refusal.name for refusal in refusals]
    if certificate.state == CertificateState.RESERVED and certificate.last_error:
        certificate.attempts, certificate.last_error = 0, ""
        certificate.save(update_fields=["attempts", "last_error"])
        draw_certificate.delay_on_commit(certificate_id=certificate.pk)
        again.insert(0, str(Document.ORIGINAL.label))
    if not again:
        raise NothingRefused
    for refusal in refusals:
        if refusal.document == Document.SUPPLEMENT:
            draw_supplement.delay_on_commit(certificate_id=certificate.pk)
    ranks = [refusal.rank for refusal in refusals if refusal.document == Document.DUPLICATE]
    for duplicate in certificate.duplicates.waiting().filter(rank__in=ranks).only("pk"):
        draw_duplicate.delay_on_commit(duplicate_id=duplicate.pk)
    refusals.delete()
    record(
        f"{certificate.kind}.drawn_again",
        subject=certificate.subject,
        actor=by.reference,
        at=at,
        after={"documents": again},
    )
    return again
