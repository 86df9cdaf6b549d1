"""Duplicates: the bytes of the original under a cover, drawn by a worker and kept as they were drawn."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from journal.services import SYSTEM, record

from .enums import CertificateState
from .models import Duplicate
from .printing import draw_duplicate

Draw: TypeAlias = Callable[[Duplicate, bytes], bytes]
"""From the row and the original's bytes. Raises `DrawingRefused`."""


def keep_duplicate(duplicate_id: int, *, at: datetime, draw: Draw = draw_duplicate) -> Duplicate:
    """Draw it, once: a second worker finds it drawn. Nothing is drawn of a paper that has ended in the meantime."""
    duplicate = Duplicate.objects.select_related("certificate__file").get(pk=duplicate_id)
    if duplicate.drawn_at is not None or duplicate.certificate.state != CertificateState.PUBLISHED:
        return duplicate
    content = bytes(draw(duplicate, bytes(duplicate.certificate.file.content)))
    return _keep(duplicate, content, at)


@transaction.atomic(durable=True)
def _keep(duplicate: Duplicate, content: bytes, at: datetime) -> Duplicate:
    sha256 = hashlib.sha256(content).hexdigest()
    first = Duplicate.objects.waiting().filter(pk=duplicate.pk)
    if first.update(content=content, sha256=sha256, drawn_at=at):
        record(
            f"{duplicate.certificate.kind}.duplicate_drawn",
            subject=duplicate.certificate.subject,
            actor=SYSTEM,
            at=at,
            after={"rank": duplicate.rank, "sha256": sha256},
        )
    duplicate.refresh_from_db()
    return duplicate
