"""Who is tied to which candidate: said before any dossier opens, and whenever it is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from rulebook.outcomes import SuspicionReason

from ..enums import RecusalReason
from ..facts import suspicions_of
from ..models import Dossier, Recusal, Seat
from ..permissions import may_declare
from .refusals import NotYourSeat, OtherSession, SuspicionUnanswered, WrongMoment
from .steps import note


@dataclass(frozen=True, slots=True)
class Conflict:
    dossier: Dossier
    detail: str = ""


@transaction.atomic(durable=True)
def declare_conflicts(
    seat: Seat, conflicts: Sequence[Conflict], *, by: User, at: datetime, dismissed: Iterable[Dossier] = ()
) -> Seat:
    """What a member is tied to, or nothing: either way it is said, and dossiers open after it.

    Of each dossier that raises a suspicion they say which: a conflict, or `dismissed`. A conflict found later is
    declared the same way. Ballots already cast stay counted: the member withdraws from what follows.
    """
    rows = Seat.objects.select_for_update(of=("self",), no_key=True).select_related(
        "session", "member__user", "substitute__user"
    )
    seat = rows.get(pk=seat.pk)
    if not may_declare(seat):
        raise WrongMoment
    if not Seat.objects.of(by).filter(pk=seat.pk).exists():
        raise NotYourSeat
    is_first = seat.conflicts_declared_at is None
    suspicions = suspicions_of(seat) if is_first else {}
    declared = [conflict.dossier for conflict in conflicts]
    dismissed = [dossier for dossier in dismissed if dossier not in declared]
    if any(dossier.session_id != seat.session_id for dossier in [*declared, *dismissed]):
        raise OtherSession
    if suspicions.keys() - {dossier.pk for dossier in [*declared, *dismissed]}:
        raise SuspicionUnanswered
    Recusal.objects.bulk_create(
        (
            Recusal(
                dossier=conflict.dossier,
                seat=seat,
                member=seat.sitting,
                reason=RecusalReason.DECLARED,
                detail=conflict.detail.strip(),
                recorded_at=at,
            )
            for conflict in conflicts
        ),
        ignore_conflicts=True,
    )
    if is_first:
        seat.conflicts_declared_at = at
        seat.save(update_fields=["conflicts_declared_at"])
    after: dict[str, Any] = {"seat": seat.number, "enrolments": [row.enrolment.reference for row in declared]}
    if suspicions:
        after["confirmed"] = _answered(declared, suspicions)
        after["dismissed"] = _answered(dismissed, suspicions)
    note(seat.session, "conflicts_declared", by=by, at=at, after=after)
    return seat


def _answered(
    dossiers: Iterable[Dossier], suspicions: Mapping[int, Sequence[SuspicionReason]]
) -> dict[str, list[SuspicionReason]]:
    """By enrolment, what the member was asked about and answered so."""
    asked = (dossier for dossier in dossiers if dossier.pk in suspicions)
    return {dossier.enrolment.reference: list(suspicions[dossier.pk]) for dossier in asked}
