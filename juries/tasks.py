"""Wake-up calls: what there is to draw is in the database, whatever becomes of the message."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import papers
from .models import Minutes

LATE = timedelta(minutes=1)


@shared_task
def draw_minutes(minutes_id: int) -> None:
    papers.keep_drawing(minutes_id, at=timezone.now())


@shared_task
def draw_waiting() -> None:
    """Take up what a lost message left behind."""
    now = timezone.now()
    waiting = Minutes.objects.filter(file__isnull=True, sealed_at__lt=now - LATE).order_by("pk")
    for minutes_id in waiting.values_list("pk", flat=True):
        draw_minutes.delay(minutes_id=minutes_id)
