"""Writing the journal: the last step of every service, inside its transaction."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from .canonical import sha256_of
from .models import Entry, Head

GENESIS = "0" * 64
SYSTEM = "system"
Facts = Mapping[str, Any]


class NotInTransaction(RuntimeError):
    """A decision and its entry are written together or not at all."""


def record(
    action: str,
    *,
    subject: str,
    actor: str,
    at: datetime,
    on_behalf_of: str = "",
    before: Facts | None = None,
    after: Facts | None = None,
) -> Entry:
    """Append one decision to the chain.

    `actor` and `subject` are opaque references such as `user:12` and `enrolment:2021-000123`; `before` and `after` hold
    what changed, without personal data. Raises `NotInTransaction` outside of `atomic`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    head = _lock_head()
    entry = Entry(
        seq=head.seq + 1,
        at=at,
        actor=actor,
        on_behalf_of=on_behalf_of,
        action=action,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    head.seq, head.hash = entry.seq, entry.hash
    head.save(update_fields=["seq", "hash"])
    return entry


def _lock_head() -> Head:
    """Appends wait here for one another; the unique hashes are the second guard."""
    locked = Head.objects.select_for_update(of=("self",))
    head = locked.filter(id=1).first()
    if head is None:
        Head.objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})
        head = locked.get(id=1)
    return head


def hash_of(entry: Entry) -> str:
    """SHA-256 of the entry's canonical form: fixed fields, sorted keys, UTF-8, UTC to the microsecond."""
    fields = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.on_behalf_of,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
        entry.previous_hash,
    ]
    return sha256_of(fields)


def _plain(facts: Facts | None) -> dict[str, Any] | None:
    """The facts as the database gives them back, so that the same bytes are hashed again when the chain is verified.

    PostgreSQL rewrites some floating numbers (1e16), so none is taken: write them as whole numbers or as `Decimal`.
    """
    if facts is None:
        return None
    written = json.dumps(dict(facts), cls=DjangoJSONEncoder)
    plain: dict[str, Any] = json.loads(written, parse_float=_refuse_float, parse_constant=_refuse_float)
    return plain


def _refuse_float(written: str) -> NoReturn:
    raise TypeError(f"a journal entry holds no floating number: {written}")
