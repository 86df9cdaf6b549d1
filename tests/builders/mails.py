from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from correspondence.enums import MailState
from correspondence.models import Mail

_numbers = count(1)


def make_mail(state: str = MailState.WAITING, *, at: datetime | None = None, **fields: Any) -> Mail:
    """In the outbox, of a kind that writes to anybody."""
    at, number = at or timezone.now(), next(_numbers)
    written = {
        "key": f"test:{number}",
        "kind": "accounts.new_password",
        "to": f"courrier.{number}@example.org",
        "queued_at": at,
        "send_after": at,
        "sent_at": at if state == MailState.SENT else None,
        "claimed_at": at if state == MailState.SENDING else None,
        "last_error": "SMTPRecipientsRefused 550" if state == MailState.FAILED else "",
    }
    return Mail.objects.create(state=state, **written | fields)
