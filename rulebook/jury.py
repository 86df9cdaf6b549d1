"""The jury: who sits, who counts, who may vote, and what the votes decide."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from rulebook.days import months_after
from rulebook.outcomes import BallotChoice, BlockOutcome, CollegeCode, Proposal, RecusalReason
from rulebook.verdict import Check, CheckCode, CheckOutcome, Fact, Source, Verdict, branch, judged, leaf, noted

Key: TypeAlias = int | str  # identifies a person, a company or an organisation

_OUTCOMES = {
    BallotChoice.ACQUIRED: BlockOutcome.ACQUIRED,
    BallotChoice.NOT_ACQUIRED: BlockOutcome.NOT_ACQUIRED,
}


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
    checks = [
        _college_check(composition, college, seated[college])
        for college in CollegeCode
        if college in composition.seats or college in seated
    ]
    source, expected = composition.source, composition.total
    return judged(branch(CheckCode.JURY, source, checks, seated=len(seats), expected=expected))


def _college_check(composition: JuryComposition, college: CollegeCode, seated: int) -> Check:
    source, expected = composition.source, composition.seats.get(college, 0)
    is_seated = seated == expected
    return leaf(CheckCode.JURY_COLLEGE, source, is_seated, college=college, seated=seated, expected=expected)


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


def judge_quorum(rule: QuorumRule, seats: Sequence[SeatFacts]) -> Verdict[bool]:
    """On a dossier only the members present and not recused from it count."""
    if len({seat.number for seat in seats}) != len(seats):
        raise ValueError("a seat is counted once")
    present = [seat for seat in seats if seat.present]
    counted = [seat for seat in present if not seat.recused]
    enough = leaf(
        CheckCode.QUORUM_COUNT,
        rule.source,
        len(counted) >= rule.minimum,
        counted=len(counted),
        minimum=rule.minimum,
        out_of=rule.out_of,
        recused=len(present) - len(counted),
    )
    colleges = [_quorum_college_check(rule, college, counted) for college in CollegeCode if college in rule.colleges]
    checks = (enough, *colleges)
    return judged(branch(CheckCode.QUORUM, rule.source, checks, counted=len(counted), minimum=rule.minimum))


def _quorum_college_check(rule: QuorumRule, college: CollegeCode, counted: Sequence[SeatFacts]) -> Check:
    count = sum(seat.college == college for seat in counted)
    return leaf(CheckCode.QUORUM_COLLEGE, rule.source, count > 0, college=college, counted=count)


def judge_vote_quorum(rule: QuorumRule, seats: Sequence[SeatFacts], there: Collection[int]) -> Verdict[bool]:
    """Of the vote on one block, when it is counted: `there`, by number, are those who took part in it [default].

    In a meeting, who is present or voted before they left; in writing, who voted.
    """
    return judge_quorum(rule, [replace(seat, present=seat.number in there) for seat in seats])


@dataclass(frozen=True, slots=True)
class Tally:
    acquired: int
    not_acquired: int
    abstain: int

    @property
    def cast(self) -> int:
        return self.acquired + self.not_acquired


@dataclass(frozen=True, slots=True)
class MajorityRule:
    abstentions_count: bool = False
    casting_vote: bool = True
    source: Source = Source.DEFAULT

    def counted(self, votes: Tally) -> int:
        return votes.cast + votes.abstain if self.abstentions_count else votes.cast

    def needed(self, votes: Tally) -> int:
        return self.counted(votes) // 2 + 1

    def is_tie(self, votes: Tally) -> bool:
        """Each side has half of the votes: when abstentions count, equal sides beside an abstention are no tie.

        Otherwise one more vote in favour could undo what the casting vote had settled in favour.
        """
        return 2 * votes.acquired == 2 * votes.not_acquired == self.counted(votes) > 0


def tally(ballots: Iterable[BallotChoice]) -> Tally:
    counts = Counter(ballots)
    return Tally(counts[BallotChoice.ACQUIRED], counts[BallotChoice.NOT_ACQUIRED], counts[BallotChoice.ABSTAIN])


def decide(votes: Tally, rule: MajorityRule, casting: BallotChoice | None = None) -> Verdict[BlockOutcome | None]:
    """The majority of the votes cast; the chair's casting vote settles a tie, and nothing else.

    None while nothing is settled: nobody voted for or against, a tie awaits the casting vote (or the rule knows
    none), or abstentions count and keep either side from a majority. What the check says is met is being settled.
    """
    decision = _decision(votes, rule, casting)
    votes_check = _settled(CheckCode.DECISION_VOTES, rule, votes.cast > 0, cast=votes.cast, abstain=votes.abstain)
    checks = [votes_check, *_majority_checks(votes, rule, casting, decision)]
    if casting and not rule.is_tie(votes):
        checks.append(noted(CheckCode.DECISION_CASTING_UNUSED, rule.source, casting=casting))
    return Verdict(decision, branch(CheckCode.DECISION, rule.source, checks, decision=decision))


def _decision(votes: Tally, rule: MajorityRule, casting: BallotChoice | None) -> BlockOutcome | None:
    if rule.is_tie(votes):
        return _OUTCOMES.get(casting) if casting and rule.casting_vote else None
    if max(votes.acquired, votes.not_acquired) < rule.needed(votes):
        return None
    return BlockOutcome.ACQUIRED if votes.acquired > votes.not_acquired else BlockOutcome.NOT_ACQUIRED


def _majority_checks(
    votes: Tally, rule: MajorityRule, casting: BallotChoice | None, decision: BlockOutcome | None
) -> tuple[Check, ...]:
    if not votes.cast:
        return ()
    is_settled = decision is not None
    if rule.is_tie(votes):
        is_allowed = rule.casting_vote
        return (_settled(CheckCode.DECISION_CASTING, rule, is_settled, casting=casting, is_allowed=is_allowed),)
    majority = _settled(
        CheckCode.DECISION_MAJORITY,
        rule,
        is_settled,
        acquired=votes.acquired,
        not_acquired=votes.not_acquired,
        abstain=votes.abstain,
        needed=rule.needed(votes),
    )
    return (majority,)


def _settled(code: CheckCode, rule: MajorityRule, is_settled: bool, **facts: Fact) -> Check:
    return Check(code, CheckOutcome.MET if is_settled else CheckOutcome.UNKNOWN, rule.source, facts)


def needs_reason(proposal: Proposal, outcome: BlockOutcome) -> bool:
    """A decision that departs from a proposed result is written with its reason."""
    proposed = {Proposal.ACQUIRED: BlockOutcome.ACQUIRED, Proposal.NOT_ACQUIRED: BlockOutcome.NOT_ACQUIRED}
    return proposal in proposed and outcome != proposed[proposal]


def may_decide(proposal: Proposal) -> bool:
    """The jury cannot decide a block while a channel of its plan has not given its opinion."""
    return proposal != Proposal.INCOMPLETE


def may_adopt(proposals: Collection[Proposal]) -> bool:
    """In one motion with others: nothing of what is left to decide in the dossier needs to be discussed or awaited."""
    return bool(proposals) and all(proposal in _AGREED for proposal in proposals)


_AGREED = {Proposal.ACQUIRED: BallotChoice.ACQUIRED, Proposal.NOT_ACQUIRED: BallotChoice.NOT_ACQUIRED}


def following(proposal: Proposal) -> BallotChoice | None:
    """The vote that follows a proposal; none does when the channels disagree or are awaited."""
    return _AGREED.get(proposal)


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
    allowed = ties & _allowed_ties(member, rule)
    reasons = tuple(reason for reason in RecusalReason if reason in ties - allowed)
    checks = [
        noted(CheckCode.RECUSAL_ALLOWED, rule.source, reason=reason)
        if reason in allowed
        else leaf(CheckCode.RECUSAL_TIE, rule.source, reason not in ties, reason=reason)
        for reason in RecusalReason
    ]
    return Verdict(reasons, branch(CheckCode.RECUSAL, rule.source, checks, is_recused=bool(reasons)))


def _allowed_ties(member: MemberFacts, rule: RecusalRule) -> frozenset[RecusalReason]:
    """A branch may let the training organisation's seat vote on its own candidates; no other tie is ever allowed."""
    is_allowed = rule.training_seat_votes_on_own and member.college == CollegeCode.TRAINING
    return frozenset({RecusalReason.OWN_ORGANISATION}) if is_allowed else frozenset()


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
    """May this person vote on this block of this dossier now? No proxies [default]."""
    checks = (
        leaf(CheckCode.BALLOT_MEMBER, source, facts.is_member),
        leaf(CheckCode.BALLOT_PRESENT, source, facts.present),
        leaf(CheckCode.BALLOT_NOT_RECUSED, source, not facts.recused),
        leaf(CheckCode.BALLOT_OPEN, source, facts.deliberation_open),
        leaf(CheckCode.BALLOT_QUORATE, source, facts.quorate),
    )
    return judged(branch(CheckCode.BALLOT, source, checks))


@dataclass(frozen=True, slots=True)
class VotingWindow:
    """The days during which a jury votes in writing; the moment of its close is outside."""

    opens_at: datetime
    closes_at: datetime

    def __post_init__(self) -> None:
        if not self.opens_at < self.closes_at:
            raise ValueError("a window opens before it closes")

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def is_over(self, at: datetime) -> bool:
        return at >= self.closes_at


@dataclass(frozen=True, slots=True)
class WrittenBallotFacts:
    deliberation_open: bool
    is_member: bool
    recused: bool
    arrived_at: datetime


def judge_written_ballot(
    facts: WrittenBallotFacts, window: VotingWindow, *, source: Source = Source.DEFAULT
) -> Verdict[bool]:
    """In writing whoever votes is there, and the quorum is counted at the close: the moment of arrival decides."""
    checks = (
        leaf(CheckCode.BALLOT_MEMBER, source, facts.is_member),
        leaf(CheckCode.BALLOT_NOT_RECUSED, source, not facts.recused),
        leaf(
            CheckCode.BALLOT_WINDOW,
            source,
            window.is_open(facts.arrived_at),
            arrived_at=facts.arrived_at,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
        ),
        leaf(CheckCode.BALLOT_OPEN, source, facts.deliberation_open),
    )
    return judged(branch(CheckCode.BALLOT, source, checks))


def may_count_in_writing(window: VotingWindow, *, awaited: int, at: datetime) -> bool:
    """Once the window is over, or before when nobody who may vote is awaited any more [default]."""
    return window.is_over(at) or awaited == 0


def appeal_ends_on(published_on: date, months: int) -> date:
    return months_after(published_on, months)
