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
    latest: Mapping[tuple[int, str], "_Attempt"]  # by enrolled block and channel

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
            latest=_latest_attempts(enrolments),
        )

    @property
    def codes(self) -> dict[str, str]:
        return {block.code: block.title for blocks in self.blocks.values() for block in blocks}

    def due_on(self, enrolment: Enrolment, enrolled_block: int, channel: str) -> date | None:
        """The day given when the evaluation was last reopened, if one was, else the cohort's."""
        attempt = self.latest.get((enrolled_block, channel))
        if attempt and attempt.due_on:
            return attempt.due_on
        return self.deadlines.get((enrolment.cohort_id, channel)) if enrolment.cohort_id else None


@dataclass(frozen=True, slots=True)
class _Attempt:
    state: str
    is_heard: bool
    due_on: date | None  # given by the last reopening


def _latest_attempts(enrolments: Sequence[Enrolment]) -> dict[tuple[int, str], _Attempt]:
    rows = Evaluation.objects.filter(enrolled_block__enrolment__in=enrolments).order_by("attempt")
    columns = ("enrolled_block_id", "channel__code", "state", "opinion", "reopening", "reopening__due_on")
    latest: dict[tuple[int, str], _Attempt] = {}
    for enrolled_block, channel, state, opinion, reopening, reopened_due_on in rows.values_list(*columns):
        key = (enrolled_block, channel)
        is_heard = state == EvaluationState.SUBMITTED and opinion != Opinion.EXCUSED and reopening is None
        before = latest[key].due_on if key in latest else None
        latest[key] = _Attempt(state, is_heard, before if reopening is None else reopened_due_on)
    return latest


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
        (page.enrolled[enrolment.pk, block.pk], channel)
        for block in page.blocks[enrolment.version_id]
        for channel, mark in zip(ChannelCode, squares[block.code].marks, strict=True)
        if channel in (entered or readable) and mark in {Mark.EXPECTED, Mark.DRAFT, Mark.LATE}
    }
    due = [day for enrolled_block, channel in waiting if (day := page.due_on(enrolment, enrolled_block, channel))]
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
    latest = page.latest.get((enrolled_block, channel))
    if latest and latest.is_heard:
        return Mark.SUBMITTED
    if is_held or enrolment.withdrawn_on:
        return Mark.NOT_REQUIRED
    if enrolment.entered_on > on:
        return Mark.NONE
    state, due_on = latest.state if latest else None, page.due_on(enrolment, enrolled_block, channel)
    return _awaited_mark(state, due_on, on) if is_own else Mark.EXPECTED


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
