from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from journal.invariants import Invariant

from .enums import MailState
from .models import Mail

LATE = timedelta(minutes=10)


def _late() -> Iterator[str]:
    """Due, or in the hands of a worker, for longer than the sweep leaves any."""
    limit = timezone.now() - LATE
    late = Mail.objects.filter(
        Q(state=MailState.WAITING, send_after__lt=limit) | Q(state=MailState.SENDING, claimed_at__lt=limit)
    )
    return (mail.reference for mail in late.order_by("pk"))


INVARIANTS = (Invariant("correspondence.late", "Mails leave within ten minutes of their time.", _late),)
