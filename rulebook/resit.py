"""A block that the jury has refused is evaluated again: by which channels, and when."""

from dataclasses import dataclass

from rulebook.outcomes import BlockOutcome, ChannelCode
from rulebook.verdict import Check, CheckCode, Source, Verdict, branch, leaf

RATIFICATION = "art. 9"  # of the branch's agreement: the jury deliberates, the CPNEFP decides


@dataclass(frozen=True, slots=True)
class ResitRule:
    """The channels that evaluate a refused block again; none where the standard does not say."""

    channels: frozenset[ChannelCode] = frozenset()
    source: Source = Source.DEFAULT


@dataclass(frozen=True, slots=True)
class ResitFacts:
    """A block on which a jury has decided, and what has become of it."""

    block: str
    outcome: BlockOutcome | None  # the CPNEFP's: deferred when it sent the block back to a jury
    is_published: bool
    is_held: bool  # by the person, whatever the way
    has_withdrawn: bool
    plan: frozenset[ChannelCode]
    answering: frozenset[ChannelCode]  # those whose evaluation, as the jury heard it, still answers for them


def judge_resit(facts: ResitFacts, rule: ResitRule) -> Verdict[frozenset[ChannelCode]]:
    """The channels to open again now. What the others said stays; a second call finds nothing left to open."""
    again = rule.channels & facts.plan
    to_open = again & facts.answering
    block = facts.block
    checks = (
        leaf(
            CheckCode.RESIT_REFUSED,
            Source.AGREEMENT,
            facts.outcome == BlockOutcome.NOT_ACQUIRED,
            reference=RATIFICATION,
            block=block,
            outcome=facts.outcome,
        ),
        leaf(CheckCode.RESIT_PUBLISHED, Source.AGREEMENT, facts.is_published, reference=RATIFICATION, block=block),
        leaf(CheckCode.RESIT_NOT_HELD, Source.SHEET, not facts.is_held, block=block),
        leaf(CheckCode.RESIT_CANDIDATE, Source.DEFAULT, not facts.has_withdrawn),
        *_channel_checks(again, to_open, rule.source),
    )
    check = branch(CheckCode.RESIT, rule.source, checks, block=block, channels=in_plan_order(to_open))
    return Verdict(to_open if check.is_met else frozenset(), check)


def _channel_checks(again: frozenset[ChannelCode], to_open: frozenset[ChannelCode], source: Source) -> list[Check]:
    planned = leaf(CheckCode.RESIT_CHANNELS, source, bool(again), channels=in_plan_order(again))
    if not again:
        return [planned]
    return [planned, leaf(CheckCode.RESIT_CLOSED, source, bool(to_open), channels=in_plan_order(to_open))]


def in_plan_order(channels: frozenset[ChannelCode]) -> tuple[str, ...]:
    return tuple(channel for channel in ChannelCode if channel in channels)
