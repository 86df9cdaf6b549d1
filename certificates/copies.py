"""Duplicates: the bytes of the original under a cover, drawn by a worker and kept as they were drawn."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.db.models import Exists, OuterRef

from documents.drawing import DrawingRefused
from documents.sealing import SealUnusable
from journal.services import SYSTEM, record

from . import file_refusals, register, register_files
from .enums import CertificateState, Document
from .models import Duplicate, DuplicateQuerySet
from .printing import draw_duplicate, duplicate_context

Draw: TypeAlias = Callable[[Duplicate, bytes], bytes]
"""From the row and the original's bytes. Raises `DrawingRefused` or `SealUnusable`."""


def to_draw(*, at: datetime) -> DuplicateQuerySet:
    """Of valid papers, and not refused too often lately."""
    resting = file_refusals.resting(Document.DUPLICATE, at=at)
    of_row = resting.filter(certificate=OuterRef("certificate"), rank=OuterRef("rank"))
    waiting = Duplicate.objects.waiting().filter(certificate__state=CertificateState.PUBLISHED)
    return waiting.exclude(Exists(of_row))


def keep_duplicate(duplicate_id: int, *, at: datetime, draw: Draw = draw_duplicate) -> Duplicate:
    """Draw it, once: a second worker finds it drawn. Nothing is drawn of a paper that has ended in the meantime.

    Refused, it waits, and why is kept for the secretariat.
    """
    related = ("certificate__file", "certificate__replaces")
    duplicate = Duplicate.objects.select_related(*related).get(pk=duplicate_id)
    if duplicate.drawn_at is not None or duplicate.certificate.state != CertificateState.PUBLISHED:
        return duplicate
    try:
        content = bytes(draw(duplicate, _original(duplicate)))
    except (DrawingRefused, SealUnusable) as refusal:
        file_refusals.keep(duplicate.certificate, Document.DUPLICATE, duplicate.rank, refusal, at=at)
        return duplicate
    return _keep(duplicate, content, at)


def _original(duplicate: Duplicate) -> bytes:
    """What goes under the cover. Whoever only writes rows is not to have the server seal and sign theirs.

    Raises `DrawingRefused`.
    """
    certificate = duplicate.certificate
    register.refuse_unless_valid(certificate)
    original = bytes(certificate.file.content)
    if hashlib.sha256(original).hexdigest() != certificate.sha256:
        raise DrawingRefused(["Le fichier gardé n’est pas celui qui a été délivré."])
    made_on = str(duplicate.context.get("made_on"))
    said = duplicate_context(certificate, rank=duplicate.rank, reason=duplicate.reason, made_on=made_on)
    if duplicate.context != said:
        raise DrawingRefused(["La couverture ne dit pas ce que dit le document délivré."])
    return original


@transaction.atomic(durable=True)
def _keep(duplicate: Duplicate, content: bytes, at: datetime) -> Duplicate:
    sha256 = hashlib.sha256(content).hexdigest()
    certificate, rank = duplicate.certificate, duplicate.rank
    first = Duplicate.objects.waiting().filter(pk=duplicate.pk)
    if first.update(content=content, sha256=sha256, drawn_at=at):
        register_files.enter(certificate, Document.DUPLICATE, rank=rank, sha256=sha256, at=at)
        file_refusals.forget(certificate, Document.DUPLICATE, rank)
        record(
            f"{certificate.kind}.duplicate_drawn",
            subject=certificate.subject,
            actor=SYSTEM,
            at=at,
            after={"rank": rank, "sha256": sha256},
        )
    duplicate.refresh_from_db()
    return duplicate
