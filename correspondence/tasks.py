"""Wake-up calls: what there is to send is in the database, whatever becomes of the message to the workers."""

from celery import shared_task
from django.utils import timezone

from . import retention, sending

TIME_LIMIT = 240  # seconds; shorter than `sending.ABANDONED`


@shared_task(time_limit=TIME_LIMIT)
def send(*, mail_id: int) -> None:
    sending.send(mail_id, at=timezone.now())


@shared_task
def send_waiting() -> None:
    sending.send_waiting(clock=timezone.now)


@shared_task
def erase_addresses() -> None:
    retention.erase_addresses(at=timezone.now())
