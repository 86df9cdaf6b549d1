"""Issuing: the verdict, a number without gaps, and a frozen context, in one transaction. The drawing follows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.models import Block, Registration
from candidates.models import AcquiredBlock, Enrolment
from journal.services import record
from rulebook.award import judge_block_statement, judge_issuance
from rulebook.registration import judge_claim

from ..enums import PaperKind
from ..facts import issuance_facts, registration_of, statement_facts
from ..models import Certificate
from ..papers import TEMPLATE_VERSION, paper_context
from ..tasks import draw_certificate
from .refusals import CertificateRefused
from .steps import lock_holder, take_number


@transaction.atomic(durable=True)
def issue_certificate(enrolment: Enrolment, *, by: User, at: datetime, confirmed_reason: str = "") -> Certificate:
    """Reserve the certificate of whoever holds every block it takes.

    Outside of every registration the paper claims none, and `confirmed_reason` says why the branch awards it all the
    same. Raises `CertificateRefused`, `SignatoryMissing` or `IssuingStopped`.
    """
    return issued_certificate(enrolment, by=by, at=at, confirmed_reason=confirmed_reason)


def issued_certificate(enrolment: Enrolment, *, by: User, at: datetime, confirmed_reason: str = "") -> Certificate:
    """The same, inside the caller's transaction: what a job does of each of its items."""
    lock_holder(enrolment.candidate_id)
    facts = issuance_facts(enrolment, on=timezone.localdate(at), confirmed_reason=confirmed_reason)
    verdict = judge_issuance(facts)
    if not verdict.answer:
        raise CertificateRefused(verdict.reasons)
    claims = judge_claim(facts.entry, facts.issued_on, confirmed_reason).answer
    return _reserve(
        enrolment,
        _held_blocks(enrolment),
        kind=PaperKind.CERTIFICATE,
        registration=registration_of(enrolment, facts.entry) if claims else None,
        unregistered_reason="" if claims else confirmed_reason.strip(),
        by=by,
        at=at,
    )


@transaction.atomic(durable=True)
def issue_block_statement(enrolment: Enrolment, block: Block, *, by: User, at: datetime) -> Certificate:
    """Reserve the statement of one acquired block. Raises what `issue_certificate` does."""
    return issued_block_statement(enrolment, block, by=by, at=at)


def issued_block_statement(enrolment: Enrolment, block: Block, *, by: User, at: datetime) -> Certificate:
    lock_holder(enrolment.candidate_id)
    facts = statement_facts(enrolment, block, on=timezone.localdate(at))
    verdict = judge_block_statement(facts)
    if not verdict.answer:
        raise CertificateRefused(verdict.reasons)
    return _reserve(
        enrolment,
        [row for row in _held_blocks(enrolment) if row.catalogue_block_id == block.catalogue_block_id],
        kind=PaperKind.BLOCK_STATEMENT,
        registration=None,
        unregistered_reason="",
        by=by,
        at=at,
        block=block,
    )


def _held_blocks(enrolment: Enrolment) -> list[AcquiredBlock]:
    used = Block.objects.filter(version=enrolment.version).values("catalogue_block")
    return list(AcquiredBlock.objects.filter(candidate=enrolment.candidate, catalogue_block__in=used))


def _reserve(
    enrolment: Enrolment,
    acquired: Sequence[AcquiredBlock],
    *,
    kind: PaperKind,
    registration: Registration | None,
    unregistered_reason: str,
    by: User,
    at: datetime,
    block: Block | None = None,
) -> Certificate:
    taken = take_number(kind, at)
    delivered_on = max(row.acquired_on for row in acquired)
    certificate = Certificate.objects.create(
        kind=kind,
        number=taken.number,
        year=taken.year,
        sequence=taken.sequence,
        certification=enrolment.version.certification,
        candidate=enrolment.candidate,
        enrolment=enrolment,
        catalogue_block=block.catalogue_block if block else None,
        registration=registration,
        unregistered_reason=unregistered_reason,
        delivered_on=delivered_on,
        context=paper_context(
            enrolment, acquired, kind=kind, number=taken.number, delivered_on=delivered_on, registration=registration
        ),
        template_version=TEMPLATE_VERSION,
        issued_by=by,
        issued_at=at,
    )
    record(
        f"{kind}.issued",
        subject=certificate.subject,
        actor=by.reference,
        at=at,
        after={
            "enrolment": enrolment.reference,
            "blocks": [held["code"] for held in certificate.context["blocks"]],
            "delivered_on": delivered_on,
            "claims_rncp": registration is not None,
        },
    )
    draw_certificate.delay_on_commit(certificate_id=certificate.pk)
    return certificate
