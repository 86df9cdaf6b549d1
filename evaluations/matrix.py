"""The matrix of a page of enrolments: eight squares of three marks each, in a constant number of queries.

Of a channel that is not theirs people see only whether it has answered: never a draft, a delay, an opinion.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.todo import Urgency, urgency_of
from blocks.enums import BlockGroup, ChannelCode
from blocks.models import AccessRoute, Block
from candidates.models import AcquiredBlock, CohortDeadline, EnrolledBlock, Enrolment, EnrolmentQuerySet
from organisations.permissions import Access

from .enums import EvaluationState, Flag, Mark, Opinion
from .models import Evaluation
from .permissions import enterable_channels, readable_channels
from .progress import Place


@dataclass(frozen=True, slots=True)
class Square:
    """What `block_square` draws, and where it leads."""

    code: str
    title: str
    marks: tuple[Mark, Mark, Mark]
    flag: Flag
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    enrolment: Enrolment
    squares: tuple[Square | None, ...]  # None where the enrolment's standard has no such block
    options: tuple[str, ...]
    due_on: date | None
    has_dossier: bool  # The panel's assessors follow the evaluations alone.


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]


def for_matrix(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    return enrolments.select_related(
        "candidate", "cohort", "route", "training_organisation", "company", "panel_assignment"
    )


def matrix_of(enrolments: Sequence[Enrolment], access: Access, *, on: date) -> Matrix:
    """`enrolments` as read by `for_matrix`."""
    page = _Page.read(enrolments)
    codes = page.codes
    rows = tuple(_row(page, enrolment, access, codes, on) for enrolment in enrolments)
    return Matrix(tuple(Column(code, title) for code, title in codes.items()), rows)


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything that the squares of these enrolments rest on, each kind of row read once."""

    blocks: Mapping[int, Sequence[Block]]  # by version
    plans: Mapping[int, frozenset[str]]  # by route
    deadlines: Mapping[tuple[int, str], date]  # by cohort and channel
    enrolled: Mapping[tuple[int, int], int]  # by enrolment and block
    held: Mapping[tuple[int, int], int | None]  # by candidate and catalogue block, the enrolled block that earned it
    states: Mapping[tuple[int, str], tuple[str, str | None]]  # by enrolled block and channel, of the latest attempt

    @classmethod
    def read(cls, enrolments: Sequence[Enrolment]) -> "_Page":
        blocks: defaultdict[int, list[Block]] = defaultdict(list)
        for block in Block.objects.filter(version__in={row.version_id for row in enrolments}).order_by(
            "position", "pk"
        ):
            blocks[block.version_id].append(block)
        plans = AccessRoute.objects.filter(pk__in={row.route_id for row in enrolments}).prefetch_related("plan")
        deadlines = CohortDeadline.objects.filter(cohort__in={row.cohort_id for row in enrolments if row.cohort_id})
        enrolled = EnrolledBlock.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "block_id", "pk")
        held = AcquiredBlock.objects.filter(candidate__in={row.candidate_id for row in enrolments})
        latest = Evaluation.objects.filter(enrolled_block__enrolment__in=enrolments).order_by("attempt")
        return cls(
            blocks=blocks,
            plans={route.pk: frozenset(channel.code for channel in route.plan.all()) for route in plans},
            deadlines={
                (cohort, channel): due_on
                for cohort, channel, due_on in deadlines.values_list("cohort_id", "channel__code", "due_on")
            },
            enrolled={(enrolment, block): pk for enrolment, block, pk in enrolled},
            held={
                (candidate, block): origin
                for candidate, block, origin in held.values_list(
                    "candidate_id", "catalogue_block_id", "enrolled_block_id"
                )
            },
            states={
                (enrolled_block, channel): (state, opinion)
                for enrolled_block, channel, state, opinion in latest.values_list(
                    "enrolled_block_id", "channel__code", "state", "opinion"
                )
            },
        )

    @property
    def codes(self) -> dict[str, str]:
        return {block.code: block.title for blocks in self.blocks.values() for block in blocks}

    def due_on(self, enrolment: Enrolment, channel: str) -> date | None:
        return self.deadlines.get((enrolment.cohort_id, channel)) if enrolment.cohort_id else None


def _row(page: _Page, enrolment: Enrolment, access: Access, codes: Iterable[str], on: date) -> MatrixRow:
    readable = readable_channels(access, enrolment)
    entered = enterable_channels(access, enrolment)
    squares = {block.code: _square(page, enrolment, block, readable, on) for block in page.blocks[enrolment.version_id]}
    options = tuple(
        block.code
        for block in page.blocks[enrolment.version_id]
        if block.group == BlockGroup.OPTIONAL and (enrolment.pk, block.pk) in page.enrolled
    )
    waiting = {
        channel
        for square in squares.values()
        for channel, mark in zip(ChannelCode, square.marks, strict=True)
        if channel in (entered or readable) and mark in {Mark.EXPECTED, Mark.DRAFT, Mark.LATE}
    }
    due = [day for channel in waiting if (day := page.due_on(enrolment, channel))]
    return MatrixRow(
        enrolment,
        squares=tuple(squares.get(code) for code in codes),
        options=options,
        due_on=min(due, default=None),
        has_dossier=access.is_admin or bool(entered - {ChannelCode.PANEL}),
    )


def _square(page: _Page, enrolment: Enrolment, block: Block, readable: frozenset[ChannelCode], on: date) -> Square:
    enrolled_block = page.enrolled.get((enrolment.pk, block.pk))
    flag = _flag(page, enrolment, block, enrolled_block)
    marks = {
        channel: _mark(page, enrolment, enrolled_block, channel, is_own=channel in readable, is_held=bool(flag), on=on)
        for channel in ChannelCode
    }
    training, company, panel = marks.values()
    url = _url(enrolment, block, {channel: marks[channel] for channel in ChannelCode if channel in readable})
    return Square(block.code, block.title, (training, company, panel), flag, url if enrolled_block else "")


def _flag(page: _Page, enrolment: Enrolment, block: Block, enrolled_block: int | None) -> Flag:
    key = (enrolment.candidate_id, block.catalogue_block_id)
    if key not in page.held:
        return Flag.NONE
    return Flag.ACQUIRED if enrolled_block and page.held[key] == enrolled_block else Flag.CARRIED


def _mark(
    page: _Page,
    enrolment: Enrolment,
    enrolled_block: int | None,
    channel: ChannelCode,
    *,
    is_own: bool,
    is_held: bool,
    on: date,
) -> Mark:
    if enrolled_block is None or channel not in page.plans[enrolment.route_id]:
        return Mark.NOT_REQUIRED
    state, opinion = page.states.get((enrolled_block, channel), (None, None))
    if state == EvaluationState.SUBMITTED and opinion != Opinion.EXCUSED:
        return Mark.SUBMITTED
    if is_held or enrolment.withdrawn_on:
        return Mark.NOT_REQUIRED
    if enrolment.entered_on > on:
        return Mark.NONE
    return _awaited_mark(state, page.due_on(enrolment, channel), on) if is_own else Mark.EXPECTED


def _awaited_mark(state: str | None, due_on: date | None, on: date) -> Mark:
    if urgency_of(due_on, on) is Urgency.LATE:
        return Mark.LATE
    return Mark.DRAFT if state == EvaluationState.DRAFT else Mark.EXPECTED


def _url(enrolment: Enrolment, block: Block, own: Mapping[ChannelCode, Mark]) -> str:
    """The first own channel on which something is left to do, else the first that is required."""
    required = [channel for channel, mark in own.items() if mark != Mark.NOT_REQUIRED]
    waiting = [channel for channel in required if own[channel] != Mark.SUBMITTED]
    channels = waiting or required
    return Place(enrolment.reference, block.code, channels[0]).url if channels else ""
