"""The secret that a mail carries, in a link or as a code: made when the mail leaves."""

from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from .models import Mail


def token_of(mail: Mail) -> str:
    """256 bits that the database does not hold: keep their hash.

    The same however often this mail is sent, so that the link of each copy works: who receives two with one Message-ID
    is shown the first.
    """
    event = f"{mail.key} {mail.queued_at.timestamp():.6f}"
    digest = salted_hmac("correspondence.tokens", event, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
