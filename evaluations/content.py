"""What an evaluation says, apart from the rows that keep it: what forms fill, services store and pages show."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from blocks.models import Block, Channel

from .enums import Attendance, PartMode, Rating
from .models import CompetencyRating, Evaluation, PartResult


@dataclass(frozen=True, slots=True)
class RatingContent:
    rating: Rating | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PartContent:
    held_on: date | None = None
    mode: PartMode | None = None
    mark: Decimal | None = None

    @property
    def is_blank(self) -> bool:
        return self.held_on is None and self.mode is None and self.mark is None


@dataclass(frozen=True, slots=True)
class EvaluationContent:
    """Ratings by competency code, parts by the code of the channel's part.

    `unread` is what was typed and could not be read, by the name of its field: kept as typed, shown again in its field.
    """

    ratings: Mapping[str, RatingContent]
    parts: Mapping[str, PartContent]
    attendance: Attendance = Attendance.PRESENT
    is_adapted: bool = False
    general_comment: str = field(default="", repr=False)
    unread: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_present(self) -> bool:
        return self.attendance == Attendance.PRESENT

    @property
    def rated(self) -> int:
        return sum(1 for given in self.ratings.values() if given.rating)

    @property
    def texts(self) -> tuple[str, ...]:
        comments = (given.comment for given in self.ratings.values())
        return (self.general_comment, *comments, *self.unread.values())

    @property
    def as_submitted(self) -> "EvaluationContent":
        """What submitting says: of an absent candidate neither levels nor marks, only what was observed."""
        if self.is_present:
            return self
        marks = {part_field(code, "mark") for code in self.parts}
        return replace(
            self,
            ratings={code: replace(given, rating=None) for code, given in self.ratings.items()},
            parts={code: replace(held, mark=None) for code, held in self.parts.items()},
            unread={name: typed for name, typed in self.unread.items() if name not in marks},
        )


# The names by which forms, conflicts and what could not be read speak of the same field


def rating_field(competency: str) -> str:
    return f"rating_{competency}"


def comment_field(competency: str) -> str:
    return f"comment_{competency}"


def part_field(part: str, name: str) -> str:
    return f"part_{part}_{name}"


def blank_content(block: Block, channel: Channel) -> EvaluationContent:
    """Every competency of the block unrated, every part of the channel unfilled, in the order of the standard."""
    return EvaluationContent(
        ratings={competency.code: RatingContent() for competency in in_order(block.competencies)},
        parts={part.code: PartContent() for part in in_order(channel.parts)},
    )


def content_of(evaluation: Evaluation) -> EvaluationContent:
    """Reads whatever was prefetched of the evaluation, its block and its channel, and asks for the rest."""
    ratings = {row.competency_id: row for row in evaluation.ratings.all()}
    parts = {row.part_id: row for row in evaluation.parts.all()}
    block, channel = evaluation.enrolled_block.block, evaluation.channel
    return EvaluationContent(
        ratings={row.code: _rating_content(ratings.get(row.pk)) for row in in_order(block.competencies)},
        parts={row.code: _part_content(parts.get(row.pk)) for row in in_order(channel.parts)},
        attendance=Attendance(evaluation.attendance),
        is_adapted=evaluation.is_adapted,
        general_comment=evaluation.general_comment,
        unread=evaluation.unread,
    )


def _rating_content(row: CompetencyRating | None) -> RatingContent:
    if row is None:
        return RatingContent()
    return RatingContent(Rating(row.rating) if row.rating else None, row.comment)


def _part_content(row: PartResult | None) -> PartContent:
    if row is None:
        return PartContent()
    return PartContent(row.held_on, PartMode(row.mode) if row.mode else None, row.mark)


def in_order(rows: Any) -> list[Any]:
    """Sorted here, so that rows already fetched are not asked for again."""
    return sorted(rows.all(), key=lambda row: (row.position, row.pk))
