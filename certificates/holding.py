"""How holders come to their documents: mails that carry a link, of which only the hash is kept, and what they share."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import get_random_string, salted_hmac

from candidates.models import Candidate
from correspondence.models import Mail
from correspondence.services import post
from correspondence.tokens import token_of
from organisations.tokens import hash_token

from .models import Certificate, HolderLink

PUBLISHED_MAIL = "certificates.published"
LINK_MAIL = "certificates.link"
REVOKED_MAIL = "certificates.revoked"


def announce(certificate: Certificate, *, at: datetime) -> None:
    """Tell the holder, in the transaction that publishes. Without an address, the secretariat's list shows them."""
    _write(PUBLISHED_MAIL, certificate, key=f"certificate-published:{certificate.number}", at=at)


def announce_end(certificate: Certificate, *, at: datetime) -> None:
    _write(REVOKED_MAIL, certificate, key=f"certificate-revoked:{certificate.number}", at=at)


def _write(kind: str, certificate: Certificate, *, key: str, at: datetime) -> None:
    holder = certificate.candidate
    if holder.email:
        post(kind, key=key, to=holder.email, about=holder.reference, at=at, facts={"certificate": certificate.pk})


def address_for(holder: Candidate, *, mail: Mail, at: datetime) -> str | None:
    """The address that this mail carries; None once its link is withdrawn, or if a newer link was asked for since."""
    newer = Mail.objects.filter(kind=LINK_MAIL, about=mail.about, queued_at__gt=mail.queued_at)
    if newer.exists():
        return None
    token = token_of(mail)
    link, _ = HolderLink.objects.get_or_create(
        token_hash=hash_token(token), defaults={"candidate": holder, "made_at": at}
    )
    if link.revoked_at is not None:
        return None
    return urljoin(settings.SITE_URL, reverse("certificates:holder", args=[token]))


def new_form() -> str:
    """What tells one sending of the form from another: the same one sent twice makes one share."""
    return get_random_string(22)


def share_token(link: HolderLink, form: str) -> str:
    return salted_hmac("certificates.share", f"{link.token_hash} {form}", algorithm="sha256").hexdigest()
