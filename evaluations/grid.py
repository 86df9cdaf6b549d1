"""The bulk grid: one block by one channel, a row per candidate, read in a constant number of queries.

Only one's own channel is read: of the others nothing, not even whether they have answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.text import capfirst

from blocks.enums import ChannelCode
from blocks.models import Block, Channel, Competency
from candidates.models import CohortDeadline, EnrolledBlock, Enrolment, EnrolmentQuerySet
from organisations.permissions import Access
from rulebook.opinions import derive_opinion

from .adaptations import AdjustmentsByChannel, GrantedAdjustment, granted_adjustments_of_many
from .completeness import Gap, gaps
from .content import EvaluationContent, blank_content, content_of, in_order, part_field
from .enums import EvaluationState, GapCode, GridFilter, Opinion
from .facts import sheet_of
from .models import Attachment, Evaluation
from .models.attachments import fingerprint
from .permissions import NOBODY, entered_by
from .progress import Place, awaited_blocks
from .reading import Reading, reading_of
from .services import demands_of

BY_COHORT = (
    F("enrolment__version").desc(),
    F("enrolment__cohort__ends_on").desc(nulls_first=True),
    "enrolment__cohort__name",
    "enrolment__candidate__search_key",
    "enrolment__pk",
)
_OF_PART = frozenset({GapCode.PART_DATE, GapCode.PART_MODE})
_LACKING = _OF_PART | {GapCode.UNRATED, GapCode.NO_PART}
_PART_WORDS = {"held_on": "date", "mode": "modalité", "mark": "note"}


def channels_entered(access: Access) -> list[ChannelCode]:
    """The channels that this person may have something to enter by."""
    return [channel for channel in ChannelCode if entered_by(access, channel) != NOBODY]


def enrolments_entered(access: Access, channel: str) -> EnrolmentQuerySet:
    """The only door to a grid: the enrolments of which this person enters this channel."""
    return Enrolment.objects.filter(entered_by(access, channel))


def grid_blocks(
    enrolments: QuerySet[Enrolment], channel: str, block: str, wanted: GridFilter, *, on: date
) -> QuerySet[EnrolledBlock]:
    """The rows of a grid, with `due_on`: what is left to enter, or what is submitted."""
    rows = _submitted_blocks(channel) if wanted == GridFilter.DONE else awaited_blocks(channel, on=on)
    rows = rows.filter(block__code=block, enrolment__in=enrolments)
    if wanted == GridFilter.DRAFT:
        rows = rows.filter(Q(is_draft=True))
    elif wanted == GridFilter.LATE:
        rows = rows.filter(Q(due_on__lt=on))
    return _in_order(rows)


def drafts_of(
    enrolments: QuerySet[Enrolment], channel: str, block: str, wanted: GridFilter, *, on: date
) -> QuerySet[EnrolledBlock]:
    """Of the same rows, those that are begun."""
    rows = GridFilter.LATE if wanted == GridFilter.LATE else GridFilter.DRAFT
    return grid_blocks(enrolments, channel, block, rows, on=on).filter(Q(is_draft=True))


def named_blocks(enrolments: QuerySet[Enrolment], block: str, references: Iterable[str]) -> QuerySet[EnrolledBlock]:
    """The rows that a page names, whatever has become of them since it was shown."""
    rows = EnrolledBlock.objects.filter(
        block__code=block, enrolment__in=enrolments, enrolment__reference__in=references
    )
    return _in_order(rows)


def _in_order(rows: QuerySet[EnrolledBlock]) -> QuerySet[EnrolledBlock]:
    return rows.select_related("enrolment__candidate", "enrolment__cohort").order_by(*BY_COHORT)


def _submitted_blocks(channel: str) -> QuerySet[EnrolledBlock]:
    heard = Evaluation.objects.heard().filter(enrolled_block=OuterRef("pk"), channel__code=channel)
    deadlines = CohortDeadline.objects.filter(cohort=OuterRef("enrolment__cohort"), channel__code=channel)
    return EnrolledBlock.objects.filter(Exists(heard), enrolment__withdrawn_on__isnull=True).annotate(
        due_on=Subquery(deadlines.values("due_on")[:1], output_field=DateField())
    )


def left_by_block(enrolments: QuerySet[Enrolment], channel: str, *, on: date) -> dict[str, int]:
    """How many evaluations are left to enter by this channel, by the code of the block."""
    left = awaited_blocks(channel, on=on).filter(enrolment__in=enrolments)
    return dict(left.order_by().values_list("block__code").annotate(Count("pk")))


def blocks_of(enrolments: QuerySet[Enrolment]) -> dict[str, str]:
    """The blocks of these enrolments' standards, by code, in the order of the newest."""
    blocks = Block.objects.filter(version__in=enrolments.order_by().values("version"))
    return dict(blocks.order_by("version", "position", "pk").values_list("code", "title"))


def lacking(found: Iterable[Gap], channel: Channel) -> str:
    """« C9, épreuve 1, date de l’épreuve 2 »: what is left to fill, in as few words as a row has room for."""
    found = [gap for gap in found if gap.code in _LACKING]
    words = [gap.about for gap in found if gap.code == GapCode.UNRATED]
    if any(gap.code == GapCode.NO_PART for gap in found):
        words.append("une épreuve")
    names = _names_of_parts(channel)
    for rank, part in enumerate(in_order(channel.parts), start=1):
        fields = [gap.field for gap in found if gap.code in _OF_PART and gap.about == part.code]
        words += [f"épreuve {rank}"] if len(fields) > 1 else [names[name] for name in fields]
    return ", ".join(words)


def wrong(found: Iterable[Gap], channel: Channel) -> list[str]:
    """« Date de l’épreuve 2 : cette date est à venir… »: what is filled and cannot stay so."""
    names = _names_of_parts(channel)
    return [
        f"{capfirst(names.get(gap.field, gap.about))} : {gap.sentence[0].lower()}{gap.sentence[1:]}"
        for gap in found
        if gap.code not in _LACKING
    ]


def _names_of_parts(channel: Channel) -> dict[str, str]:
    return {
        part_field(part.code, name): f"{word} de l’épreuve {rank}"
        for rank, part in enumerate(in_order(channel.parts), start=1)
        for name, word in _PART_WORDS.items()
    }


@dataclass(frozen=True, slots=True)
class GridRow:
    """One candidate: what this channel has said of the block so far, and what is missing before it is submitted."""

    enrolled_block: EnrolledBlock
    channel: Channel
    evaluation: Evaluation | None
    due_on: date | None
    content: EvaluationContent
    gaps: tuple[Gap, ...]
    adjustments: tuple[GrantedAdjustment, ...]

    @property
    def enrolment(self) -> Enrolment:
        return self.enrolled_block.enrolment

    @property
    def reference(self) -> str:
        return self.enrolment.reference

    @property
    def place(self) -> Place:
        return Place(self.reference, self.enrolled_block.block.code, ChannelCode(self.channel.code))

    @property
    def revision(self) -> int:
        return self.evaluation.revision if self.evaluation else 0

    @property
    def is_complete(self) -> bool:
        return self.evaluation is not None and not self.gaps

    @property
    def lacking(self) -> str:
        return lacking(self.gaps, self.channel)

    @property
    def wrong(self) -> list[str]:
        return wrong(self.gaps, self.channel)

    @property
    def comments(self) -> int:
        texts = [self.content.general_comment, *(given.comment for given in self.content.ratings.values())]
        return sum(1 for text in texts if text)


@dataclass(frozen=True, slots=True)
class GridTable:
    """The rows of one version of the standard, whose competencies are the columns."""

    block: Block
    channel: Channel
    rows: tuple[GridRow, ...]

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What each column stands for, in the standard's own words."""
        competencies = [(row.code, row.wording) for row in in_order(self.block.competencies)]
        parts = enumerate(in_order(self.channel.parts), start=1)
        return [*competencies, *((f"Épreuve {rank}", part.title) for rank, part in parts)]

    @property
    def complete(self) -> "GridTable":
        return replace(self, rows=tuple(row for row in self.rows if row.is_complete))


def tables_of(
    rows: Sequence[EnrolledBlock], channel: ChannelCode, *, at: datetime, submitted: bool = False
) -> list[GridTable]:
    """`rows` as `grid_blocks` gives and orders them: one table, or one by version of the standard.

    Each with its draft, or with what is submitted.
    """
    page = _Page.read(rows, channel, submitted=submitted)
    return [
        GridTable(block, page.ways[block.version_id], tuple(_row(page, row, at) for row in group))
        for block, group in groupby(rows, key=lambda row: page.blocks[row.block_id])
    ]


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything that these rows rest on, each kind of row read once."""

    channel: ChannelCode
    blocks: Mapping[int, Block]
    ways: Mapping[int, Channel]  # by version
    evaluations: Mapping[int, Evaluation]  # by enrolled block
    adjustments: Mapping[int, AdjustmentsByChannel]  # by enrolment

    @classmethod
    def read(cls, rows: Sequence[EnrolledBlock], channel: ChannelCode, *, submitted: bool) -> "_Page":
        blocks = Block.objects.filter(pk__in={row.block_id for row in rows}).prefetch_related("competencies")
        wordings = {block.pk: block for block in blocks}
        versions = {block.version_id for block in wordings.values()}
        ways = Channel.objects.filter(version__in=versions, code=channel).prefetch_related("parts")
        state = Q(state=EvaluationState.SUBMITTED if submitted else EvaluationState.DRAFT)
        evaluations = (
            Evaluation.objects.filter(state, enrolled_block__in=rows, channel__code=channel)
            .select_related("edited_by", "submitted_by")
            .prefetch_related("ratings", "parts")
            .order_by("attempt")  # The latest attempt is read last, and stays.
        )
        return cls(
            channel=channel,
            blocks=wordings,
            ways={way.version_id: way for way in ways},
            evaluations={row.enrolled_block_id: row for row in evaluations},
            adjustments=granted_adjustments_of_many([row.enrolment for row in rows]),
        )


def _row(page: _Page, row: EnrolledBlock, at: datetime) -> GridRow:
    row.block = page.blocks[row.block_id]
    channel, evaluation = page.ways[row.block.version_id], page.evaluations.get(row.pk)
    adjustments = page.adjustments.get(row.enrolment_id, {}).get(page.channel, ())
    if evaluation is None:
        content = replace(blank_content(row.block, channel), is_adapted=bool(adjustments))
    else:
        evaluation.enrolled_block, evaluation.channel = row, channel
        content = content_of(evaluation)
    return GridRow(
        row,
        channel,
        evaluation,
        due_on=getattr(row, "due_on", None),
        content=content,
        gaps=gaps(content, demands_of(row.enrolment, channel, at=at)),
        adjustments=adjustments,
    )


@dataclass(frozen=True, slots=True)
class Reread:
    """One evaluation in words: about to be submitted with its opinion, or submitted."""

    row: GridRow
    reading: Reading
    opinion: Opinion | None
    attachments: tuple[Attachment, ...]

    @property
    def attachments_read(self) -> str:
        """What the page sends back of them."""
        return fingerprint(self.attachments)

    @property
    def drops_levels(self) -> bool:
        return self.reading.content != self.row.content

    @property
    def words(self) -> list[tuple[str, str]]:
        """What was written, by what it is about."""
        told = [(rated.competency.code, rated.given.comment) for rated in self.reading.ratings]
        told.append(("Appréciation", self.reading.content.general_comment))
        return [(about, text) for about, text in told if text]


@dataclass(frozen=True, slots=True)
class RereadTable:
    table: GridTable
    evaluations: tuple[Reread, ...]

    @property
    def competencies(self) -> list[Competency]:
        return in_order(self.table.block.competencies)


def reread(tables: Iterable[GridTable]) -> list[RereadTable]:
    """Each table's rows in words, with the opinion that the rules derive."""
    tables = [table for table in tables if table.rows]
    files = _attachments_of([row.evaluation for table in tables for row in table.rows if row.evaluation])
    return [RereadTable(table, tuple(_reread(row, table, files) for row in table.rows)) for table in tables]


def _attachments_of(evaluations: Sequence[Evaluation]) -> Mapping[int, Sequence[Attachment]]:
    """By evaluation, in one query."""
    files: defaultdict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(evaluation__in=evaluations).in_order():
        files[file.evaluation_id].append(file)
    return files


def _reread(row: GridRow, table: GridTable, files: Mapping[int, Sequence[Attachment]]) -> Reread:
    content = row.content.as_submitted
    answer = derive_opinion(sheet_of(content)).answer
    return Reread(
        row,
        reading_of(content, table.block, table.channel),
        Opinion(answer) if answer else None,
        tuple(files.get(row.evaluation.pk, ())) if row.evaluation else (),
    )
