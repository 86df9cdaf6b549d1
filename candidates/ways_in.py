"""How a referent comes in: the link that a mail carries, and the code that completes it.

Both are drawn when their mail leaves, the same each time it is sent, and only a hash of each is kept.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from correspondence.models import Mail
from correspondence.tokens import token_of
from organisations.tokens import hash_token

from .models import Enrolment, ReferentCode, ReferentLink

CODE_DIGITS = 6
SECRETARIAT = "le secrétariat de la CSCA"


def way_in_for(user: User, *, mail: Mail, at: datetime) -> str:
    """The address by which this mail lets this person in: a link of their own when they have no password.

    For the composers of mails about other things, as reminders. Somebody whose access was revoked is given no link
    until they are invited again.
    """
    if user.has_usable_password() or is_barred(user):
        return urljoin(settings.SITE_URL, reverse("home"))
    token = token_of(mail)
    ReferentLink.objects.get_or_create(token_hash=hash_token(token), defaults={"user": user, "created_at": at})
    return _address(token)


def is_barred(user: User) -> bool:
    """Their last link was revoked, and nobody has invited them since."""
    last = ReferentLink.objects.filter(user=user).order_by("-created_at", "-pk").first()
    return last is not None and last.revoked_at is not None


def mail_key(link: ReferentLink) -> str:
    """The event of which the link's own mail tells."""
    return f"referent-link:{link.pk}"


def address_of(link: ReferentLink, mail: Mail) -> str:
    token = token_of(mail)
    ReferentLink.objects.filter(pk=link.pk).update(token_hash=hash_token(token))
    return _address(token)


def _address(token: str) -> str:
    return urljoin(settings.SITE_URL, reverse("referents:link", args=[token]))


def digits_of(code: ReferentCode, mail: Mail) -> str:
    drawn = int.from_bytes(hashlib.sha256(token_of(mail).encode()).digest()) % 10**CODE_DIGITS
    digits = f"{drawn:0{CODE_DIGITS}}"
    ReferentCode.objects.filter(pk=code.pk).update(code_hash=hash_of(code, digits))
    return digits


def hash_of(code: ReferentCode, digits: str) -> str:
    return salted_hmac("candidates.referent_code", f"{code.pk}:{digits}", algorithm="sha256").hexdigest()


def is_right(code: ReferentCode, typed: str) -> bool:
    """Spaces and dashes are how mails show it and people write it."""
    digits = re.sub(r"[\s-]", "", typed)
    return bool(code.code_hash) and constant_time_compare(code.code_hash, hash_of(code, digits))


def followed_by(user: User, *, at: datetime) -> list[Enrolment]:
    """The candidates for whom this person comes in."""
    followed = Enrolment.objects.under_way().referred(timezone.localdate(at)).filter(referent=user)
    return list(followed.select_related("training_organisation").order_by("training_organisation__name", "pk"))


def inviting(enrolments: Iterable[Enrolment]) -> str:
    """« Institut lyonnais du courtage et Sequana Formation »: who entrusts these candidates to their referent."""
    names = dict.fromkeys(str(row.training_organisation or SECRETARIAT) for row in enrolments)
    *first, last = names or [SECRETARIAT]
    return f"{', '.join(first)} et {last}" if first else last
