"""The supplement of each published certificate: drawn once, sealed and kept, after the certificate and from its row."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from documents.drawing import DrawingRefused
from documents.sealing import seal_fingerprint
from journal.services import SYSTEM, record

from .enums import CertificateState, PaperKind
from .models import Certificate, CertificateQuerySet, SupplementFile, SupplementRefusal
from .printing import draw_supplement

MAX_ATTEMPTS = 5  # in a row: then somebody has to see to it
TRIED_AGAIN_AFTER = timedelta(days=1)  # once they have, nobody needs to ask for the annex


def without_supplement() -> CertificateQuerySet:
    """Valid certificates that should have one: those frozen under version 1 hold nothing to draw it from."""
    return Certificate.objects.filter(
        kind=PaperKind.CERTIFICATE, state=CertificateState.PUBLISHED, supplement__isnull=True
    ).exclude(template_version="1")


def to_draw(*, at: datetime) -> CertificateQuerySet:
    """Those whose annex was not refused too often: these are tried once a day."""
    worth_a_try = (
        Q(supplement_refusal__isnull=True)
        | Q(supplement_refusal__attempts__lt=MAX_ATTEMPTS)
        | Q(supplement_refusal__refused_at__lte=at - TRIED_AGAIN_AFTER)
    )
    return without_supplement().filter(worth_a_try)


def refused_supplements() -> CertificateQuerySet:
    return without_supplement().filter(supplement_refusal__isnull=False)


def keep_supplement(certificate_id: int, *, at: datetime) -> SupplementFile | None:
    """Draw and keep it; kept already, it stays as it is. None when refused: why is kept, for the secretariat.

    Drawn outside of the transaction: two workers may draw it, and the first to be done keeps it.
    """
    certificate = Certificate.objects.select_related("supplement").get(pk=certificate_id)
    if hasattr(certificate, "supplement"):
        return certificate.supplement
    try:
        drawing = draw_supplement(certificate)
    except DrawingRefused as refusal:
        _keep_refusal(certificate, refusal, at=at)
        return None
    return _keep(certificate, bytes(drawing), at=at)


@transaction.atomic(durable=True)
def _keep_refusal(certificate: Certificate, refusal: DrawingRefused, *, at: datetime) -> None:
    Certificate.objects.lock(certificate.pk)
    refused = SupplementRefusal.objects.filter(certificate=certificate).first()
    refused = refused or SupplementRefusal(certificate=certificate)
    refused.attempts += 1
    refused.last_error, refused.refused_at = " ".join(refusal.reasons), at
    refused.save()


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
    SupplementRefusal.objects.filter(certificate=certificate).delete()
    record(
        "certificate.supplement_kept",
        subject=certificate.subject,
        actor=SYSTEM,
        at=at,
        after={"sha256": supplement.sha256},
    )
    return supplement
