from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import notifications
from .models import Invitation

LEFT_BEHIND = timedelta(minutes=5)


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=6)
def send_invitation(*, invitation_id: int) -> None:
    notifications.send_invitation(invitation_id, at=timezone.now())


@shared_task
def send_waiting_invitations() -> None:
    """The sweep: those whose message to the workers was lost."""
    left_behind = Invitation.objects.to_send().filter(invited_at__lt=timezone.now() - LEFT_BEHIND)
    for pk in left_behind.order_by("pk").values_list("pk", flat=True):
        send_invitation.delay(invitation_id=pk)
