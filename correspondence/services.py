"""Putting a mail in the outbox, as part of the decision that it tells of; sending again what failed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from journal.services import record

from .composing import composer_of
from .enums import MailState
from .models import Mail
from .tasks import send


class NotInTransaction(RuntimeError):
    """A mail and the event that it tells of are written together or not at all."""


class MailNotFailed(Exception):
    """It has left, it will by itself, or somebody asked for it a moment ago."""


class Actor(Protocol):
    @property
    def reference(self) -> str: ...


def post(
    kind: str,
    *,
    key: str,
    to: str,
    about: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    send_after: datetime | None = None,
) -> Mail:
    """Leave one mail for the workers, in the transaction under way. A second call for the same `key` changes nothing.

    `kind` names a composer of some app's `COMPOSERS`; `key` the event, without personal data; `facts` is plain JSON
    that the composer reads again, with identifiers rather than words, and never a secret: see `tokens.token_of`.
    Raises `NotInTransaction` outside of `atomic`, and `UnknownKind`.
    """
    composer_of(kind)
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(kind)
    mail, is_new = Mail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "about": about,
            "facts": dict(facts or {}),
            "queued_at": at,
            "send_after": send_after or at,
        },
    )
    if is_new and mail.send_after <= at:
        _wake(mail)
    return mail


def _wake(mail: Mail) -> None:
    """A broker that is down makes no page fail: the sweep finds the mail."""
    transaction.on_commit(lambda: send.delay(mail_id=mail.pk), robust=True)


@transaction.atomic(durable=True)
def send_again(mail: Mail, *, by: Actor, at: datetime) -> Mail:
    """Put a mail that failed back in the outbox, under the same Message-ID. Raises `MailNotFailed`."""
    failed = Mail.objects.failed().filter(pk=mail.pk)
    if not failed.update(state=MailState.WAITING, send_after=at):
        raise MailNotFailed(mail.reference)
    before = mail.last_error
    mail.refresh_from_db()
    record(
        "mail.sent_again",
        subject=mail.reference,
        actor=by.reference,
        at=at,
        before={"error": before, "attempts": mail.attempts},
        after={"kind": mail.kind, "about": mail.about},
    )
    _wake(mail)
    return mail
