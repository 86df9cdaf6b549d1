"""One mail from its row to the mail server: claimed, written, sent, marked. No transaction is held while it leaves.

Whoever claimed a mail may be taken for dead and another sends it: `attempts` grows with each claim and tells them
apart. Such a mail may leave twice, with one Message-ID; it never fails to leave. See docs/decisions/0010-outbox.md.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet

from .composing import Attachment, Composition, composer_of, typeset
from .enums import MailState
from .models import UNFINISHED, Mail

logger = logging.getLogger(__name__)

ABANDONED = timedelta(minutes=5)  # longer than any attempt: a worker that holds a mail so long is dead
RETRY_AFTER = timedelta(minutes=1)  # doubled at each attempt
RETRY_WITHIN = timedelta(hours=1)
ATTEMPTS = 80  # some three days
BATCH = 200


class Abandoned(OSError):
    """The worker died with the mail in hand: whether it left is unknown."""


def send_waiting(*, clock: Callable[[], datetime]) -> None:
    """Whatever is due and has not left, and what dead workers were holding.

    Stops when the mail server cannot be reached: one mail a minute is enough to learn that it is back.
    """
    release_abandoned(at=clock())
    for mail_id in due(at=clock()):
        if not send(mail_id, at=clock()):
            return


def due(*, at: datetime) -> list[int]:
    waiting = Mail.objects.due(at).order_by("send_after", "pk")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def release_abandoned(*, at: datetime) -> int:
    """Give back what a worker took and never finished."""
    held = list(Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=at - ABANDONED).order_by("pk"))
    for mail in held:
        _put_back(mail, Abandoned(), at)
    return len(held)


def send(mail_id: int, *, at: datetime) -> bool:
    """Send this mail, unless another worker has it, it has left, or there is nothing left to say.

    False when the mail server cannot be reached, so that nothing else would leave either.
    """
    mail = _claim(mail_id, at)
    if mail is None:
        return True
    try:
        composition = composer_of(mail.kind)(mail, at)
        message = _message(mail, composition) if composition else None
    except Exception as fault:
        _fail(mail, fault)
        return True
    if message is None:
        _finish(mail, MailState.DROPPED)
        return True
    try:
        message.send()
    except OSError as error:  # what the network and the mail server say is of this kind
        return _not_sent(mail, error, at)
    except Exception as fault:
        _fail(mail, fault)
        return True
    _finish(mail, MailState.SENT, sent_at=at, subject=message.subject[:200])
    return True


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
        subject=_one_line(composition.subject),
        body=typeset(composition.body),
        to=[mail.to],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"},
    )
    for attachment in composition.attachments:
        message.attach(*_attached(attachment))
    return message


def _attached(attachment: Attachment) -> tuple[str, bytes, str]:
    return _one_line(attachment.name), attachment.content, attachment.media_type


def _one_line(text: str) -> str:
    """Names come from people: none of them adds a header."""
    return " ".join(text.split())


def _mine(mail: Mail, *states: MailState) -> QuerySet[Mail]:
    """The row, while no other worker has claimed it since."""
    return Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, state__in=states)


def _finish(mail: Mail, state: MailState, **written: object) -> None:
    """A mail given back in the meantime has left all the same."""
    _mine(mail, *UNFINISHED).update(state=state, claimed_at=None, last_error="", **written)


def _fail(mail: Mail, fault: Exception) -> None:
    """A fault of ours: trying again would meet it again. Somebody puts it right and sends the mail by hand."""
    logger.error("%s, %s, is not sent", mail.reference, mail.kind, exc_info=fault)
    _give_up(mail, fault)


def _not_sent(mail: Mail, error: OSError, at: datetime) -> bool:
    logger.warning("%s, %s, is not sent: %s", mail.reference, mail.kind, _in_brief(error))
    if _refuses_for_good(error):
        _give_up(mail, error)
    else:
        _put_back(mail, error, at)
    return isinstance(error, SMTPRecipientsRefused | SMTPDataError)


def _refuses_for_good(error: OSError) -> bool:
    """Of this very mail, with a code which says that asking again is useless."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= 500


def _put_back(mail: Mail, error: OSError, at: datetime) -> None:
    if mail.attempts % ATTEMPTS == 0:
        _give_up(mail, error)
        return
    wait = min(RETRY_AFTER * 2 ** min(mail.attempts - 1, 16), RETRY_WITHIN)
    _mine(mail, MailState.SENDING).update(
        state=MailState.WAITING, send_after=at + wait, claimed_at=None, last_error=_in_brief(error)
    )


def _give_up(mail: Mail, error: Exception) -> None:
    _mine(mail, MailState.SENDING).update(state=MailState.FAILED, claimed_at=None, last_error=_in_brief(error))


def _in_brief(error: Exception) -> str:
    """Its class and the server's code; not its text, which names the addressee."""
    code = ""
    if isinstance(error, SMTPResponseException):
        code = str(error.smtp_code)
    elif isinstance(error, SMTPRecipientsRefused):
        code = str(next((code for code, _ in error.recipients.values()), ""))
    return f"{type(error).__name__} {code}".strip()[:120]
