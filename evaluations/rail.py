"""The blocks of one enrolment as one channel goes through them: the state of each, and which to fill next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from blocks.enums import ChannelCode

from .enums import Flag, Mark, StopState
from .matrix import MatrixRow, Square
from .models import Evaluation
from .progress import Place

_WAITING = frozenset({Mark.EXPECTED, Mark.DRAFT, Mark.LATE})


@dataclass(frozen=True, slots=True)
class Stop:
    place: Place
    title: str
    state: StopState
    is_enrolled: bool  # else the block is only told of: it was acquired before, and has no page here

    @property
    def word(self) -> str:
        return str(self.state.label)

    @property
    def is_to_fill(self) -> bool:
        return self.state in {StopState.TO_FILL, StopState.DRAFT}


@dataclass(frozen=True, slots=True)
class Rail:
    """`current` is the place of the page, when it is on one."""

    stops: Sequence[Stop]
    current: Place | None = None

    @property
    def asked(self) -> list[Stop]:
        """What this channel is asked for, answered or not."""
        return [stop for stop in self.stops if stop.is_to_fill or stop.state == StopState.SUBMITTED]

    @property
    def left(self) -> int:
        return sum(stop.is_to_fill for stop in self.stops)

    @property
    def submitted(self) -> int:
        return len(self.asked) - self.left

    @property
    def first_to_fill(self) -> Stop | None:
        """A block already begun or not, in the order of the standard; any block when nothing is left."""
        return next((stop for stop in self.stops if stop.is_to_fill), next(iter(self._pages), None))

    @property
    def _pages(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.is_enrolled]

    @property
    def previous(self) -> Stop | None:
        return self._neighbour(-1)

    @property
    def next(self) -> Stop | None:
        return self._neighbour(1)

    def _neighbour(self, step: int) -> Stop | None:
        pages = self._pages
        index = next((index + step for index, stop in enumerate(pages) if stop.place == self.current), -1)
        return pages[index] if 0 <= index < len(pages) else None


def rail_of(row: MatrixRow, channel: ChannelCode, drafts: QuerySet[Evaluation], current: Place | None = None) -> Rail:
    """`drafts` are those that the reader may see: of another channel's, only the answer is shown."""
    begun = set(
        drafts.filter(enrolled_block__enrolment=row.enrolment, channel__code=channel).values_list(
            "enrolled_block__block__code", flat=True
        )
    )
    index = list(ChannelCode).index(channel)
    enrolled = set(row.enrolment.enrolled_blocks.values_list("block__code", flat=True))
    squares = [square for square in row.squares if square and (square.code in enrolled or square.flag != Flag.NONE)]
    return Rail(
        [
            Stop(
                Place(row.enrolment.reference, square.code, channel),
                square.title,
                _state(square, square.marks[index], is_begun=square.code in begun),
                is_enrolled=square.code in enrolled,
            )
            for square in squares
        ],
        current,
    )


def _state(square: Square, mark: Mark, *, is_begun: bool) -> StopState:
    if mark == Mark.SUBMITTED:
        return StopState.SUBMITTED
    if mark in _WAITING:
        return StopState.DRAFT if is_begun else StopState.TO_FILL
    if mark == Mark.NONE:
        return StopState.DRAFT if is_begun else StopState.LATER
    return StopState.HELD if square.flag != Flag.NONE else StopState.NOT_ASKED
