"""The supplement of each published certificate: drawn once, sealed and kept, after the certificate and from its row."""

import hashlib
from datetime import datetime

from django.db import transaction

from documents.sealing import seal_fingerprint
from journal.services import SYSTEM, record

from .enums import CertificateState, PaperKind
from .models import Certificate, CertificateQuerySet, SupplementFile
from .printing import draw_supplement


def without_supplement() -> CertificateQuerySet:
    """Valid certificates that should have one: those frozen under version 1 hold nothing to draw it from."""
    return Certificate.objects.filter(
        kind=PaperKind.CERTIFICATE, state=CertificateState.PUBLISHED, supplement__isnull=True
    ).exclude(template_version="1")


def keep_supplement(certificate_id: int, *, at: datetime) -> SupplementFile:
    """Draw and keep it; kept already, it stays as it is. Raises `DrawingRefused`.

    Drawn outside of the transaction: two workers may draw it, and the first to be done keeps it.
    """
    certificate = Certificate.objects.select_related("supplement").get(pk=certificate_id)
    if not hasattr(certificate, "supplement"):
        return _keep(certificate, bytes(draw_supplement(certificate)), at=at)
    return certificate.supplement


@transaction.atomic(durable=True)
def _keep(certificate: Certificate, content: bytes, *, at: datetime) -> SupplementFile:
    certificate = Certificate.objects.lock(certificate.pk)
    kept = SupplementFile.objects.filter(certificate=certificate).first()
    if kept:
        return kept
    supplement = SupplementFile.objects.create(
        certificate=certificate,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        drawn_at=at,
        seal_sha256=seal_fingerprint(),
    )
    record(
        "certificate.supplement_kept",
        subject=certificate.subject,
        actor=SYSTEM,
        at=at,
        after={"sha256": supplement.sha256},
    )
    return supplement
