"""Who evaluates whom: put enrolments in the hands of the panel's assessors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from candidates.models import Enrolment
from journal.services import record
from organisations.permissions import access_of

from ..models import Assignment
from ..sharing import share


class NotAPanelAssessor(Exception):
    """Only somebody who sits on the evaluation panel that day takes charge of its channel."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a sharing has changed: `given` to each of those asked, and how many stay in the hands they were in."""

    given: Mapping[User, int]
    kept: int

    @property
    def total(self) -> int:
        return sum(self.given.values())


@transaction.atomic(durable=True)
def assign_panel(enrolments: QuerySet[Enrolment], *, assessor: User, by: User, at: datetime) -> list[Assignment]:
    """Put these enrolments in the assessor's hands, whoever had them before. Returns those that changed hands."""
    _require_assessors([assessor], at)
    locked = _locked(enrolments)
    return _write(dict.fromkeys(locked, assessor), _held(locked), by=by, at=at)


@transaction.atomic(durable=True)
def share_panel(
    enrolments: QuerySet[Enrolment], *, assessors: Sequence[User], keeps: bool = True, by: User, at: datetime
) -> Sharing:
    """Share these enrolments evenly among the assessors, candidate by candidate in alphabetical order.

    With `keeps`, those that are in somebody's hands stay there, unless that person has left the panel. Raises
    `NotAPanelAssessor`.
    """
    _require_assessors(assessors, at)
    locked = _locked(enrolments)
    held, on = _held(locked), timezone.localdate(at)
    seated = {pk: person for pk, person in held.items() if access_of(person, on=on).is_panel_assessor}
    in_order = sorted(locked, key=lambda row: (row.candidate.search_key, row.reference))
    answer = share([row.pk for row in in_order], list(assessors), seated, keeps=keeps)
    written = _write({row: answer[row.pk] for row in in_order}, held, by=by, at=at)
    given = {person: sum(row.assessor_id == person.pk for row in written) for person in assessors}
    return Sharing(given, kept=len(locked) - len(written))


def _require_assessors(people: Sequence[User], at: datetime) -> None:
    on = timezone.localdate(at)
    if not people or not all(access_of(person, on=on).is_panel_assessor for person in people):
        raise NotAPanelAssessor


def _locked(enrolments: QuerySet[Enrolment]) -> list[Enrolment]:
    chosen = Enrolment.objects.filter(pk__in=enrolments.values("pk")).select_related("candidate")
    return list(chosen.order_by("pk").select_for_update(of=("self",), no_key=True))


def _held(enrolments: Sequence[Enrolment]) -> dict[int, User]:
    """By enrolment; one object for each person, whose rights are then read once."""
    rows = list(Assignment.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "assessor_id"))
    people = User.objects.in_bulk({assessor for _, assessor in rows})
    return {enrolment: people[assessor] for enrolment, assessor in rows}


def _write(answer: Mapping[Enrolment, User], held: Mapping[int, User], *, by: User, at: datetime) -> list[Assignment]:
    """One entry in the journal for each enrolment that changes hands."""
    changing = {row: person for row, person in answer.items() if held.get(row.pk) != person}
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(enrolment=row, assessor=person, assigned_by=by, assigned_at=at)
            for row, person in changing.items()
        ],
        update_conflicts=True,
        unique_fields=["enrolment"],
        update_fields=["assessor", "assigned_by", "assigned_at"],
    )
    for enrolment, person in changing.items():
        before = held.get(enrolment.pk)
        record(
            "panel.assigned",
            subject=enrolment.subject,
            actor=by.reference,
            at=at,
            before={"assessor": before.reference} if before else None,
            after={"assessor": person.reference},
        )
    return assignments
