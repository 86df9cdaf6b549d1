"""An evaluation in words: read again before it is submitted, shown afterwards, compared when two people type."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format, localize

from blocks.french import day
from blocks.models import Block, Channel, ChannelPart, Competency

from .content import EvaluationContent, PartContent, RatingContent, comment_field, in_order, part_field, rating_field
from .models import MARK_OUT_OF

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class RatingReading:
    competency: Competency
    given: RatingContent

    @property
    def label(self) -> str:
        return str(self.given.rating.label) if self.given.rating else ""


@dataclass(frozen=True, slots=True)
class PartReading:
    part: ChannelPart
    held: PartContent

    @property
    def mode(self) -> str:
        return str(self.held.mode.label) if self.held.mode else ""

    @property
    def words(self) -> str:
        """« le 10 mai 2021, en présence, 14,5 sur 20 »"""
        held_on = f"le {day(self.held.held_on)}" if self.held.held_on else ""
        mark = f"{self.mark} sur {MARK_OUT_OF}" if self.mark else ""
        return ", ".join(filter(None, [held_on, self.mode, mark]))

    @property
    def mark(self) -> str:
        return "" if self.held.mark is None else localize(self.held.mark.normalize() + 0)


@dataclass(frozen=True, slots=True)
class Reading:
    content: EvaluationContent
    ratings: tuple[RatingReading, ...]
    parts: tuple[PartReading, ...]

    @property
    def attendance(self) -> str:
        return str(self.content.attendance.label)

    @property
    def unread(self) -> list[tuple[str, str]]:
        """What was typed and could not be read, by the label of its field."""
        return [(line.label, line.words) for line in self.lines() if line.field in self.content.unread]

    def lines(self) -> Iterator["Line"]:
        """Every field in the order of the page, what could not be read as it was typed."""
        typed = self.content.unread
        for field, label, words in self._fields():
            yield Line(field, label, typed.get(field, words))

    def _fields(self) -> Iterator[tuple[str, str, str]]:
        yield "attendance", "Présence", self.attendance
        yield "is_adapted", "Épreuve aménagée", "oui" if self.content.is_adapted else "non"
        for held in self.parts:
            held_on = date_format(held.held.held_on, "d/m/Y") if held.held.held_on else ""
            yield part_field(held.part.code, "held_on"), f"{held.part.title} : date", held_on
            yield part_field(held.part.code, "mode"), f"{held.part.title} : modalité", held.mode
            yield part_field(held.part.code, "mark"), f"{held.part.title} : note", held.mark
        for rated in self.ratings:
            code = rated.competency.code
            yield rating_field(code), f"{code} : niveau", rated.label
            yield comment_field(code), f"{code} : éléments observés", rated.given.comment
        yield "general_comment", "Appréciation générale", self.content.general_comment


@dataclass(frozen=True, slots=True)
class Line:
    field: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which two texts do not say the same."""

    field: str
    label: str
    typed: str
    stored: str


def reading_of(content: EvaluationContent, block: Block, channel: Channel) -> Reading:
    return Reading(
        content,
        tuple(RatingReading(row, content.ratings[row.code]) for row in in_order(block.competencies)),
        tuple(PartReading(row, content.parts[row.code]) for row in in_order(channel.parts)),
    )


def differences(typed: Reading, stored: Reading) -> list[Difference]:
    return [
        Difference(mine.field, mine.label, mine.words or NOTHING, theirs.words or NOTHING)
        for mine, theirs in zip(typed.lines(), stored.lines(), strict=True)
        if mine.words != theirs.words
    ]
