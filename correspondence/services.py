"""Putting a mail in the outbox: part of the decision that it tells of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from .models import Mail
from .tasks import send


class NotInTransaction(RuntimeError):
    """A mail and the event that it tells of are written together or not at all."""


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

    `kind` names a composer of some app's `COMPOSERS`; `facts` is plain JSON that the composer reads again, with
    identifiers rather than words, and never a secret. Raises `NotInTransaction` outside of `atomic`.
    """
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
        send.delay_on_commit(mail_id=mail.pk)
    return mail
