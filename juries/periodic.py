"""What the clock sets off: each run asks the database what is to be done, so that running late or twice is harmless."""

from celery import shared_task
from django.utils import timezone

from . import services
from .models import JurySession


@shared_task
def publish_due() -> None:
    now = timezone.now()
    for session in JurySession.objects.filter(pk__in=services.due_for_publication(now)).order_by("pk"):
        try:
            services.publish_scheduled(session, at=now)
        except services.JuryRefusal:  # Somebody's click came first, or moved the moment.
            continue


@shared_task
def erase_ballots() -> None:
    now = timezone.now()
    for session in JurySession.objects.filter(pk__in=services.due_for_erasure(now)).order_by("pk"):
        try:
            services.erase_ballots(session, at=now)
        except services.JuryRefusal:  # Another worker has, or an appeal has come in.
            continue


@shared_task
def open_written_sessions() -> None:
    now = timezone.now()
    for session in services.written_to_open(now):
        try:
            services.open_at_its_hour(session, at=now)
        except services.JuryRefusal:  # The chair has opened it meanwhile.
            continue


@shared_task
def remind_voters() -> None:
    now = timezone.now()
    for session in services.written_to_remind():
        services.remind_voters(session, at=now)


@shared_task
def prepare_packs() -> None:
    """On the eve, for whoever has declared: a member who has not finds the gate, not a pack."""
    now = timezone.now()
    for seat in services.seats_to_prepare(now):
        services.prepare_pack(seat, at=now)
