"""Which blocks make the certification: "7 blocs" of 8, but neither any 7 nor all 8 [sheet]."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met


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
        if self.kind is RequirementKind.ALL_OF and self.minimum != len(self.blocks):
            raise ValueError("all of the blocks means every one of them")

    @classmethod
    def all_of(cls, *blocks: str) -> Self:
        return cls(RequirementKind.ALL_OF, frozenset(blocks), len(frozenset(blocks)))

    @classmethod
    def at_least(cls, minimum: int, *blocks: str) -> Self:
        return cls(RequirementKind.AT_LEAST, frozenset(blocks), minimum)


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
        *_noted(CheckCode.COMPOSITION_BEYOND, _options_beyond(composition, acquired), composition.source),
        *_noted(CheckCode.COMPOSITION_OUTSIDE, acquired - composition.blocks, composition.source),
    )
    outcome = all_met(checks)
    facts = {"acquired": in_order(acquired & composition.blocks)}
    check = Check(CheckCode.COMPOSITION, outcome, composition.source, facts, checks)
    return Verdict(outcome is CheckOutcome.MET, check)


def _mandatory_check(composition: Composition, acquired: Set[str]) -> Check:
    required = composition.mandatory.blocks
    have = required & acquired
    facts = {"required": in_order(required), "acquired": in_order(have), "missing": in_order(required - acquired)}
    outcome = CheckOutcome.of(len(have) >= composition.mandatory.minimum)
    return Check(CheckCode.COMPOSITION_MANDATORY, outcome, composition.source, facts)


def _optional_check(composition: Composition, acquired: Set[str]) -> Check:
    optional = composition.optional
    have = optional.blocks & acquired
    lacking = max(optional.minimum - len(have), 0)
    facts = {
        "minimum": optional.minimum,
        "offered": in_order(optional.blocks),
        "acquired": in_order(have),
        "lacking": lacking,
    }
    return Check(CheckCode.COMPOSITION_OPTIONAL, CheckOutcome.of(not lacking), composition.source, facts)


def _options_beyond(composition: Composition, acquired: Set[str]) -> Set[str]:
    have = composition.optional.blocks & acquired
    return have if len(have) > composition.optional.minimum else frozenset()


def _noted(code: CheckCode, blocks: Set[str], source: Source) -> tuple[Check, ...]:
    return (Check(code, CheckOutcome.NOTED, source, {"blocks": in_order(blocks)}),) if blocks else ()


def judge_options(composition: Composition, chosen: Sequence[str]) -> Verdict[bool]:
    """At enrolment the candidate chooses exactly as many optional blocks as are needed, each once [sheet]."""
    return _options_verdict(composition, chosen, _options_checks(composition, chosen))


def judge_option_change(
    composition: Composition, current: Sequence[str], chosen: Sequence[str], decided: Set[str]
) -> Verdict[bool]:
    """The choice stays open until a jury has decided one of the chosen options, whichever way."""
    settled = decided & set(current)
    is_free = not settled or set(chosen) == set(current)
    undecided = Check(
        CheckCode.OPTIONS_UNDECIDED, CheckOutcome.of(is_free), Source.DEFAULT, {"decided": in_order(settled)}
    )
    return _options_verdict(composition, chosen, (*_options_checks(composition, chosen), undecided))


def _options_verdict(composition: Composition, chosen: Sequence[str], checks: tuple[Check, ...]) -> Verdict[bool]:
    outcome = all_met(checks)
    check = Check(CheckCode.OPTIONS, outcome, composition.source, {"chosen": in_order(chosen)}, checks)
    return Verdict(outcome is CheckOutcome.MET, check)


def _options_checks(composition: Composition, chosen: Sequence[str]) -> tuple[Check, ...]:
    optional = composition.optional
    repeated = in_order(block for block, times in Counter(chosen).items() if times > 1)
    strangers = in_order(set(chosen) - optional.blocks)
    source = composition.source
    return (
        Check(
            CheckCode.OPTIONS_COUNT,
            CheckOutcome.of(len(chosen) == optional.minimum),
            source,
            {"expected": optional.minimum, "chosen": len(chosen)},
        ),
        Check(CheckCode.OPTIONS_DISTINCT, CheckOutcome.of(not repeated), source, {"repeated": repeated}),
        Check(
            CheckCode.OPTIONS_OFFERED,
            CheckOutcome.of(not strangers),
            source,
            {"offered": in_order(optional.blocks), "strangers": strangers},
        ),
    )


def blocks_to_open(composition: Composition, options: Iterable[str], acquired: Set[str]) -> frozenset[str]:
    """The blocks an enrolment is about: an acquired block is acquired for life and is not opened again [sheet]."""
    return (composition.mandatory.blocks | frozenset(options)) - acquired
