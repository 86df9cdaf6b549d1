"""Which blocks make the certification: "7 blocs" of 8, but neither any 7 nor all 8 [sheet]."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from rulebook.verdict import Check, CheckCode, Source, Verdict, branch, judged, leaf, noted


class RequirementKind(StrEnum):
    ALL_OF = "all_of"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Requirement:
    kind: RequirementKind
    blocks: frozenset[str]
    minimum: int

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= len(self.blocks):
            raise ValueError(f"{self.minimum} of {len(self.blocks)} blocks cannot be required")
        if self.kind == RequirementKind.ALL_OF and self.minimum != len(self.blocks):
            raise ValueError("all of the blocks means every one of them")

    @classmethod
    def all_of(cls, *blocks: str) -> Self:
        return cls(RequirementKind.ALL_OF, frozenset(blocks), len(frozenset(blocks)))

    @classmethod
    def at_least(cls, minimum: int, *blocks: str) -> Self:
        return cls(RequirementKind.AT_LEAST, frozenset(blocks), minimum)

    def lacking(self, acquired: Set[str]) -> int:
        """How many more blocks are needed."""
        return max(self.minimum - len(self.blocks & acquired), 0)


@dataclass(frozen=True, slots=True)
class Composition:
    mandatory: Requirement
    optional: Requirement
    source: Source = Source.SHEET

    def __post_init__(self) -> None:
        if self.mandatory.blocks & self.optional.blocks:
            raise ValueError("a block is either mandatory or optional")

    @property
    def blocks(self) -> frozenset[str]:
        return self.mandatory.blocks | self.optional.blocks


def in_order(blocks: Iterable[str]) -> tuple[str, ...]:
    """BC2 before BC10."""
    return tuple(sorted(blocks, key=lambda block: (len(block), block)))


def judge_composition(composition: Composition, acquired: Set[str]) -> Verdict[bool]:
    """All of the mandatory blocks and enough of the optional ones [sheet]."""
    checks = (
        _mandatory_check(composition, acquired),
        _optional_check(composition, acquired),
        *_noted_blocks(CheckCode.COMPOSITION_BEYOND, composition.source, _options_beyond(composition, acquired)),
        *_noted_blocks(CheckCode.COMPOSITION_OUTSIDE, composition.source, acquired - composition.blocks),
    )
    held = in_order(acquired & composition.blocks)
    return judged(branch(CheckCode.COMPOSITION, composition.source, checks, acquired=held))


def _mandatory_check(composition: Composition, acquired: Set[str]) -> Check:
    required = composition.mandatory.blocks
    return leaf(
        CheckCode.COMPOSITION_MANDATORY,
        composition.source,
        composition.mandatory.lacking(acquired) == 0,
        required=in_order(required),
        acquired=in_order(required & acquired),
        missing=in_order(required - acquired),
    )


def _optional_check(composition: Composition, acquired: Set[str]) -> Check:
    optional = composition.optional
    lacking = optional.lacking(acquired)
    return leaf(
        CheckCode.COMPOSITION_OPTIONAL,
        composition.source,
        lacking == 0,
        minimum=optional.minimum,
        offered=in_order(optional.blocks),
        acquired=in_order(optional.blocks & acquired),
        lacking=lacking,
    )


def _options_beyond(composition: Composition, acquired: Set[str]) -> Set[str]:
    held = composition.optional.blocks & acquired
    return held if len(held) > composition.optional.minimum else frozenset()


def _noted_blocks(code: CheckCode, source: Source, blocks: Set[str]) -> tuple[Check, ...]:
    return (noted(code, source, blocks=in_order(blocks)),) if blocks else ()


def judge_options(composition: Composition, chosen: Sequence[str]) -> Verdict[bool]:
    """At enrolment the candidate chooses exactly as many optional blocks as are needed, each once [sheet]."""
    checks = _options_checks(composition, chosen)
    return judged(branch(CheckCode.OPTIONS, composition.source, checks, chosen=in_order(chosen)))


def judge_option_change(
    composition: Composition, current: Sequence[str], chosen: Sequence[str], decided: Set[str]
) -> Verdict[bool]:
    """The choice stays open until a jury has decided one of the chosen options, whichever way [default]."""
    settled = decided & set(current)
    is_free = not settled or set(chosen) == set(current)
    undecided = leaf(CheckCode.OPTIONS_UNDECIDED, Source.DEFAULT, is_free, decided=in_order(settled))
    checks = (*_options_checks(composition, chosen), undecided)
    return judged(branch(CheckCode.OPTIONS, composition.source, checks, chosen=in_order(chosen)))


def _options_checks(composition: Composition, chosen: Sequence[str]) -> tuple[Check, ...]:
    offered, expected = composition.optional.blocks, composition.optional.minimum
    repeated = in_order(block for block, times in Counter(chosen).items() if times > 1)
    strangers = in_order(set(chosen) - offered)
    source = composition.source
    return (
        leaf(CheckCode.OPTIONS_COUNT, source, len(chosen) == expected, expected=expected, chosen=len(chosen)),
        leaf(CheckCode.OPTIONS_DISTINCT, source, not repeated, repeated=repeated),
        leaf(CheckCode.OPTIONS_OFFERED, source, not strangers, offered=in_order(offered), strangers=strangers),
    )


def blocks_to_open(composition: Composition, options: Iterable[str], acquired: Set[str]) -> frozenset[str]:
    """The blocks an enrolment is about: an acquired block is acquired for life and is not opened again [sheet]."""
    return (composition.mandatory.blocks | frozenset(options)) - acquired
