"""Reminding people of what they have left to evaluate: who is told is decided here, of what when it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from correspondence.models import Mail
from correspondence.services import post
from journal.services import record

from ..lateness import DIGEST, last_digests, last_escalations, told_of, told_on
from ..owed import InPlace, by_person, owed
from ..reminders import HORIZON, is_reminded, is_week_untold, may_write


@dataclass(frozen=True, slots=True)
class Nudged:
    told: tuple[User, ...]
    already: tuple[User, ...]  # They had a message today.


@transaction.atomic(durable=True)
def queue_digests(*, at: datetime) -> int:
    """Leave today's message for everybody who is to be reminded, or told of those for whom they answer.

    Run at any hour, twice or late, it changes nothing more: the database knows who was told, and when. Returns how many
    messages were left.
    """
    if not may_write(at):
        return 0
    on = timezone.localdate(at)
    rows = owed(on=on, until=on + HORIZON)
    held = by_person(rows, InPlace.read(rows, on=on))
    managers = told_of(rows, on=on)
    last = last_digests({*held, *managers})
    escalations = last_escalations(managers)
    reminded = {
        person
        for person, theirs in held.items()
        if is_reminded({row.due_on for row in theirs}, told_on=told_on(last.get(person.reference)), on=on)
    }
    escalated = {
        person
        for person in managers
        if is_week_untold(_day(escalations.get(person.reference)), on) and told_on(last.get(person.reference)) != on
    }
    people = sorted(reminded | escalated, key=lambda person: person.pk)
    mails = [_post(person, at, is_escalation=person in escalated) for person in people]
    return sum(mail.queued_at == at for mail in mails)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _post(person: User, at: datetime, *, is_escalation: bool = False) -> Mail:
    """One a day, whatever it is for: always in the order of the accounts, so that two who write wait for each other."""
    return post(
        DIGEST,
        key=f"{DIGEST}:{person.pk}:{timezone.localdate(at)}",
        to=person.email,
        about=person.reference,
        at=at,
        facts={"user": person.pk, "escalation": is_escalation},
    )


@transaction.atomic(durable=True)
def nudge(people: Iterable[User], *, by: User, at: datetime, on_behalf_of: str = "") -> Nudged:
    """Send each of them today's message now, unless they had it already."""
    mails = [(person, _post(person, at)) for person in sorted(set(people), key=lambda person: person.pk)]
    told = tuple(person for person, mail in mails if mail.queued_at == at)
    for person in told:  # After all the messages: the journal is the last lock that anybody takes.
        record(
            "person.nudged",
            subject=person.reference,
            actor=by.reference,
            at=at,
            on_behalf_of=on_behalf_of,
            after={"on": timezone.localdate(at)},
        )
    return Nudged(told, tuple(person for person, mail in mails if mail.queued_at != at))
