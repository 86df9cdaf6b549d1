"""What could not be drawn beside a paper, an annex or a duplicate: tried a few times, then once a day, and told."""

from datetime import datetime, timedelta

from django.db import transaction

from documents.drawing import DrawingRefused
from documents.sealing import SealUnusable

from .enums import Document
from .models import Certificate, FileRefusal, FileRefusalQuerySet

MAX_ATTEMPTS = 5  # in a row: then somebody has to see to it
TRIED_AGAIN_AFTER = timedelta(days=1)  # once they have, nobody needs to ask for the file


def resting(document: Document, *, at: datetime) -> FileRefusalQuerySet:
    """Refused too often, and less than a day ago."""
    return FileRefusal.objects.filter(
        document=document, attempts__gte=MAX_ATTEMPTS, refused_at__gt=at - TRIED_AGAIN_AFTER
    )


def refused_too_often() -> FileRefusalQuerySet:
    return FileRefusal.objects.standing().filter(attempts__gte=MAX_ATTEMPTS)


@transaction.atomic(durable=True)
def keep(
    certificate: Certificate, document: Document, rank: int, refusal: DrawingRefused | SealUnusable, *, at: datetime
) -> None:
    Certificate.objects.lock(certificate.pk)
    of_file = {"certificate": certificate, "document": document, "rank": rank}
    refused = FileRefusal.objects.filter(**of_file).first() or FileRefusal(**of_file)
    refused.attempts += 1
    refused.last_error, refused.refused_at = " ".join(refusal.reasons), at
    refused.save()


def forget(certificate: Certificate, document: Document, rank: int) -> None:
    FileRefusal.objects.filter(certificate=certificate, document=document, rank=rank).delete()
