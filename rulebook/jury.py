"""The jury: who sits, who counts, who may vote, and what the votes decide."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rulebook.outcomes import BallotChoice, BlockOutcome, CollegeCode, Proposal, RecusalReason
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met

Key: TypeAlias = int | str  # identifies a person, a company or an organisation


@dataclass(frozen=True, slots=True)
class JuryComposition:
    seats: Mapping[CollegeCode, int]
    source: Source = Source.SHEET

    @property
    def total(self) -> int:
        return sum(self.seats.values())


def judge_jury(composition: JuryComposition, seats: Sequence[CollegeCode]) -> Verdict[bool]:
    """Each college has exactly its seats [sheet]."""
    seated = Counter(seats)
    checks = tuple(
        _college_check(composition, college, seated[college])
        for college in CollegeCode
        if college in composition.seats or college in seated
    )
    outcome = all_met(checks)
    facts = {"seated": len(seats), "expected": composition.total}
    return Verdict(outcome is CheckOutcome.MET, Check(CheckCode.JURY, outcome, composition.source, facts, checks))


def _college_check(composition: JuryComposition, college: CollegeCode, seated: int) -> Check:
    expected = composition.seats.get(college, 0)
    facts = {"college": college, "seated": seated, "expected": expected}
    return Check(CheckCode.JURY_COLLEGE, CheckOutcome.of(seated == expected), composition.source, facts)


@dataclass(frozen=True, slots=True)
class QuorumRule:
    minimum: int
    out_of: int
    colleges: frozenset[CollegeCode]  # each needs one member at least
    source: Source = Source.DEFAULT

    def __post_init__(self) -> None:
        if not 0 < self.minimum <= self.out_of:
            raise ValueError(f"a quorum of {self.minimum} out of {self.out_of} makes no sense")


@dataclass(frozen=True, slots=True)
class SeatFacts:
    number: int
    college: CollegeCode
    present: bool
    recused: bool = False  # from the dossier at hand


def judge_quorum(rule: QuorumRule, seats: Iterable[SeatFacts]) -> Verdict[bool]:
    """On a dossier only members present and not recused from it count, each seat once."""
    present = {seat.number: seat for seat in seats if seat.present}
    counted = [seat for seat in present.values() if not seat.recused]
    checks = (
        Check(
            CheckCode.QUORUM_COUNT,
            CheckOutcome.of(len(counted) >= rule.minimum),
            rule.source,
            {
                "counted": len(counted),
                "minimum": rule.minimum,
                "out_of": rule.out_of,
                "recused": len(present) - len(counted),
            },
        ),
        *(_quorum_college_check(rule, college, counted) for college in CollegeCode if college in rule.colleges),
    )
    outcome = all_met(checks)
    facts = {"counted": len(counted), "minimum": rule.minimum}
    return Verdict(outcome is CheckOutcome.MET, Check(CheckCode.QUORUM, outcome, rule.source, facts, checks))


def _quorum_college_check(rule: QuorumRule, college: CollegeCode, counted: Sequence[SeatFacts]) -> Check:
    count = sum(seat.college is college for seat in counted)
    facts = {"college": college, "counted": count}
    return Check(CheckCode.QUORUM_COLLEGE, CheckOutcome.of(count > 0), rule.source, facts)


@dataclass(frozen=True, slots=True)
class MajorityRule:
    abstentions_count: bool = False
    casting_vote: bool = True
    source: Source = Source.DEFAULT


@dataclass(frozen=True, slots=True)
class Tally:
    acquired: int
    not_acquired: int
    abstain: int

    @property
    def cast(self) -> int:
        return self.acquired + self.not_acquired

    @property
    def is_tie(self) -> bool:
        return self.acquired == self.not_acquired


def tally(ballots: Iterable[BallotChoice]) -> Tally:
    counts = Counter(ballots)
    return Tally(counts[BallotChoice.ACQUIRED], counts[BallotChoice.NOT_ACQUIRED], counts[BallotChoice.ABSTAIN])


def decide(votes: Tally, rule: MajorityRule, casting: BallotChoice | None = None) -> Verdict[BlockOutcome | None]:
    """The majority of the votes cast; the chair's casting vote settles a tie, nothing else.

    None while nothing is settled: nobody voted for or against, a tie awaits the casting vote (or the rule knows
    none), or abstentions count and keep either side from a majority. Being settled is what the check says is met.
    """
    outcome, checks = _count(votes, rule, casting)
    check = Check(CheckCode.DECISION, all_met(checks), rule.source, {"outcome": outcome}, checks)
    return Verdict(outcome, check)


def _count(
    votes: Tally, rule: MajorityRule, casting: BallotChoice | None
) -> tuple[BlockOutcome | None, tuple[Check, ...]]:
    voted = _settled_check(CheckCode.DECISION_VOTES, votes.cast > 0, rule, cast=votes.cast, abstain=votes.abstain)
    if not votes.cast:
        return None, (voted,)
    if votes.is_tie:
        return _settle_tie(rule, casting, voted)
    needed = (votes.cast + (votes.abstain if rule.abstentions_count else 0)) // 2 + 1
    leading = BlockOutcome.ACQUIRED if votes.acquired > votes.not_acquired else BlockOutcome.NOT_ACQUIRED
    has_majority = max(votes.acquired, votes.not_acquired) >= needed
    majority = _settled_check(
        CheckCode.DECISION_MAJORITY,
        has_majority,
        rule,
        acquired=votes.acquired,
        not_acquired=votes.not_acquired,
        abstain=votes.abstain,
        needed=needed,
    )
    return leading if has_majority else None, (voted, majority, *_unused_casting(rule, casting))


def _settle_tie(
    rule: MajorityRule, casting: BallotChoice | None, voted: Check
) -> tuple[BlockOutcome | None, tuple[Check, ...]]:
    is_settled = rule.casting_vote and casting in {BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED}
    check = _settled_check(CheckCode.DECISION_CASTING, is_settled, rule, casting=casting, is_allowed=rule.casting_vote)
    return BlockOutcome(casting) if casting and is_settled else None, (voted, check)


def _settled_check(code: CheckCode, is_settled: bool, rule: MajorityRule, **facts: str | int | None) -> Check:
    return Check(code, CheckOutcome.MET if is_settled else CheckOutcome.UNKNOWN, rule.source, facts)


def _unused_casting(rule: MajorityRule, casting: BallotChoice | None) -> tuple[Check, ...]:
    if casting is None:
        return ()
    return (Check(CheckCode.DECISION_CASTING_UNUSED, CheckOutcome.NOTED, rule.source, {"casting": casting}),)


def needs_reason(proposal: Proposal, outcome: BlockOutcome) -> bool:
    """A decision that departs from a proposed result is written with its reason."""
    proposed = {Proposal.ACQUIRED: BlockOutcome.ACQUIRED, Proposal.NOT_ACQUIRED: BlockOutcome.NOT_ACQUIRED}
    return proposal in proposed and outcome is not proposed[proposal]


def may_decide(proposal: Proposal) -> bool:
    return proposal is not Proposal.INCOMPLETE


@dataclass(frozen=True, slots=True)
class RecusalRule:
    training_seat_votes_on_own: bool = False
    source: Source = Source.DEFAULT


@dataclass(frozen=True, slots=True)
class MemberFacts:
    user: Key
    college: CollegeCode
    companies: frozenset[Key] = frozenset()  # those the member works or worked for, as an employer
    organisations: frozenset[Key] = frozenset()  # training organisations the member represents
    has_declared: bool = False  # a conflict of interest on this dossier


@dataclass(frozen=True, slots=True)
class DossierFacts:
    assessors: frozenset[Key]  # who signed an evaluation of the candidate, whatever the channel
    company: Key | None = None
    referent: Key | None = None
    trainers: frozenset[Key] = frozenset()
    organisation: Key | None = None
    former_companies: frozenset[Key] = frozenset()
    former_referents: frozenset[Key] = frozenset()


def judge_recusal(member: MemberFacts, dossier: DossierFacts, rule: RecusalRule) -> Verdict[tuple[RecusalReason, ...]]:
    """Why the member neither sees nor votes on this dossier; no reason, no recusal."""
    ties = _ties(member, dossier)
    is_allowed = rule.training_seat_votes_on_own and member.college is CollegeCode.TRAINING
    allowed = ties & {RecusalReason.OWN_ORGANISATION} if is_allowed else frozenset()
    reasons = tuple(reason for reason in RecusalReason if reason in ties - allowed)
    checks = (
        *(
            Check(CheckCode.RECUSAL_TIE, CheckOutcome.of(reason not in ties), rule.source, {"reason": reason})
            for reason in RecusalReason
            if reason not in allowed
        ),
        *(Check(CheckCode.RECUSAL_ALLOWED, CheckOutcome.NOTED, rule.source, {"reason": reason}) for reason in allowed),
    )
    facts = {"is_recused": bool(reasons)}
    return Verdict(reasons, Check(CheckCode.RECUSAL, all_met(checks), rule.source, facts, checks))


def _ties(member: MemberFacts, dossier: DossierFacts) -> frozenset[RecusalReason]:
    exists = {
        RecusalReason.SIGNED_EVALUATION: member.user in dossier.assessors,
        RecusalReason.EMPLOYER: bool(member.companies & (dossier.former_companies | {dossier.company})),
        RecusalReason.REFERENT: member.user in dossier.former_referents | {dossier.referent},
        RecusalReason.TRAINER: member.user in dossier.trainers,
        RecusalReason.OWN_ORGANISATION: dossier.organisation in member.organisations,
        RecusalReason.DECLARED: member.has_declared,
    }
    return frozenset(reason for reason, is_tied in exists.items() if is_tied)


@dataclass(frozen=True, slots=True)
class BallotFacts:
    deliberation_open: bool
    is_member: bool
    present: bool
    recused: bool
    quorate: bool


def judge_ballot(facts: BallotFacts, *, source: Source = Source.DEFAULT) -> Verdict[bool]:
    """May this person vote on this block of this dossier now? No proxies."""
    checks = tuple(
        Check(code, CheckOutcome.of(is_met), source, {})
        for code, is_met in (
            (CheckCode.BALLOT_MEMBER, facts.is_member),
            (CheckCode.BALLOT_PRESENT, facts.present),
            (CheckCode.BALLOT_NOT_RECUSED, not facts.recused),
            (CheckCode.BALLOT_OPEN, facts.deliberation_open),
            (CheckCode.BALLOT_QUORATE, facts.quorate),
        )
    )
    outcome = all_met(checks)
    return Verdict(outcome is CheckOutcome.MET, Check(CheckCode.BALLOT, outcome, source, {}, checks))


def appeal_ends_on(published_on: date, months: int) -> date:
    """The same day some months later, or the last day of a month too short to have it."""
    years, month_index = divmod(published_on.month - 1 + months, 12)
    year, month = published_on.year + years, month_index + 1
    return date(year, month, min(published_on.day, monthrange(year, month)[1]))
