"""After a refusal: the blocks that the jury refused are evaluated again, by the channels that the standard says."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.french import day
from evaluations.enums import ReopeningKind
from evaluations.models import Reopening
from evaluations.services.reopening import lock_enrolled_blocks, write_reopenings

from ..enums import BlockOutcome, SessionState
from ..facts import Resit, resits_of
from ..models import Deliberation, Dossier, JurySession
from .refusals import ResitTooSoon
from .steps import lock, note


@transaction.atomic(durable=True)
def open_resits(
    session: JurySession, dossiers: Iterable[Dossier], *, due_on: date, by: User, at: datetime
) -> list[Reopening]:
    """Of these candidates, every block that the session refused, by the channels that have not answered again since.

    What the other channels said stays. A second call finds nothing left to open, and changes nothing.
    """
    session = lock(session, SessionState.PUBLISHED)
    if due_on < timezone.localdate(at):
        raise ResitTooSoon
    chosen = list(session.dossiers.filter(pk__in=[dossier.pk for dossier in dossiers]))
    refused = Deliberation.objects.filter(dossier__in=chosen, outcome=BlockOutcome.NOT_ACQUIRED)
    blocks = {row.pk: row for row in lock_enrolled_blocks(refused.values_list("enrolled_block", flat=True))}
    resits = [resit for resit in resits_of(session, chosen) if resit.evaluations]
    if not resits:
        return []
    reason = (
        f"Bloc refusé par le jury du {day(session.held_on)} ; "
        f"décision de la CPNEFP du {day(session.ratification.decided_on)}."
    )
    reopenings = [
        Reopening(
            evaluation=evaluation,
            kind=ReopeningKind.RESIT,
            reason=reason,
            due_on=due_on,
            opened_by=by,
            opened_at=at,
        )
        for resit in resits
        for evaluation in resit.evaluations
    ]
    write_reopenings(reopenings, blocks)
    note(session, "resits_opened", by=by, at=at, after={"due_on": due_on, "blocks": _opened(resits)})
    return reopenings


def _opened(resits: Iterable[Resit]) -> dict[str, dict[str, list[str]]]:
    """By enrolment and block, the channels that evaluate again."""
    opened: dict[str, dict[str, list[str]]] = {}
    for resit in resits:
        channels = [evaluation.channel.code for evaluation in resit.evaluations]
        opened.setdefault(resit.enrolment.reference, {})[resit.deliberation.code] = channels
    return opened
