"""Certificates that may be declared to the CDC, and files that declare them: rows, without service."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from accounts.models import User
from certificates import keys, register
from certificates.cdc.facts import technical_id
from certificates.enums import CertificateState, ExamMode, FlowState, Initiative
from certificates.models import CdcComplement, CdcFlow, CdcPassage, Certificate, CertificateFile
from certificates.services import issue_certificate

from .candidates import make_acquired_block
from .certificates import ISSUED_AT, SEVEN_BLOCKS, make_holder
from .organisations import make_admin

DELIVERED_ON = date(2021, 7, 5)
MADE_AT = datetime(2021, 9, 15, 9, 0, tzinfo=UTC)
COMPLEMENT = {
    "initiative": Initiative.TRAINING_ORGANISATION,
    "exam_starts_on": date(2021, 5, 3),
    "exam_ends_on": date(2021, 6, 11),
    "exam_mode": ExamMode.ON_SITE,
    "exam_postcode": "69001",
}


def publish(certificate: Certificate) -> Certificate:
    """Signed in the register, and not drawn: each key is told from the others by its number."""
    content = f"%PDF-1.7 {certificate.number}".encode()
    certificate.sha256 = hashlib.sha256(content).hexdigest()
    CertificateFile.objects.create(
        certificate=certificate, content=content, sha256=certificate.sha256, drawn_at=ISSUED_AT
    )
    certificate.state, certificate.published_at = CertificateState.PUBLISHED, ISSUED_AT
    certificate.key_hash = keys.hash_of(certificate.number)
    certificate.save(update_fields=["state", "published_at", "key_hash", "sha256"])
    register.enter(certificate, at=ISSUED_AT)
    return certificate


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def make_declarable(
    *,
    complement: dict[str, Any] | None = None,
    delivered_on: date = DELIVERED_ON,
    confirmed_reason: str = "",
    **fields: Any,
) -> Certificate:
    """Published and complete; `complement={}` leaves what only the secretariat knows unsaid."""
    *before, last = SEVEN_BLOCKS
    enrolment = make_holder(before, **fields)
    make_acquired_block(enrolment.candidate, last, acquired_on=delivered_on)
    at = max(ISSUED_AT, at_noon(delivered_on))
    certificate = publish(issue_certificate(enrolment, by=make_admin(), at=at, confirmed_reason=confirmed_reason))
    if said := COMPLEMENT if complement is None else complement:
        CdcComplement.objects.create(certificate=certificate, **said)
    return certificate


def make_declared(
    *certificates: Certificate, state: str = FlowState.MADE, by: User | None = None, made_at: datetime = MADE_AT
) -> CdcFlow:
    content = b"<flux/>"
    answered = {"answered_at": made_at} if state in {FlowState.ANSWERED, FlowState.REFUSED} else {}
    flow = CdcFlow.objects.create(
        identifier=uuid4(),
        schema_version="1.1.2",
        state=state,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=by or make_admin(),
        made_at=made_at,
        deposited_on=made_at.date() if state == FlowState.DEPOSITED else None,
        refusal="Mauvais schéma." if state == FlowState.REFUSED else "",
        **answered,
    )
    for certificate in certificates:
        CdcPassage.objects.create(flow=flow, certificate=certificate, technical_id=technical_id(certificate))
    return flow
