"""Wake-up calls: what there is to draw is in the database, whatever becomes of the message."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import packing, papers, session_papers
from .models import Minutes, Pack, SessionPaper

LATE = timedelta(minutes=1)


@shared_task
def draw_minutes(minutes_id: int) -> None:
    papers.keep_drawing(minutes_id, at=timezone.now())


@shared_task
def draw_paper(paper_id: int) -> None:
    session_papers.keep_drawing(paper_id, at=timezone.now())


@shared_task
def draw_waiting() -> None:
    """Take up what a lost message left behind."""
    now = timezone.now()
    waiting = Minutes.objects.filter(file__isnull=True, sealed_at__lt=now - LATE).order_by("pk")
    for minutes_id in waiting.values_list("pk", flat=True):
        draw_minutes.delay(minutes_id=minutes_id)
    undrawn = SessionPaper.objects.filter(file__isnull=True, made_at__lt=now - LATE).order_by("pk")
    for paper_id in undrawn.values_list("pk", flat=True):
        draw_paper.delay(paper_id=paper_id)


@shared_task
def draw_pack(*, pack_id: int) -> None:
    """One dossier, then back in the queue: thirteen packs on one eve let the mails of others through."""
    if packing.draw_next(pack_id, at=timezone.now()):
        draw_pack.delay(pack_id=pack_id)


@shared_task
def sweep_packs() -> None:
    """What may be read no longer is thrown away; what a lost message or a dead worker left is taken up."""
    now = timezone.now()
    packing.discard_stale(at=now)
    forgotten = Pack.objects.forgotten(now, after=LATE).order_by("pk")
    for pack_id in forgotten.values_list("pk", flat=True):
        draw_pack.delay(pack_id=pack_id)
