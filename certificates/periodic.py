"""The batches of issuing, which workers carry on: what there is to issue is in the database, whatever wakes them."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import services
from .models import IssuingJob

LATE = timedelta(minutes=1)


@shared_task
def issue_items(*, job_id: int) -> None:
    """One item, then back in the queue: a large batch lets the papers be drawn, and the mails of others through."""
    if services.issue_next(job_id, at=timezone.now()):
        issue_items.delay(job_id=job_id)


@shared_task
def queue_declaration_alerts() -> None:
    services.queue_declaration_alerts(at=timezone.now())


@shared_task
def issue_forgotten_items() -> None:
    """The sweep: jobs whose message was lost, or whose worker died."""
    forgotten = IssuingJob.objects.forgotten(timezone.now() - LATE).order_by("pk")
    for job_id in forgotten.values_list("pk", flat=True):
        issue_items.delay(job_id=job_id)
