"""What follows a published paper: reissued for a corrected identity, copied, revoked by two people."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.models import Block
from candidates.models import AcquiredBlock
from documents.glyphs import missing_glyphs
from journal.services import record

from .. import holding
from ..enums import CertificateState, PaperKind, RevocationState
from ..models import Certificate, Duplicate, Revocation
from ..papers import TEMPLATE_VERSION, paper_context
from ..printing import duplicate_context
from ..tasks import draw_certificate, draw_duplicate, sign_state
from .refusals import (
    IdentityUnchanged,
    NameNotDrawable,
    NotPublished,
    ReasonNotDrawable,
    RevocationByOneself,
    RevocationDecided,
    RevocationPending,
)
from .steps import lock_holder, take_number

NOT_KEPT = {"number", "holder", "specimen", "template_version"}  # of what the former paper printed


@transaction.atomic(durable=True)
def reissue(certificate: Certificate, *, by: User, at: datetime) -> Certificate:
    """Replace a paper whose holder's identity was corrected: the same decisions and day, a new number.

    From this moment the old one says that it is replaced, and its address keeps answering. Raises `NotPublished`,
    `RevocationPending`, `IdentityUnchanged`, `NameNotDrawable` or `IssuingStopped`.
    """
    lock_holder(certificate.candidate_id)
    old = _published(certificate)
    if old.revocations.pending().exists():
        raise RevocationPending
    new = _successor(old, by=by, at=at)
    changed = [name for name, value in new.context["holder"].items() if old.context["holder"].get(name) != value]
    if not changed:
        raise IdentityUnchanged
    if missing := missing_glyphs("".join(new.context["holder"].values())):
        raise NameNotDrawable(missing)
    old.state = CertificateState.REPLACED
    old.save(update_fields=["state"])
    new.save(force_insert=True)
    record(
        f"{old.kind}.replaced",
        subject=old.subject,
        actor=by.reference,
        at=at,
        before={"state": CertificateState.PUBLISHED},
        after={"state": CertificateState.REPLACED, "replaced_by": new.number},
    )
    record(
        f"{new.kind}.reissued",
        subject=new.subject,
        actor=by.reference,
        at=at,
        after={"replaces": old.number, "changed": changed, "delivered_on": new.delivered_on},
    )
    sign_state.delay_on_commit(certificate_id=old.pk)
    draw_certificate.delay_on_commit(certificate_id=new.pk)
    return new


def _published(certificate: Certificate) -> Certificate:
    """The row as it is now, locked. Raises `NotPublished`."""
    related = ("enrolment__candidate", "enrolment__version__certification__awarding_body", "registration", "candidate")
    found = Certificate.objects.select_for_update(of=("self",)).select_related(*related).get(pk=certificate.pk)
    if found.state != CertificateState.PUBLISHED:
        raise NotPublished
    return found


def _successor(old: Certificate, *, by: User, at: datetime) -> Certificate:
    kind = PaperKind(old.kind)
    taken = take_number(kind, at)
    return Certificate(
        kind=kind,
        number=taken.number,
        year=taken.year,
        sequence=taken.sequence,
        certification_id=old.certification_id,
        candidate=old.candidate,
        enrolment=old.enrolment,
        catalogue_block_id=old.catalogue_block_id,
        registration=old.registration,
        unregistered_reason=old.unregistered_reason,
        delivered_on=old.delivered_on,
        context=_corrected(old, taken.number),
        template_version=TEMPLATE_VERSION,
        issued_by=by,
        issued_at=at,
        replaces=old,
    )


def _corrected(old: Certificate, number: str) -> dict[str, Any]:
    """What the former paper printed, but for who holds it: nothing decided since is told by this one."""
    codes = [block["code"] for block in old.context["blocks"]]
    printed = Block.objects.filter(version=old.enrolment.version, code__in=codes).values("catalogue_block")
    fresh = paper_context(
        old.enrolment,
        list(AcquiredBlock.objects.filter(candidate=old.candidate, catalogue_block__in=printed)),
        kind=old.kind,
        number=number,
        delivered_on=old.delivered_on,
        registration=old.registration,
    )
    return fresh | {name: value for name, value in old.context.items() if name not in NOT_KEPT}


@transaction.atomic(durable=True)
def make_duplicate(certificate: Certificate, *, reason: str, by: User, at: datetime) -> Duplicate:
    """Reserve a copy under a cover that says why; a worker draws the cover.

    Raises `NotPublished` or `ReasonNotDrawable`.
    """
    certificate = _published(certificate)
    reason = " ".join(reason.split())
    if missing := missing_glyphs(reason):
        raise ReasonNotDrawable(missing)
    rank = certificate.duplicates.count() + 1
    made_on = timezone.localdate(at).isoformat()
    duplicate = Duplicate.objects.create(
        certificate=certificate,
        rank=rank,
        reason=reason,
        context=duplicate_context(certificate, rank=rank, reason=reason, made_on=made_on),
        made_by=by,
        made_at=at,
    )
    record(
        f"{certificate.kind}.duplicated",
        subject=certificate.subject,
        actor=by.reference,
        at=at,
        after={"rank": rank},
    )
    draw_duplicate.delay_on_commit(duplicate_id=duplicate.pk)
    return duplicate


@transaction.atomic(durable=True)
def request_revocation(certificate: Certificate, *, reason: str, by: User, at: datetime) -> Revocation:
    """Ask, with a reason, that a paper be revoked; it stays valid until somebody else approves.

    Raises `NotPublished` or `RevocationPending`.
    """
    certificate = _published(certificate)
    if certificate.revocations.pending().exists():
        raise RevocationPending
    revocation = Revocation.objects.create(
        certificate=certificate, reason=reason.strip(), requested_by=by, requested_at=at
    )
    _journal(revocation, "revocation_requested", by=by, at=at)
    return revocation


@transaction.atomic(durable=True)
def approve_revocation(revocation: Revocation, *, by: User, at: datetime) -> Revocation:
    """The second person's word: from this moment the paper says everywhere that it is revoked, and its holder is told.

    Raises `RevocationDecided`, `RevocationByOneself` or `NotPublished`.
    """
    certificate = _published(revocation.certificate)
    revocation = _pending(revocation)
    if revocation.requested_by_id == by.pk:
        raise RevocationByOneself
    _decide(revocation, RevocationState.APPROVED, by=by, at=at)
    certificate.state = CertificateState.REVOKED
    certificate.save(update_fields=["state"])
    _journal(revocation, "revoked", by=by, at=at, requested_by=revocation.requested_by.reference)
    holding.announce_end(certificate, at=at)
    sign_state.delay_on_commit(certificate_id=certificate.pk)
    return revocation


@transaction.atomic(durable=True)
def decline_revocation(revocation: Revocation, *, by: User, at: datetime) -> Revocation:
    """The paper stays valid. Whoever asked may think better of it too. Raises `RevocationDecided`."""
    revocation = _pending(revocation)
    _decide(revocation, RevocationState.DECLINED, by=by, at=at)
    _journal(revocation, "revocation_declined", by=by, at=at)
    return revocation


def _pending(revocation: Revocation) -> Revocation:
    locked = Revocation.objects.select_for_update(of=("self",)).select_related("certificate", "requested_by")
    found = locked.get(pk=revocation.pk)
    if found.state != RevocationState.REQUESTED:
        raise RevocationDecided
    return found


def _decide(revocation: Revocation, state: RevocationState, *, by: User, at: datetime) -> None:
    revocation.state, revocation.decided_by, revocation.decided_at = state, by, at
    revocation.save(update_fields=["state", "decided_by", "decided_at"])


def _journal(revocation: Revocation, action: str, *, by: User, at: datetime, **facts: str) -> None:
    """The reason is the row's: it may name people, and the journal is not to."""
    certificate = revocation.certificate
    record(
        f"{certificate.kind}.{action}",
        subject=certificate.subject,
        actor=by.reference,
        at=at,
        after={"revocation": revocation.pk, **facts},
    )
