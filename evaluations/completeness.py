"""What is still missing before an evaluation can be submitted, each gap beside the field that fills it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from blocks.enums import PartsRule

from .content import EvaluationContent, PartContent, part_field, rating_field
from .enums import GapCode
from .models import MARK_OUT_OF

_FIELD_OF_PART = {GapCode.PART_MODE: "mode", GapCode.MARK_RANGE: "mark"}


@dataclass(frozen=True, slots=True)
class Gap:
    code: GapCode
    about: str  # the code of the competency or of the part; of what could not be read, its field

    @property
    def sentence(self) -> str:
        return str(self.code.label)

    @property
    def field(self) -> str:
        """The name of the field that fills it."""
        if self.code == GapCode.UNREAD:
            return self.about
        if self.code == GapCode.UNRATED:
            return rating_field(self.about)
        return part_field(self.about, _FIELD_OF_PART.get(self.code, "held_on"))


@dataclass(frozen=True, slots=True)
class Demands:
    """What the enrolment and the channel ask of an evaluation submitted that day."""

    parts_rule: PartsRule
    entered_on: date
    on: date


def gaps(content: EvaluationContent, demands: Demands) -> tuple[Gap, ...]:
    """What is missing of what submitting would say."""
    content = content.as_submitted
    wanting = (
        *_unrated(content),
        *_unfilled_parts(content, demands.parts_rule),
        *_wrong_parts(content, demands),
    )
    return (*_unread(content), *(gap for gap in wanting if gap.field not in content.unread))


def _unread(content: EvaluationContent) -> Iterator[Gap]:
    yield from (Gap(GapCode.UNREAD, name) for name in content.unread)


def _unrated(content: EvaluationContent) -> Iterator[Gap]:
    if content.is_present:
        yield from (Gap(GapCode.UNRATED, code) for code, given in content.ratings.items() if given.rating is None)


def _unfilled_parts(content: EvaluationContent, rule: PartsRule) -> Iterator[Gap]:
    """Every part is held when the channel asks for all of them, one at least when it lets choose."""
    if not content.is_present or not content.parts:
        return
    if rule == PartsRule.ANY and all(part.is_blank for part in content.parts.values()):
        yield Gap(GapCode.NO_PART, next(iter(content.parts)))
        return
    for code, part in content.parts.items():
        if rule == PartsRule.ALL or not part.is_blank:
            yield from _unfilled(code, part)


def _unfilled(code: str, part: PartContent) -> Iterator[Gap]:
    if part.held_on is None:
        yield Gap(GapCode.PART_DATE, code)
    if part.mode is None:
        yield Gap(GapCode.PART_MODE, code)


def _wrong_parts(content: EvaluationContent, demands: Demands) -> Iterator[Gap]:
    for code, part in content.parts.items():
        if part.held_on and part.held_on < demands.entered_on:
            yield Gap(GapCode.BEFORE_ENTRY, code)
        if part.held_on and part.held_on > demands.on:
            yield Gap(GapCode.IN_FUTURE, code)
        if part.mark is not None and not 0 <= part.mark <= MARK_OUT_OF:
            yield Gap(GapCode.MARK_RANGE, code)
