"""The supplement of each published certificate: drawn once, sealed and kept, after the certificate and from its row."""

import hashlib
from datetime import datetime

from django.db import transaction

from documents.drawing import DrawingRefused
from documents.sealing import SealUnusable, seal_fingerprint
from journal.services import SYSTEM, record

from . import file_refusals, register, register_files
from .enums import CertificateState, Document, PaperKind
from .models import Certificate, CertificateQuerySet, SupplementFile
from .printing import draw_supplement

RANK = 1  # A certificate has one.


def without_supplement() -> CertificateQuerySet:
    """Valid certificates that should have one: those frozen under version 1 hold nothing to draw it from."""
    return Certificate.objects.filter(
        kind=PaperKind.CERTIFICATE, state=CertificateState.PUBLISHED, supplement__isnull=True
    ).exclude(template_version="1")


def to_draw(*, at: datetime) -> CertificateQuerySet:
    resting = file_refusals.resting(Document.SUPPLEMENT, at=at)
    return without_supplement().exclude(pk__in=resting.values("certificate"))


def keep_supplement(certificate_id: int, *, at: datetime) -> SupplementFile | None:
    """Draw and keep it; kept already, it stays as it is. None of a paper that has ended, and when
    refused: why is kept, for the secretariat.

    Drawn outside of the transaction: two workers may draw it, and the first to be done keeps it.
    """
    certificate = Certificate.objects.select_related("supplement", "replaces").get(pk=certificate_id)
    if hasattr(certificate, "supplement"):
        return certificate.supplement
    if certificate.state != CertificateState.PUBLISHED:
        return None
    try:
        register.refuse_unless_valid(certificate)
        drawing = draw_supplement(certificate)
    except (DrawingRefused, SealUnusable) as refusal:
        file_refusals.keep(certificate, Document.SUPPLEMENT, RANK, refusal, at=at)
        return None
    return _keep(certificate, bytes(drawing), at=at)


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
    register_files.enter(certificate, Document.SUPPLEMENT, rank=RANK, sha256=supplement.sha256, at=at)
    file_refusals.forget(certificate, Document.SUPPLEMENT, RANK)
    record(
        "certificate.supplement_kept",
        subject=certificate.subject,
        actor=SYSTEM,
        at=at,
        after={"sha256": supplement.sha256},
    )
    return supplement
