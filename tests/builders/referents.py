"""Referents who come by a mail link: the rows, the link and the code as their mails carry them."""

import re
from datetime import datetime
from itertools import count
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from candidates.entrance import LINK_SESSION
from candidates.models import Enrolment, ReferentLink
from organisations.models import Company
from organisations.tokens import hash_token

from .candidates import make_enrolment
from .organisations import make_company, make_referent

LINK = re.compile(r"/acces/([\w-]{20,})/")
CODE = re.compile(r"^ {4}(\d{3}) (\d{3})$", re.MULTILINE)

_numbers = count(1)


def make_linked_referent(company: Company | None = None, **fields: Any) -> User:
    """A referent without a password, as an invitation opens their account."""
    referent = make_referent(company, **fields)
    referent.set_unusable_password()
    referent.save(update_fields=["password"])
    return referent


def make_referred(referent: User | None = None, **fields: Any) -> Enrolment:
    """An enrolment followed by somebody who comes by a link."""
    company = fields.pop("company", None) or (referent.memberships.first().company if referent else make_company())
    return make_enrolment(company=company, referent=referent or make_linked_referent(company), **fields)


def make_link(user: User, *, token: str = "", at: datetime | None = None, **fields: Any) -> ReferentLink:
    """Sent already: its token is drawn."""
    token = token or f"lien-du-referent-{next(_numbers)}"
    return ReferentLink.objects.create(
        user=user, token_hash=hash_token(token), created_at=at or timezone.now(), **fields
    )


def come_by(client: Client, link: ReferentLink) -> Client:
    """With a session that this link opened."""
    client.force_login(link.user)
    session = client.session
    session[LINK_SESSION] = link.pk
    session.save()
    return client


def link_session(link: ReferentLink) -> str:
    """The key of such a session."""
    session: SessionStore = come_by(Client(), link).session
    assert session.session_key
    return session.session_key


def link_in(message: mail.EmailMessage) -> str:
    """The path that the mail leads to."""
    found = LINK.search(message.body)
    assert found, message.body
    return reverse("referents:link", args=[found[1]])


def code_in(message: mail.EmailMessage) -> str:
    found = CODE.search(message.body)
    assert found, message.body
    return found[1] + found[2]
