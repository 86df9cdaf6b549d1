"""Wake-up calls: what there is to do is in the database."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import printing, retention
from .models import GridJob

LATE = timedelta(minutes=1)


@shared_task
def erase_needs() -> None:
    retention.erase_needs(at=timezone.now())


@shared_task
def draw_grids(*, job_id: int) -> None:
    """One candidate, then back in the queue: a large cohort lets the mails of others through."""
    if printing.draw_next(job_id, at=timezone.now()):
        draw_grids.delay(job_id=job_id)


@shared_task
def draw_forgotten_grids() -> None:
    """The sweep: jobs whose message was lost, or whose worker died."""
    forgotten = GridJob.objects.forgotten(timezone.now(), after=LATE).order_by("pk")
    for job_id in forgotten.values_list("pk", flat=True):
        draw_grids.delay(job_id=job_id)


@shared_task
def discard_outlived_grids() -> None:
    printing.discard_outlived(at=timezone.now())
