"""From the decisions on blocks to what the person is awarded, and to the papers that say so."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rulebook.composition import Composition, in_order, judge_composition
from rulebook.outcomes import AwardOutcome, BlockOutcome, EntryStanding
from rulebook.registration import ARTICLE, EntryAnswer, is_confirmed, judge_claim
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met

RATIFICATION = "art. 9"  # of the branch's agreement: the jury deliberates, the CPNEFP decides


@dataclass(frozen=True, slots=True)
class DecidedBlock:
    """A jury's decision on a block, and how far it has come towards being final."""

    block: str
    outcome: BlockOutcome  # the CPNEFP's once it has decided, the jury's before
    session_sealed: bool
    ratified_on: date | None
    published: bool

    @property
    def is_favourable(self) -> bool:
        return self.outcome is BlockOutcome.ACQUIRED


@dataclass(frozen=True, slots=True)
class RecordedBlock:
    """A block acquired before this system kept the decisions: it stands on the evidence given for it."""

    block: str
    evidence: str

    @property
    def is_favourable(self) -> bool:
        return True


BlockGround: TypeAlias = DecidedBlock | RecordedBlock


def judge_award(composition: Composition, acquired: Set[str]) -> Verdict[AwardOutcome]:
    """Full with every mandatory block and enough options, partial with any block of the certification, else none."""
    is_full, composed = judge_composition(composition, acquired).answer, judge_composition(composition, acquired).check
    held = acquired & composition.blocks
    outcome = AwardOutcome.FULL_AWARD if is_full else AwardOutcome.PARTIAL_AWARD if held else AwardOutcome.NO_AWARD
    facts = {"award": outcome, "blocks": in_order(held)}
    return Verdict(outcome, Check(CheckCode.AWARD, composed.outcome, composition.source, facts, (composed,)))


@dataclass(frozen=True, slots=True)
class IssuanceFacts:
    composition: Composition
    grounds: tuple[BlockGround, ...]  # every decision or record of the person's blocks, whatever the enrolment
    entry: EntryAnswer
    issued_on: date
    live_certificate: str | None = None  # the number of the one the person already holds
    confirmed_reason: str = ""  # why the paper is issued without claiming the RNCP


def judge_issuance(facts: IssuanceFacts) -> Verdict[bool]:
    """May the certificate be issued now, and if not, why not yet?"""
    checks = (
        judge_award(facts.composition, favourable_blocks(facts.grounds)).check,
        _grounds_check(facts),
        _entry_check(facts.entry),
        _wording_check(facts),
        _live_check(CheckCode.ISSUANCE_LIVE, facts.live_certificate),
    )
    outcome = all_met(checks)
    check = Check(CheckCode.ISSUANCE, outcome, Source.AGREEMENT, {"issued_on": facts.issued_on}, checks, RATIFICATION)
    return Verdict(outcome is CheckOutcome.MET, check)


def favourable_blocks(grounds: Iterable[BlockGround]) -> frozenset[str]:
    return frozenset(ground.block for ground in grounds if ground.is_favourable)


def standing_blocks(grounds: Iterable[BlockGround], on: date) -> frozenset[str]:
    """The blocks that are the person's for good on that day: sealed, ratified and published, or recorded."""
    return frozenset(
        ground.block
        for ground in grounds
        if ground.is_favourable and _ground_check(ground, on).outcome is CheckOutcome.MET
    )


def _grounds_check(facts: IssuanceFacts) -> Check:
    """A decision still on its way holds the certificate back only if its block is needed."""
    blocks = in_order(favourable_blocks(facts.grounds))
    checks = tuple(_block_check(block, facts.grounds, facts.issued_on) for block in blocks)
    is_enough = judge_composition(facts.composition, standing_blocks(facts.grounds, facts.issued_on)).answer
    outcome = CheckOutcome.MET if is_enough else all_met(checks)
    return Check(CheckCode.GROUNDS, outcome, Source.AGREEMENT, {"blocks": blocks}, checks, RATIFICATION)


def _block_check(block: str, grounds: Iterable[BlockGround], issued_on: date) -> Check:
    checks = tuple(
        _ground_check(ground, issued_on) for ground in grounds if ground.block == block and ground.is_favourable
    )
    stands = any(check.outcome is CheckOutcome.MET for check in checks)
    outcome = CheckOutcome.of(stands)
    return Check(CheckCode.BLOCK, outcome, Source.AGREEMENT, {"block": block}, checks, RATIFICATION)


def _ground_check(ground: BlockGround, issued_on: date) -> Check:
    checks = (_recorded_check(ground),) if isinstance(ground, RecordedBlock) else _decision_checks(ground, issued_on)
    facts = {"block": ground.block}
    return Check(CheckCode.GROUND, all_met(checks), Source.AGREEMENT, facts, checks, RATIFICATION)


def _recorded_check(ground: RecordedBlock) -> Check:
    evidence = ground.evidence.strip()
    facts = {"block": ground.block, "evidence": evidence}
    return Check(CheckCode.GROUND_RECORDED, CheckOutcome.of(bool(evidence)), Source.DEFAULT, facts)


def _decision_checks(ground: DecidedBlock, issued_on: date) -> tuple[Check, ...]:
    is_ratified = ground.ratified_on is not None and ground.ratified_on <= issued_on
    block = {"block": ground.block}
    ratification = block | {"ratified_on": ground.ratified_on, "issued_on": issued_on}
    return (
        Check(CheckCode.GROUND_SEALED, CheckOutcome.of(ground.session_sealed), Source.DEFAULT, block),
        Check(
            CheckCode.GROUND_RATIFIED,
            CheckOutcome.of(is_ratified),
            Source.AGREEMENT,
            ratification,
            reference=RATIFICATION,
        ),
        Check(CheckCode.GROUND_PUBLISHED, CheckOutcome.of(ground.published), Source.DEFAULT, block),
    )


def _entry_check(entry: EntryAnswer) -> Check:
    outcome = CheckOutcome.of(entry.standing is not EntryStanding.REFUSED)
    return Check(CheckCode.ISSUANCE_ENTRY, outcome, Source.LAW, {"standing": entry.standing}, reference=ARTICLE)


def _wording_check(facts: IssuanceFacts) -> Check:
    claim = judge_claim(facts.entry, facts.issued_on, facts.confirmed_reason)
    is_settled = claim.answer or is_confirmed(facts.confirmed_reason)
    return Check(
        CheckCode.ISSUANCE_WORDING,
        CheckOutcome.of(is_settled),
        Source.LAW,
        {"claims": claim.answer},
        (claim.check,),
        ARTICLE,
    )


def _live_check(code: CheckCode, number: str | None) -> Check:
    return Check(code, CheckOutcome.of(number is None), Source.DEFAULT, {"number": number})


@dataclass(frozen=True, slots=True)
class StatementFacts:
    block: str
    grounds: tuple[BlockGround, ...]
    issued_on: date
    live_statement: str | None = None  # the number of the one the person already holds for this block


def judge_block_statement(facts: StatementFacts) -> Verdict[bool]:
    """May the block be stated on paper now? A block needs no other block."""
    is_acquired = facts.block in favourable_blocks(facts.grounds)
    acquired = Check(CheckCode.STATEMENT_ACQUIRED, CheckOutcome.of(is_acquired), Source.SHEET, {"block": facts.block})
    grounds = (_block_check(facts.block, facts.grounds, facts.issued_on),) if is_acquired else ()
    checks = (acquired, *grounds, _live_check(CheckCode.STATEMENT_LIVE, facts.live_statement))
    outcome = all_met(checks)
    statement = {"block": facts.block, "issued_on": facts.issued_on}
    return Verdict(outcome is CheckOutcome.MET, Check(CheckCode.STATEMENT, outcome, Source.SHEET, statement, checks))
