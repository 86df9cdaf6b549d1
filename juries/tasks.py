"""Wake-up calls: what there is to draw or to mail is in the database, whatever becomes of the message."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import notifications, papers
from .models import JuryMember, Minutes

LATE = timedelta(minutes=1)
LEFT_BEHIND = timedelta(minutes=5)


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


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=6)
def tell_mandate(*, member_id: int) -> None:
    notifications.tell_mandate(member_id, at=timezone.now())


@shared_task
def tell_waiting_mandates() -> None:
    """The sweep: those whose message to the workers was lost."""
    left_behind = JuryMember.objects.to_mail().filter(invited_at__lt=timezone.now() - LEFT_BEHIND)
    for pk in left_behind.order_by("pk").values_list("pk", flat=True):
        tell_mandate.delay(member_id=pk)
