"""What the clock sets off: each run asks the database what is to be done, so that running late or twice is harmless."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task
def queue_digests() -> None:
    services.queue_digests(at=timezone.now())
