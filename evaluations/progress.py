"""What is evaluated and what is still awaited, in SQL: for lists, counts and filters.

`with_progress` says of an enrolment what `rulebook.opinions.propose` says of its blocks: nothing is left to wait for
when no proposal is incomplete. The tests compare the two on random data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from accounts.models import User
from accounts.todo import Urgency, urgency_of
from blocks.enums import ChannelCode
from candidates.models import AcquiredBlock, Cohort, CohortDeadline, EnrolledBlock, Enrolment, EnrolmentQuerySet
from organisations.permissions import Access, access_of

from .enums import EvaluationState, ProgressFilter
from .models import Evaluation, Reopening
from .permissions import NOBODY, entered_by, read_by


def blocks_to_evaluate() -> QuerySet[EnrolledBlock]:
    """The enrolled blocks that their candidate does not hold already."""
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef("enrolment__candidate"), catalogue_block=OuterRef("block__catalogue_block")
    )
    return EnrolledBlock.objects.filter(~Exists(held))


def awaited_blocks(channel: str, *, on: date) -> QuerySet[EnrolledBlock]:
    """The blocks on which this channel is expected to answer and has not, with `due_on` and `is_draft`.

    Due on the day given when its evaluation was last reopened, if one was, else on the cohort's.
    """
    answers = Evaluation.objects.filter(enrolled_block=OuterRef("pk"), channel__code=channel)
    reopenings = Reopening.objects.filter(
        evaluation__enrolled_block=OuterRef("pk"), evaluation__channel__code=channel
    ).order_by("-evaluation__attempt")
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
            due_on=Coalesce(
                Subquery(reopenings.values("due_on")[:1]),
                Subquery(deadlines.values("due_on")[:1]),
                output_field=DateField(),
            ),
            is_draft=Exists(answers.filter(state=EvaluationState.DRAFT)),
        )
    )


def in_progress(
    enrolments: EnrolmentQuerySet, wanted: ProgressFilter, access: Access, *, on: date
) -> EnrolmentQuerySet:
    """What this person looks for, judged by the channels that they read."""
    if wanted == ProgressFilter.WITHDRAWN:
        return enrolments.filter(withdrawn_on__isnull=False)
    enrolments = enrolments.active()
    if wanted == ProgressFilter.ALL:
        return enrolments
    if wanted == ProgressFilter.DONE:
        return enrolments.exclude(_awaiting(access, ProgressFilter.TO_DO, on))
    return enrolments.filter(_awaiting(access, wanted, on))


def _awaiting(access: Access, wanted: ProgressFilter, on: date) -> Q:
    """Asked of all enrolments as one set by channel: asked of each in turn, a hundred thousand take half a minute."""
    condition = NOBODY
    for channel in ChannelCode:
        blocks = _narrowed(awaited_blocks(channel, on=on), channel, wanted, on)
        condition |= read_by(access, channel) & Q(pk__in=blocks.values("enrolment"))
    return condition


def _narrowed(
    blocks: QuerySet[EnrolledBlock], channel: str, wanted: ProgressFilter, on: date
) -> QuerySet[EnrolledBlock]:
    if wanted == ProgressFilter.LATE:
        overdue = CohortDeadline.objects.filter(channel__code=channel, due_on__lt=on)
        reopened = Reopening.objects.standing().filter(evaluation__channel__code=channel)
        later = reopened.filter(due_on__gte=on).values("evaluation__enrolled_block")
        earlier = reopened.filter(due_on__lt=on).values("evaluation__enrolled_block")
        is_late = Q(enrolment__cohort__in=overdue.values("cohort")) & ~Q(pk__in=later)
        return blocks.filter(is_late | Q(pk__in=earlier))
    return blocks.filter(Q(is_draft=True)) if wanted == ProgressFilter.DRAFT else blocks


def with_progress(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """How many evaluations the route's plan expects on the blocks to acquire, and how many are heard."""
    blocks = blocks_to_evaluate().filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    expected = blocks.annotate(total=Count("enrolment__route__plan")).values("total")
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef("enrolled_block__enrolment__candidate"),
        catalogue_block=OuterRef("enrolled_block__block__catalogue_block"),
    )
    heard = (
        Evaluation.objects.heard()
        .filter(
            ~Exists(held),
            enrolled_block__enrolment=OuterRef("pk"),
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


def fully_evaluated(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Those of which no channel of the plan is still silent on a block to acquire.

    As `with_progress` counts them, but five times faster over all enrolments: one set is taken out of another.
    """
    heard = Evaluation.objects.heard().filter(enrolled_block=OuterRef("pk"), channel=OuterRef("enrolment__route__plan"))
    return enrolments.exclude(pk__in=blocks_to_evaluate().filter(~Exists(heard)).values("enrolment"))


class Place(NamedTuple):
    """Where an evaluation is entered."""

    reference: str
    block: str
    channel: ChannelCode

    @property
    def url(self) -> str:
        return reverse("evaluations:enter", args=self)


@dataclass(frozen=True, slots=True)
class Awaited:
    """One evaluation that somebody has to enter."""

    place: Place
    candidate: str
    due_on: date | None
    is_draft: bool


def awaited_from(user: User, *, on: date, limit: int | None = None) -> list[Awaited]:
    """What this person has left to enter, the earliest due date first, then candidate by candidate."""
    access = access_of(user)
    rows: list[tuple[Any, ...]] = []
    for channel in ChannelCode:
        condition = entered_by(access, channel)
        if condition != NOBODY:
            rows += _awaited_rows(channel, Enrolment.objects.filter(condition), on)[:limit]
    ordered = sorted(rows, key=lambda row: (row[0] is None, row[0] or date.max, *row[1:5]))
    return [_awaited(row) for row in ordered[:limit]]


def _awaited(row: tuple[Any, ...]) -> Awaited:
    due_on, _, reference, _, channel, block, is_draft, *names = row
    return Awaited(Place(reference, block, ChannelCode(channel)), " ".join(filter(None, names)), due_on, is_draft)


def _awaited_rows(channel: str, enrolments: QuerySet[Enrolment], on: date) -> QuerySet[Any, tuple[Any, ...]]:
    candidate = "enrolment__candidate"
    return (
        awaited_blocks(channel, on=on)
        .filter(enrolment__in=enrolments)
        .annotate(
            channel=Value(channel, output_field=CharField()),
            shown_name=Coalesce(
                NullIf("enrolment__candidate__usual_name", Value("")), "enrolment__candidate__birth_name"
            ),
        )
        .order_by(
            F("due_on").asc(nulls_last=True),
            "enrolment__candidate__search_key",
            "enrolment__reference",
            "block__position",
        )
        .values_list(
            "due_on",
            f"{candidate}__search_key",
            "enrolment__reference",
            "block__position",
            "channel",
            "block__code",
            "is_draft",
            "shown_name",
            f"{candidate}__first_names",
        )
    )


@dataclass(frozen=True, slots=True)
class Workload:
    """How much somebody has left to enter by one channel."""

    channel: ChannelCode
    count: int
    drafts: int
    due_on: date | None
    drafts_due_on: date | None
    first: Awaited | None


def workloads_of(user: User, *, on: date) -> list[Workload]:
    access = access_of(user)
    entered = {channel: entered_by(access, channel) for channel in ChannelCode}
    return [
        _workload(channel, Enrolment.objects.filter(condition), on)
        for channel, condition in entered.items()
        if condition != NOBODY
    ]


def _workload(channel: ChannelCode, enrolments: QuerySet[Enrolment], on: date) -> Workload:
    is_draft = Q(is_draft=True)
    first = _awaited_rows(channel, enrolments, on).first()
    totals = (
        awaited_blocks(channel, on=on)
        .filter(enrolment__in=enrolments)
        .aggregate(
            count=Count("pk"),
            drafts=Count("pk", filter=is_draft),
            earliest=Min("due_on"),
            earliest_draft=Min("due_on", filter=is_draft),
        )
    )
    return Workload(
        channel,
        totals["count"],
        totals["drafts"],
        due_on=totals["earliest"],
        drafts_due_on=totals["earliest_draft"],
        first=_awaited(first) if first else None,
    )


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """How far one channel has come on one cohort, and by when the rest is due."""

    expected: int
    heard: int
    due_on: date | None

    @property
    def is_awaited(self) -> bool:
        return self.heard < self.expected

    def urgency(self, on: date) -> Urgency:
        """How the rest stands that day, while something is awaited."""
        return urgency_of(self.due_on, on)


def cohort_progress(cohorts: Sequence[Cohort]) -> dict[int, dict[ChannelCode, ChannelProgress]]:
    """Of each cohort, by channel: what the candidates still there are expected to be told, and what is submitted."""
    blocks = blocks_to_evaluate().filter(enrolment__cohort__in=cohorts, enrolment__withdrawn_on__isnull=True)
    expected = blocks.values_list("enrolment__cohort", "enrolment__route__plan__code").annotate(Count("pk"))
    heard = (
        Evaluation.objects.heard()
        .filter(enrolled_block__in=blocks, channel__routes=F("enrolled_block__enrolment__route"))
        .values_list("enrolled_block__enrolment__cohort", "channel__code")
        .annotate(Count("pk"))
    )
    deadlines = CohortDeadline.objects.filter(cohort__in=cohorts).values_list("cohort_id", "channel__code", "due_on")
    heard_by = {(cohort, channel): total for cohort, channel, total in heard.order_by()}
    due_by = {(cohort, channel): due_on for cohort, channel, due_on in deadlines}
    reopened_by = _reopened(cohorts)
    progress: dict[int, dict[ChannelCode, ChannelProgress]] = {cohort.pk: {} for cohort in cohorts}
    for cohort, channel, total in expected.order_by():
        key = (cohort, channel)
        heard_count, (reopened, reopened_due_on) = heard_by.get(key, 0), reopened_by.get(key, (0, None))
        due_on = reopened_due_on if 0 < reopened == total - heard_count else due_by.get(key)
        progress[cohort][ChannelCode(channel)] = ChannelProgress(total, heard_count, due_on)
    return progress


def _reopened(cohorts: Sequence[Cohort]) -> dict[tuple[int, str], tuple[int, date | None]]:
    """By cohort and channel, how many awaited evaluations were reopened, and the earliest date they are due by."""
    found: dict[tuple[int, str], tuple[int, date | None]] = {}
    for channel in ChannelCode:
        reopened = Reopening.objects.filter(evaluation__channel__code=channel).values("evaluation__enrolled_block")
        blocks = awaited_blocks(channel, on=date.max).filter(enrolment__cohort__in=cohorts, pk__in=reopened)
        counted = blocks.order_by().values_list("enrolment__cohort").annotate(Count("pk"), Min("due_on"))
        found |= {(cohort, channel): (total, due_on) for cohort, total, due_on in counted}
    return found


def next_after(awaited: Sequence[Awaited], here: Place) -> Awaited | None:
    """The one that follows in this order, from the start again after the last; never the same place."""
    start = next((index + 1 for index, entry in enumerate(awaited) if entry.place == here), 0)
    following = [*awaited[start:], *awaited[:start]]
    return next((entry for entry in following if entry.place != here), None)
