"""Who took the register out, and how much of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from journal.services import record


@transaction.atomic(durable=True)
def register_export(form: str, *, papers: int, narrowed_by: Iterable[str], by: User, at: datetime) -> None:
    """Journal an export before its first line leaves. What was searched for may name people, so only by what it was."""
    record(
        "register.exported",
        subject="register",
        actor=by.reference,
        at=at,
        after={"format": form, "papers": papers, "narrowed_by": sorted(narrowed_by)},
    )
