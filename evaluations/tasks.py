"""Wake-up calls: what there is to do is in the database."""

from celery import shared_task
from django.utils import timezone

from . import retention


@shared_task
def erase_needs() -> None:
    retention.erase_needs(at=timezone.now())
