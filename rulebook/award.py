"""From the decisions on blocks to what the person is awarded, and to the papers that say so."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rulebook.composition import Composition, in_order, judge_composition
from rulebook.outcomes import AwardOutcome, BlockOutcome, EntryStanding
from rulebook.registration import ARTICLE, EntryAnswer, is_claim_waived, judge_claim
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, branch, judged, leaf

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
        return self.outcome == BlockOutcome.ACQUIRED


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
    composed = judge_composition(composition, acquired)
    held = acquired & composition.blocks
    part = AwardOutcome.PARTIAL_AWARD if held else AwardOutcome.NO_AWARD
    award = AwardOutcome.FULL_AWARD if composed.answer else part
    check = branch(CheckCode.AWARD, composition.source, (composed.check,), award=award, blocks=in_order(held))
    return Verdict(award, check)


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
    award = judge_award(facts.composition, favourable_blocks(facts.grounds)).check
    checks = (
        award,
        _grounds_check(facts),
        *_entry_checks(facts),
        _live_check(CheckCode.ISSUANCE_LIVE, facts.live_certificate),
    )
    issued_on = facts.issued_on
    return judged(branch(CheckCode.ISSUANCE, Source.AGREEMENT, checks, reference=RATIFICATION, issued_on=issued_on))


def favourable_blocks(grounds: Iterable[BlockGround]) -> frozenset[str]:
    return frozenset(ground.block for ground in grounds if ground.is_favourable)


def standing_blocks(grounds: Iterable[BlockGround], on: date) -> frozenset[str]:
    """The blocks that are the person's for good on that day: sealed, ratified and published, or recorded."""
    return frozenset(ground.block for ground in grounds if ground.is_favourable and _ground_check(ground, on).is_met)


def _grounds_check(facts: IssuanceFacts) -> Check:
    """A decision still on its way holds the certificate back only if its block is needed."""
    blocks = in_order(favourable_blocks(facts.grounds))
    standing = standing_blocks(facts.grounds, facts.issued_on)
    needed = facts.composition.mandatory.blocks
    if facts.composition.optional.lacking(standing):
        needed |= facts.composition.optional.blocks
    checks = [_block_check(block, facts.grounds, facts.issued_on, is_needed=block in needed) for block in blocks]
    return branch(CheckCode.GROUNDS, Source.AGREEMENT, checks, reference=RATIFICATION, blocks=blocks)


def _block_check(block: str, grounds: Iterable[BlockGround], issued_on: date, *, is_needed: bool) -> Check:
    """One ground is enough: a block acquired twice is acquired."""
    checks = [_ground_check(ground, issued_on) for ground in grounds if ground.block == block and ground.is_favourable]
    without = CheckOutcome.UNMET if is_needed else CheckOutcome.NOTED
    outcome = CheckOutcome.MET if any(check.is_met for check in checks) else without
    return branch(CheckCode.BLOCK, Source.AGREEMENT, checks, outcome=outcome, reference=RATIFICATION, block=block)


def _ground_check(ground: BlockGround, on: date) -> Check:
    checks = (_evidence_check(ground),) if isinstance(ground, RecordedBlock) else _decision_checks(ground, on)
    return branch(CheckCode.GROUND, Source.AGREEMENT, checks, reference=RATIFICATION, block=ground.block)


def _evidence_check(ground: RecordedBlock) -> Check:
    evidence = ground.evidence.strip()
    return leaf(CheckCode.GROUND_RECORDED, Source.DEFAULT, bool(evidence), block=ground.block, evidence=evidence)


def _decision_checks(ground: DecidedBlock, on: date) -> tuple[Check, ...]:
    block, ratified_on = ground.block, ground.ratified_on
    return (
        leaf(CheckCode.GROUND_SEALED, Source.DEFAULT, ground.session_sealed, block=block),
        leaf(
            CheckCode.GROUND_RATIFIED,
            Source.AGREEMENT,
            ratified_on is not None and ratified_on <= on,
            reference=RATIFICATION,
            block=block,
            ratified_on=ratified_on,
            issued_on=on,
        ),
        leaf(CheckCode.GROUND_PUBLISHED, Source.DEFAULT, ground.published, block=block),
    )


def _entry_checks(facts: IssuanceFacts) -> tuple[Check, ...]:
    standing = facts.entry.standing
    is_accepted = standing != EntryStanding.REFUSED
    entry = leaf(CheckCode.ISSUANCE_ENTRY, Source.LAW, is_accepted, reference=ARTICLE, standing=standing)
    return (entry, _wording_check(facts)) if is_accepted else (entry,)


def _wording_check(facts: IssuanceFacts) -> Check:
    """The paper claims the RNCP, or someone has confirmed that it will not."""
    claim = judge_claim(facts.entry, facts.issued_on, facts.confirmed_reason)
    is_settled = claim.answer or is_claim_waived(facts.confirmed_reason)
    outcome = CheckOutcome.MET if is_settled else CheckOutcome.UNMET
    return branch(
        CheckCode.ISSUANCE_WORDING,
        Source.LAW,
        (claim.check,),
        outcome=outcome,
        reference=ARTICLE,
        claims=claim.answer,
    )


def _live_check(code: CheckCode, number: str | None) -> Check:
    return leaf(code, Source.DEFAULT, number is None, number=number)


@dataclass(frozen=True, slots=True)
class StatementFacts:
    block: str
    grounds: tuple[BlockGround, ...]
    issued_on: date
    live_statement: str | None = None  # the number of the one the person already holds for this block


def judge_block_statement(facts: StatementFacts) -> Verdict[bool]:
    """May the block be stated on paper now? A block needs no other block [sheet]."""
    block, issued_on = facts.block, facts.issued_on
    is_acquired = block in favourable_blocks(facts.grounds)
    acquired = leaf(CheckCode.STATEMENT_ACQUIRED, Source.SHEET, is_acquired, block=block)
    grounds = (_block_check(block, facts.grounds, issued_on, is_needed=True),) if is_acquired else ()
    checks = (acquired, *grounds, _live_check(CheckCode.STATEMENT_LIVE, facts.live_statement))
    return judged(branch(CheckCode.STATEMENT, Source.SHEET, checks, block=block, issued_on=issued_on))
