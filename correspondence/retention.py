"""How long a mail is kept with the address that it went to."""

from datetime import datetime, timedelta

from .enums import MailState
from .models import FINISHED, Mail

KEPT = timedelta(days=365)


def erase_addresses(*, at: datetime) -> int:
    """A year later, what remains is that a mail of this kind about this thing left that day, not to whom.

    One that failed so long ago has nothing left to say.
    """
    old = Mail.objects.filter(queued_at__lt=at - KEPT)
    old.filter(state=MailState.FAILED).update(state=MailState.DROPPED)
    return old.filter(state__in=FINISHED).exclude(to="").update(to="", facts={})
