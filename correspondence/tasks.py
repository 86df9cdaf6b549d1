"""Wake-up calls: what there is to send is in the database, whatever becomes of the message to the workers."""

from celery import shared_task
from django.utils import timezone

from . import sending


@shared_task
def send(*, mail_id: int) -> None:
    sending.send(mail_id, at=timezone.now())


@shared_task
def send_waiting() -> None:
    """The sweep: whatever is due and has not left, and what a dead worker was holding."""
    now = timezone.now()
    sending.release_abandoned(at=now)
    for mail_id in sending.due(at=now):
        send.delay(mail_id=mail_id)
