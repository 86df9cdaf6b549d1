"""What is evaluated and what is still awaited, in SQL: for lists, counts and filters.

`with_progress` says of an enrolment what `rulebook.opinions.propose` says of its blocks: nothing is left to wait for
when no proposal is incomplete. The tests compare the two on random data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import AcquiredBlock, CohortDeadline, EnrolledBlock, Enrolment, EnrolmentQuerySet
from organisations.permissions import Access, access_of

from .enums import EvaluationState
from .models import Evaluation
from .permissions import NOBODY, entered_by, read_by


def blocks_to_evaluate() -> QuerySet[EnrolledBlock]:
    """The enrolled blocks that their candidate does not hold already."""
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef("enrolment__candidate"), catalogue_block=OuterRef("block__catalogue_block")
    )
    return EnrolledBlock.objects.filter(~Exists(held))


def awaited_blocks(channel: str, *, on: date) -> QuerySet[EnrolledBlock]:
    """The blocks on which this channel is expected to answer and has not, with `due_on` and `is_draft`."""
    answers = Evaluation.objects.filter(enrolled_block=OuterRef("pk"), channel__code=channel)
    deadlines = CohortDeadline.objects.filter(cohort=OuterRef("enrolment__cohort"), channel__code=channel)
    return (
        blocks_to_evaluate()
        .filter(
            ~Exists(answers.heard()),
            enrolment__withdrawn_on__isnull=True,
            enrolment__entered_on__lte=on,
            enrolment__route__plan__code=channel,
        )
        .annotate(
            due_on=Subquery(deadlines.values("due_on")[:1], output_field=DateField()),
            is_draft=Exists(answers.filter(state=EvaluationState.DRAFT)),
        )
    )


def awaiting(access: Access, *, on: date, **condition: object) -> Q:
    """The enrolments on which a channel that this person reads is awaited; `condition` narrows the awaited blocks."""
    wanted = Q(pk__in=[])
    for channel in ChannelCode:
        blocks = awaited_blocks(channel, on=on).filter(enrolment=OuterRef("pk"), **condition)
        wanted |= read_by(access, channel) & Q(Exists(blocks))
    return wanted


def with_progress(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """How many evaluations the route's plan expects on the blocks to acquire, and how many are heard."""
    blocks = blocks_to_evaluate().filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    expected = blocks.annotate(total=Count("enrolment__route__plan")).values("total")
    heard = (
        Evaluation.objects.heard()
        .filter(
            enrolled_block__in=blocks_to_evaluate().filter(enrolment=OuterRef(OuterRef("pk"))),
            channel__routes=F("enrolled_block__enrolment__route"),
        )
        .order_by()
        .values("enrolled_block__enrolment")
        .annotate(total=Count("pk"))
        .values("total")
    )
    return enrolments.annotate(
        evaluations_expected=Coalesce(Subquery(expected, output_field=IntegerField()), 0),
        evaluations_heard=Coalesce(Subquery(heard, output_field=IntegerField()), 0),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an evaluation is entered."""

    reference: str
    block: str
    channel: ChannelCode

    @property
    def url(self) -> str:
        return reverse("evaluations:enter", args=[self.reference, self.block, self.channel])


@dataclass(frozen=True, slots=True)
class Awaited:
    """One evaluation that somebody has to enter."""

    place: Place
    candidate: str
    due_on: date | None
    is_draft: bool


def awaited_from(user: User, *, on: date) -> list[Awaited]:
    """What this person has left to enter, the earliest due date first, then candidate by candidate."""
    access = access_of(user)
    rows: list[tuple[Any, ...]] = []
    for channel in ChannelCode:
        condition = entered_by(access, channel)
        if condition != NOBODY:
            rows += _awaited_rows(channel, Enrolment.objects.filter(condition), on)
    ordered = sorted(rows, key=lambda row: (row[0] is None, row[0] or date.max, *row[1:5]))
    return [
        Awaited(
            Place(reference, block, ChannelCode(channel)),
            candidate=" ".join(filter(None, [usual_name or birth_name, first_names])),
            due_on=due_on,
            is_draft=is_draft,
        )
        for due_on, _, reference, _, channel, block, is_draft, usual_name, birth_name, first_names in ordered
    ]


def _awaited_rows(channel: str, enrolments: QuerySet[Enrolment], on: date) -> Iterable[tuple[Any, ...]]:
    return (
        awaited_blocks(channel, on=on)
        .filter(enrolment__in=enrolments)
        .annotate(channel=Value(channel, output_field=CharField()))
        .values_list(
            "due_on",
            "enrolment__candidate__search_key",
            "enrolment__reference",
            "block__position",
            "channel",
            "block__code",
            "is_draft",
            "enrolment__candidate__usual_name",
            "enrolment__candidate__birth_name",
            "enrolment__candidate__first_names",
        )
    )


def next_after(awaited: Sequence[Awaited], here: Place) -> Awaited | None:
    """The one that follows in this order, from the start again after the last; never the same place."""
    start = next((index + 1 for index, entry in enumerate(awaited) if entry.place == here), 0)
    following = [*awaited[start:], *awaited[:start]]
    return next((entry for entry in following if entry.place != here), None)
