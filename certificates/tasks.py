"""Wake-up calls: which paper to draw is in the database, whatever becomes of the message."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import drawing
from .models import Certificate

LATE = timedelta(minutes=1)
MAX_ATTEMPTS = 5


@shared_task
def draw_certificate(certificate_id: int) -> None:
    drawing.draw_certificate(certificate_id, at=timezone.now())


@shared_task
def draw_waiting() -> None:
    """Take up what a lost message left behind, until a paper has been refused too often for a retry to help."""
    now = timezone.now()
    waiting = Certificate.objects.waiting().filter(issued_at__lt=now - LATE, attempts__lt=MAX_ATTEMPTS).order_by("pk")
    for certificate_id in waiting.values_list("pk", flat=True):
        drawing.draw_certificate(certificate_id, at=timezone.now())
