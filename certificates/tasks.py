"""Wake-up calls: which paper to draw is in the database, whatever becomes of the message."""

from datetime import timedelta

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone

from . import copies, drawing, register, supplements
from .credentials import making, status
from .models import Certificate

LATE = timedelta(minutes=1)
MAX_ATTEMPTS = 5
SUPPLEMENTS_AT_ONCE = 100


def wake_job(job_id: int) -> None:
    """Once committed. By its name: issuing an item is a decision, which stands above us, in `periodic`. A broker that
    is down makes no page fail: the sweep finds the job."""
    task = current_app.signature("certificates.periodic.issue_items", kwargs={"job_id": job_id})
    transaction.on_commit(task.delay, robust=True)


@shared_task
def draw_certificate(certificate_id: int) -> None:
    drawing.draw_certificate(certificate_id, at=timezone.now())


@shared_task
def sign_state(certificate_id: int) -> None:
    register.sign_state(certificate_id, at=timezone.now())
    status.publish_changed(at=timezone.now())


@shared_task
def draw_duplicate(duplicate_id: int) -> None:
    copies.keep_duplicate(duplicate_id, at=timezone.now())


@shared_task
def draw_duplicates() -> None:
    """Those whose message was lost, each by itself: one that is refused holds none back."""
    for duplicate_id in copies.to_draw(at=timezone.now()).order_by("pk").values_list("pk", flat=True):
        draw_duplicate.delay(duplicate_id=duplicate_id)


@shared_task
def draw_supplement(certificate_id: int) -> None:
    supplements.keep_supplement(certificate_id, at=timezone.now())


@shared_task
def draw_supplements() -> None:
    """After the certificates, which never wait for them: the oldest first, each by itself."""
    lacking = supplements.to_draw(at=timezone.now()).order_by("published_at", "pk").values_list("pk", flat=True)
    for certificate_id in lacking[:SUPPLEMENTS_AT_ONCE]:
        draw_supplement.delay(certificate_id=certificate_id)


@shared_task
def sign_states() -> None:
    """Papers that have ended since the register signed them."""
    for certificate_id in register.ended_unsigned().order_by("pk").values_list("pk", flat=True):
        register.sign_state(certificate_id, at=timezone.now())


@shared_task
def draw_waiting() -> None:
    """Take up what a lost message left behind, until a paper has been refused too often for a retry to help."""
    now = timezone.now()
    waiting = Certificate.objects.waiting().filter(issued_at__lt=now - LATE, attempts__lt=MAX_ATTEMPTS).order_by("pk")
    for certificate_id in waiting.values_list("pk", flat=True):
        drawing.draw_certificate(certificate_id, at=timezone.now())


@shared_task
def sign_credentials() -> None:
    """The lists of states first: somebody may rely on them already."""
    status.publish_changed(at=timezone.now())
    making.sign_unsigned(at=timezone.now())
