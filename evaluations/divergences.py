"""Where the channels diverge: found in SQL for the secretariat's list, and laid out for whoever may see it.

Nobody who enters a channel ever reads this: docs/decisions/0006-blind-channels.md.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Max, Min, QuerySet, Value, When

from blocks.enums import ChannelCode
from blocks.models import Block
from candidates.models import EnrolledBlock
from rulebook.divergence import RATINGS, BlockDivergence, Spread
from rulebook.outcomes import ChannelCode as RulebookChannel
from rulebook.outcomes import Rating as GivenRating

from .enums import Divergence, EvaluationState, Opinion, Rating
from .models import CompetencyRating

KINDS = {Divergence.NONE: "ok", Divergence.SLIGHT: "attention", Divergence.STRONG: "danger"}
_RANK = Case(*(When(rating=rating, then=Value(rank)) for rating, rank in RATINGS.items()), output_field=IntegerField())
_BY_STEPS = (Divergence.NONE, Divergence.SLIGHT, Divergence.STRONG)


@dataclass(frozen=True, slots=True)
class DivergentBlock:
    """An enrolled block on which ratings differ; the strongest first, then where they differ most often."""

    pk: int
    code: str
    divergence: Divergence
    competencies: int

    @property
    def order(self) -> tuple[int, int, int]:
        return -_BY_STEPS.index(self.divergence), -self.competencies, self.pk


def divergent_blocks(blocks: QuerySet[EnrolledBlock]) -> list[DivergentBlock]:
    """As `rulebook.divergence.compare_block` finds them, in one query; the tests compare the two on random data.

    Opinions follow from ratings and diverge no more than they do, so that ratings are enough.
    """
    rows = (
        CompetencyRating.objects.filter(
            evaluation__state=EvaluationState.SUBMITTED,
            evaluation__reopening__isnull=True,
            evaluation__enrolled_block__in=blocks,
            evaluation__channel__routes=F("evaluation__enrolled_block__enrolment__route"),
            rating__isnull=False,
        )
        .exclude(evaluation__opinion=Opinion.EXCUSED)
        .order_by()
        .values("evaluation__enrolled_block", "competency__block__code", "competency")
        .annotate(steps=Max(_RANK) - Min(_RANK))
        .filter(steps__gt=0)
        .values_list("evaluation__enrolled_block", "competency__block__code", "steps")
    )
    by_block: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for enrolled_block, code, steps in rows.iterator():
        by_block[enrolled_block, code].append(steps)
    found = (DivergentBlock(pk, code, _BY_STEPS[max(steps)], len(steps)) for (pk, code), steps in by_block.items())
    return sorted(found, key=lambda row: row.order)


# Laid out: competencies in rows, channels in columns


@dataclass(frozen=True, slots=True)
class DivergenceCell:
    channel: ChannelCode
    rating: Rating | None
    is_apart: bool

    @property
    def label(self) -> str:
        return str(self.channel.label)


@dataclass(frozen=True, slots=True)
class DivergenceRow:
    code: str
    wording: str
    divergence: Divergence
    cells: tuple[DivergenceCell, ...]

    @property
    def kind(self) -> str:
        return KINDS[self.divergence]


@dataclass(frozen=True, slots=True)
class DivergenceTable:
    """What `evaluations/parts/divergence.html` shows: only the competencies on which the channels differ."""

    divergence: Divergence
    channels: tuple[ChannelCode, ...]
    rows: tuple[DivergenceRow, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def kind(self) -> str:
        return KINDS[self.divergence]

    @property
    def codes(self) -> str:
        return ", ".join(row.code for row in self.rows)


def table_of(found: BlockDivergence, wordings: Mapping[str, str]) -> DivergenceTable:
    """`wordings` by the code of the competency."""
    speaking = {channel for spread in found.divergent.values() for channel in spread.said}
    channels = tuple(channel for channel in ChannelCode if channel in speaking)
    rows = [(code, _cells(spread, channels), spread) for code, spread in found.divergent.items()]
    return DivergenceTable(
        Divergence(found.strongest),
        channels,
        tuple(
            DivergenceRow(code, wordings[code], Divergence(spread.divergence), cells) for code, cells, spread in rows
        ),
    )


def _cells(spread: Spread[GivenRating], channels: Sequence[ChannelCode]) -> tuple[DivergenceCell, ...]:
    said = {channel: Rating(rating) for channel, rating in spread.said.items()}
    return tuple(
        DivergenceCell(channel, said.get(RulebookChannel(channel)), RulebookChannel(channel) in spread.apart)
        for channel in channels
    )


def wordings_of(block: Block) -> dict[str, str]:
    return {competency.code: competency.wording for competency in block.competencies.all()}
