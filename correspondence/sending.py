"""One mail from its row to the mail server: claimed, composed, sent, marked. No transaction is held while it leaves."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from .composing import Composition, composers
from .enums import MailState
from .models import Mail

ABANDONED = timedelta(minutes=10)  # longer than any attempt: a worker that holds a mail so long is dead
ATTEMPTS = 8
RETRY_AFTER = timedelta(minutes=1)  # doubled at each attempt


def due(*, at: datetime) -> list[int]:
    return list(Mail.objects.due(at).order_by("send_after", "pk").values_list("pk", flat=True))


def release_abandoned(*, at: datetime) -> int:
    """Give back what a worker took and never finished; whether it left is unknown, so its Message-ID stays the same."""
    held = Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=at - ABANDONED)
    return held.update(state=MailState.WAITING, claimed_at=None)


def send(mail_id: int, *, at: datetime) -> None:
    """Send this mail, unless another worker has it, it has left, or there is nothing left to say."""
    mail = _claim(mail_id, at)
    if mail is None:
        return
    try:
        composition = composers()[mail.kind](mail, at)
        if composition is not None:
            _message(mail, composition).send()
    except OSError as error:  # The mail server's errors are all of this kind; anything else is a fault of ours.
        _put_back(mail, error, at)
        return
    _close(mail, composition, at)


def _claim(mail_id: int, at: datetime) -> Mail | None:
    mine = Mail.objects.due(at).filter(pk=mail_id)
    if not mine.update(state=MailState.SENDING, claimed_at=at, attempts=F("attempts") + 1):
        return None
    return Mail.objects.get(pk=mail_id)


def message_id(mail: Mail) -> str:
    """The same however often it is sent: whoever receives it twice can tell."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:40]}@{host}>"


def _message(mail: Mail, composition: Composition) -> EmailMessage:
    message = EmailMessage(
        subject=composition.subject,
        body=composition.body,
        to=[mail.to],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"},
    )
    for attachment in composition.attachments:
        message.attach(attachment.name, attachment.content, attachment.media_type)
    return message


def _close(mail: Mail, composition: Composition | None, at: datetime) -> None:
    state = MailState.SENT if composition else MailState.DROPPED
    Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(
        state=state,
        subject=composition.subject if composition else "",
        sent_at=at if composition else None,
        claimed_at=None,
        last_error="",
    )


def _put_back(mail: Mail, error: OSError, at: datetime) -> None:
    is_last = mail.attempts >= ATTEMPTS
    Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(
        state=MailState.FAILED if is_last else MailState.WAITING,
        send_after=at + RETRY_AFTER * 2 ** (mail.attempts - 1),
        claimed_at=None,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
