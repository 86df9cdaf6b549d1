"""What a candidate is written once the results are published: which letter, and where each block stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rulebook.award import judge_award
from rulebook.composition import Composition
from rulebook.outcomes import AwardOutcome, BlockOutcome, LetterKind, Opinion

NOT_THERE = frozenset({Opinion.ABSENT, Opinion.EXCUSED})


class BlockStanding(StrEnum):
    """Of a block of the certification, as its letter tells it."""

    ACQUIRED = "acquired"  # By this session.
    HELD = "held"  # Before it.
    REFUSED = "refused"
    DEFERRED = "deferred"  # Sent back by the CPNEFP, or left undecided by the jury.
    AWAITED = "awaited"  # Enrolled for, and not on this agenda.


@dataclass(frozen=True, slots=True)
class LetterFacts:
    composition: Composition
    enrolled: frozenset[str]
    held: frozenset[str]  # the person's before this session, whatever the way
    decided: Mapping[str, BlockOutcome]  # of the agenda: deferred what the CPNEFP sent back, or the jury did not decide
    heard: Mapping[str, tuple[Opinion, ...]]  # on each block that the jury decided


@dataclass(frozen=True, slots=True)
class Letter:
    kind: LetterKind
    standings: Mapping[str, BlockStanding]


def judge_letter(facts: LetterFacts) -> Letter:
    standings = {block: _standing(block, facts) for block in facts.composition.blocks & (facts.enrolled | facts.held)}
    return Letter(_kind(facts, standings), standings)


def _standing(block: str, facts: LetterFacts) -> BlockStanding:
    if block in facts.held:
        return BlockStanding.HELD
    match facts.decided.get(block):
        case BlockOutcome.ACQUIRED:
            return BlockStanding.ACQUIRED
        case BlockOutcome.NOT_ACQUIRED:
            return BlockStanding.REFUSED
        case BlockOutcome.DEFERRED:
            return BlockStanding.DEFERRED
        case None:
            return BlockStanding.AWAITED


def _kind(facts: LetterFacts, standings: Mapping[str, BlockStanding]) -> LetterKind:
    """Whoever was nowhere heard is written that they were absent, whatever they held before."""
    acquired = {block for block, standing in standings.items() if standing == BlockStanding.ACQUIRED}
    award = judge_award(facts.composition, facts.held | acquired).answer
    if award == AwardOutcome.FULL_AWARD:
        return LetterKind.FULL_AWARD
    if not acquired and _was_absent(facts, standings):
        return LetterKind.ABSENT
    return LetterKind.PARTIAL_AWARD if award == AwardOutcome.PARTIAL_AWARD else LetterKind.NO_AWARD


def _was_absent(facts: LetterFacts, standings: Mapping[str, BlockStanding]) -> bool:
    """Every channel heard on the blocks that the jury refused had waited for them in vain."""
    refused = [block for block, standing in standings.items() if standing == BlockStanding.REFUSED]
    heard = {opinion for block in refused for opinion in facts.heard.get(block, ())}
    return bool(heard) and heard <= NOT_THERE
