"""Drawing, the second half of issuing, which a worker does: from the frozen row alone, step by step.

Reserved, drawn, checked, sealed, published. Each step ends with one short write that holds only if the paper is still
where the step found it: a worker may die anywhere, two may meet on one paper, and the next call goes on from the row.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from documents.drawing import Drawing, DrawingRefused
from documents.sealing import SealUnusable, seal_fingerprint, sealed
from journal.services import SYSTEM, record

from . import holding, keys, register
from .enums import CertificateState, IssuingStep
from .models import Certificate, CertificateFile, IssuingStop, PaperDraft
from .printing import check_drawn, draw_paper

logger = logging.getLogger(__name__)


def draw_certificate(certificate_id: int, *, at: datetime) -> Certificate:
    """Bring a reserved paper to its publication, from wherever it is; calling again on a published one changes nothing.

    A refused paper stays reserved with its reason, for the secretariat, and so does one that no seal can be put on:
    that is no fault of its own, and it goes on by itself once the server has another seal. While issuing is stopped,
    nothing moves.
    """
    while advance(certificate_id, at=at):
        pass
    return Certificate.objects.get(pk=certificate_id)


def advance(certificate_id: int, *, at: datetime) -> bool:
    """The next step of a reserved paper. False when it has none left, cannot be drawn now, or issuing is stopped."""
    certificate = Certificate.objects.select_related("draft").get(pk=certificate_id)
    if certificate.state != CertificateState.RESERVED or IssuingStop.objects.in_force().exists():
        return False
    draft = getattr(certificate, "draft", None)
    try:
        if draft is None:
            draw_step(certificate, at=at)
        else:
            STEPS[IssuingStep(draft.step)](certificate, draft, at)
    except DrawingRefused as refusal:
        _keep_refusal(certificate, refusal)
        return False
    except SealUnusable as unusable:
        logger.exception("no seal for %s", certificate.number)
        _keep_wait(certificate, unusable)
        return False
    return True


def draw_step(certificate: Certificate, *, at: datetime) -> None:
    """Only here is the verification key known in clear: it stays on the paper, the row keeps its hash."""
    key = keys.new_key()
    drawing = draw_paper(certificate, key)
    draft = PaperDraft(
        certificate=certificate,
        step=IssuingStep.DRAWN,
        content=bytes(drawing),
        text=drawing.text,
        pages=drawing.pages,
        key_hash=keys.hash_of(key),
        seal_sha256=seal_fingerprint(),
        written_at=at,
    )
    with transaction.atomic(durable=True):
        certificate = Certificate.objects.lock(certificate.pk)
        # Another worker may have drawn it meanwhile, and even published it: then this paper never existed.
        if certificate.state == CertificateState.RESERVED and not hasattr(certificate, "draft"):
            draft.save(force_insert=True)


def check_step(certificate: Certificate, draft: PaperDraft, at: datetime) -> None:
    """What is kept is looked at, not what was meant to be."""
    check_drawn(certificate, bytes(draft.content), key=_key_on(draft))
    _at(draft).update(step=IssuingStep.CHECKED, written_at=at)


def seal_step(certificate: Certificate, draft: PaperDraft, at: datetime) -> None:
    """Another key since it was drawn: the paper names a seal that it would not bear, and is drawn again."""
    if draft.seal_sha256 != seal_fingerprint():
        _at(draft).delete()
        return
    paper = sealed(Drawing(bytes(draft.content), pages=draft.pages, text=draft.text))
    _at(draft).update(step=IssuingStep.SEALED, content=bytes(paper), written_at=at)


def publish_step(certificate: Certificate, draft: PaperDraft, at: datetime) -> None:
    """The first moment at which the public page knows the paper: its bytes, its signed state and its journal entry
    are written with it, and the draft is thrown away."""
    with transaction.atomic(durable=True):
        certificate = Certificate.objects.lock(certificate.pk)
        if certificate.state == CertificateState.RESERVED and _at(draft).exists():
            _publish(certificate, draft, at=at)


STEPS: dict[IssuingStep, Callable[[Certificate, PaperDraft, datetime], None]] = {
    IssuingStep.DRAWN: check_step,
    IssuingStep.CHECKED: seal_step,
    IssuingStep.SEALED: publish_step,
}


def _at(draft: PaperDraft) -> QuerySet[PaperDraft]:
    """This draft, if it is still at this step. The key's hash tells two drawings of one paper apart."""
    return PaperDraft.objects.filter(pk=draft.pk, step=draft.step, key_hash=draft.key_hash)


def _key_on(draft: PaperDraft) -> str:
    """The key in clear, read on the paper: the one whose hash was kept. Raises `DrawingRefused`."""
    for key in _possible_keys("".join(draft.text.split())):
        if keys.hash_of(key) == draft.key_hash:
            return key
    raise DrawingRefused(["La clé de vérification ne se lit pas sur le document."])


def _possible_keys(text: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(f"(?=([{keys.ALPHABET}]{{{keys.LENGTH}}}))", text))


def _publish(certificate: Certificate, draft: PaperDraft, *, at: datetime) -> None:
    content = bytes(draft.content)
    sha256 = hashlib.sha256(content).hexdigest()
    CertificateFile.objects.create(
        certificate=certificate, content=content, sha256=sha256, drawn_at=at, seal_sha256=draft.seal_sha256
    )
    certificate.state = CertificateState.PUBLISHED
    certificate.key_hash = draft.key_hash
    certificate.sha256 = sha256
    certificate.published_at = at
    certificate.last_error = ""
    certificate.save(update_fields=["state", "key_hash", "sha256", "published_at", "last_error"])
    draft.delete()
    register.enter(certificate, at=at)
    record(
        f"{certificate.kind}.published",
        subject=certificate.subject,
        actor=SYSTEM,
        at=at,
        after={"sha256": sha256},
    )
    holding.announce(certificate, at=at)


def _keep_refusal(certificate: Certificate, refusal: DrawingRefused) -> None:
    """On the row, for the secretariat. The refused bytes go: the next try makes others, with another key."""
    PaperDraft.objects.filter(certificate=certificate).delete()
    Certificate.objects.filter(pk=certificate.pk, state=CertificateState.RESERVED).update(
        attempts=F("attempts") + 1, last_error=" ".join(refusal.reasons)
    )


def _keep_wait(certificate: Certificate, unusable: SealUnusable) -> None:
    Certificate.objects.filter(pk=certificate.pk, state=CertificateState.RESERVED).update(
        last_error=" ".join(unusable.reasons)
    )
