"""A bulk grid as its page shows it: lines of cells, each with what was typed in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from itertools import groupby

from django.urls import reverse

from blocks.models import ChannelPart, Competency

from ..content import in_order, part_field, rating_field
from ..enums import Attendance, PartMode, Rating
from ..forms import PART_FIELDS, values_of
from ..grid import GridRow, GridTable
from ..reading import Difference
from ..services import EntryRefused, TypedTooMuch
from .conflicts import Conflict


@dataclass(frozen=True, slots=True)
class Level:
    """A level as the grid's cells show it: two letters at most, and its key."""

    value: str
    label: str
    short: str
    kind: str
    key: int


_SHOWN = {
    Rating.ACQUIRED: ("A", "ok"),
    Rating.PARTIALLY_ACQUIRED: ("PA", "attention"),
    Rating.NOT_ACQUIRED: ("NA", "danger"),
}
LEVELS = tuple(
    Level(rating.value, str(rating.label), *_SHOWN[rating], key) for key, rating in enumerate(Rating, start=1)
)
MODES = [(mode.value, mode.label.split()[-1]) for mode in PartMode]  # « présence », « distance »
WORDS = {"levels": LEVELS, "attendances": Attendance.choices, "modes": MODES}


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    value: str
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class RatingCell:
    competency: Competency
    cell: Cell


@dataclass(frozen=True, slots=True)
class NamedPart:
    """One part of the channel, by its rank: its title is too long for a column."""

    rank: int
    part: ChannelPart

    @property
    def name(self) -> str:
        return f"Épreuve {self.rank}"


@dataclass(frozen=True, slots=True)
class PartCells:
    named: NamedPart
    held_on: Cell
    mode: Cell
    mark: Cell


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent for one row and is not saved: kept in its fields, with the reason."""

    row: GridRow
    values: Mapping[str, str]
    refused: EntryRefused | TypedTooMuch | None = None
    words: Sequence[Difference] = ()  # of what is refused: what would be lost
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What the lines of one cohort have in common."""

    name: str
    due_on: date | None


@dataclass(frozen=True)
class Line:
    row: GridRow
    typed: Typed | None = None
    is_saved: bool = False
    group: Group | None = None
    is_first: bool = False  # of its group

    @property
    def reference(self) -> str:
        return self.row.reference

    @property
    def candidate(self) -> str:
        return str(self.row.enrolment.candidate)

    @property
    def due_on(self) -> date | None:
        """When it is not that of the whole cohort."""
        return self.row.due_on if self.group is None or self.row.due_on != self.group.due_on else None

    @property
    def url(self) -> str:
        place = self.row.place
        return reverse("evaluations:grid_row", args=[place.channel, place.block, place.reference])

    @property
    def conflict(self) -> Conflict | None:
        return self.typed.conflict if self.typed else None

    @property
    def refused(self) -> EntryRefused | TypedTooMuch | None:
        return self.typed.refused if self.typed else None

    @property
    def revision(self) -> int:
        return self.conflict.revision if self.conflict else self.row.revision

    @property
    def shown(self) -> str:
        """What is typed over this has changed; what was not saved has, whatever is typed."""
        return "" if self.typed else mark_of(self.row)

    @cached_property
    def values(self) -> Mapping[str, str]:
        return self.typed.values if self.typed else values_of(self.row.content)

    def cell(self, name: str) -> Cell:
        return Cell(f"{self.reference}-{name}", self.values.get(name, ""), name in self.row.content.unread)

    @property
    def attendance(self) -> Cell:
        return self.cell("attendance")

    @property
    def ratings(self) -> list[RatingCell]:
        rows = in_order(self.row.enrolled_block.block.competencies)
        return [RatingCell(row, self.cell(rating_field(row.code))) for row in rows]

    @property
    def parts(self) -> list[PartCells]:
        return [
            PartCells(named, *(self.cell(part_field(named.part.code, name)) for name in PART_FIELDS))
            for named in named_parts(self.row)
        ]


def named_parts(row: "GridRow | GridTable") -> list[NamedPart]:
    return [NamedPart(rank, part) for rank, part in enumerate(in_order(row.channel.parts), start=1)]


def fields_of(row: GridRow) -> list[str]:
    """What the grid shows of an evaluation; its comments are typed on its own page."""
    ratings = [rating_field(competency.code) for competency in in_order(row.enrolled_block.block.competencies)]
    parts = [part_field(part.code, name) for part in in_order(row.channel.parts) for name in PART_FIELDS]
    return ["attendance", *ratings, *parts]


def mark_of(row: GridRow) -> str:
    """What the page shows of this row, in a few letters: to tell the rows that somebody typed in from the others."""
    return mark_of_values(row, values_of(row.content))


def mark_of_values(row: GridRow, values: Mapping[str, str]) -> str:
    shown = "\0".join(values.get(name, "") for name in fields_of(row))
    return blake2b(shown.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class LinedTable:
    table: GridTable
    lines: Sequence[Line]

    @property
    def competencies(self) -> list[Competency]:
        return in_order(self.table.block.competencies)

    @property
    def parts(self) -> list[NamedPart]:
        return named_parts(self.table)

    @property
    def columns(self) -> int:
        return 3 + len(self.competencies) + len(self.parts)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of each row that was sent, by its reference."""

    saved: Mapping[str, GridRow] = field(default_factory=dict)
    kept: Mapping[str, Typed] = field(default_factory=dict)  # in the page, not in the database
    strangers: int = 0  # rows that are no longer this person's

    @property
    def conflicts(self) -> list[Typed]:
        return [typed for typed in self.kept.values() if typed.conflict]

    @property
    def refused(self) -> list[Typed]:
        return [typed for typed in self.kept.values() if typed.refused]

    @property
    def is_troubled(self) -> bool:
        return bool(self.kept or self.strangers)


def lined(tables: Sequence[GridTable], outcomes: Outcomes) -> list[LinedTable]:
    return [LinedTable(table, list(_lines(table.rows, outcomes))) for table in tables]


def _lines(rows: Sequence[GridRow], outcomes: Outcomes) -> Iterator[Line]:
    for _, group in groupby(rows, key=lambda row: row.enrolment.cohort_id):
        members = list(group)
        cohort = members[0].enrolment.cohort
        shared = Group(str(cohort) if cohort else "Sans promotion", members[0].due_on)
        for row in members:
            typed = outcomes.kept.get(row.reference)
            yield Line(row, typed, row.reference in outcomes.saved, shared, is_first=row is members[0])
