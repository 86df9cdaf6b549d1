"""What every rule answers: a verdict, and the tree of checks that explains it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, Self, TypeAlias, TypeVar

Fact: TypeAlias = str | int | bool | date | tuple[str, ...] | None
Answer_co = TypeVar("Answer_co", covariant=True)


class Source(StrEnum):
    SHEET = "sheet"
    AGREEMENT = "agreement"
    LAW = "law"
    DEFAULT = "default"


class CheckOutcome(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"  # Not known yet, or not for the rules to decide.
    NOTED = "noted"  # Information: decides nothing.

    @property
    def is_failing(self) -> bool:
        return self in {CheckOutcome.UNMET, CheckOutcome.UNKNOWN}


class CheckCode(StrEnum):
    """Every check a rule can make, with the names of the facts it carries.

    Facts that name a block, a channel, an opinion, a college… carry the code, never a label.
    A branch is a check that others explain; the facts of a leaf are enough to write its sentence.
    Its outcome is met or unmet, unless the comment says otherwise.
    """

    facts: tuple[str, ...]

    def __new__(cls, value: str, *facts: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.facts = facts
        return member

    # What one channel thinks of one block (rulebook.opinions.derive_opinion).
    OPINION = "opinion", "opinion"  # branch; None while unknown
    OPINION_ATTENDANCE = "opinion.attendance", "attendance"
    OPINION_RATED = "opinion.rated", "rated", "expected", "missing"  # two counts, then the competencies to rate
    OPINION_RATINGS = "opinion.ratings", "acquired", "partially_acquired", "not_acquired"  # competencies

    # What the channels together propose for one block (rulebook.opinions.propose).
    PROPOSAL = "proposal", "proposal"  # branch
    PROPOSAL_CHANNEL = "proposal.channel", "channel", "opinion"  # opinion is None while the channel is silent
    PROPOSAL_OUTSIDE_PLAN = "proposal.outside_plan", "channel", "opinion"  # noted

    # The blocks that make the certification (rulebook.composition).
    COMPOSITION = "composition", "acquired"  # branch
    COMPOSITION_MANDATORY = "composition.mandatory", "required", "acquired", "missing"
    COMPOSITION_OPTIONAL = "composition.optional", "minimum", "offered", "acquired", "lacking"  # lacking: how many
    COMPOSITION_BEYOND = "composition.beyond", "blocks"  # noted: options beyond the minimum
    COMPOSITION_OUTSIDE = "composition.outside", "blocks"  # noted: blocks that this certification does not use
    OPTIONS = "options", "chosen"  # branch
    OPTIONS_COUNT = "options.count", "expected", "chosen"  # two counts
    OPTIONS_DISTINCT = "options.distinct", "repeated"
    OPTIONS_OFFERED = "options.offered", "offered", "strangers"
    OPTIONS_UNDECIDED = "options.undecided", "decided"  # the chosen options on which a jury has decided

    # The registration that counts (rulebook.registration).
    ENTRY = "entry", "entered_on", "standing"  # branch
    ENTRY_TITLE = "entry.title", "entered_on", "opens_on"  # entered under the present title; opens_on may be None
    ENTRY_REGISTERED = "entry.registered", "entered_on", "starts_on", "ends_on", "ordered_on", "published_on"
    ENTRY_UNREGISTERED = "entry.unregistered", "entered_on"  # noted: accepted, with a warning
    CLAIM = "claim", "claims"  # branch; may the paper claim the RNCP?
    CLAIM_STANDING = "claim.standing", "standing"
    CLAIM_LAST_ISSUE = "claim.last_issue", "issued_on", "last_issue_on"
    CLAIM_CONFIRMATION = "claim.confirmation", "reason"  # issue without claiming, confirmed with a reason

    # Whether somebody's experience is admissible for VAE (rulebook.admissibility).
    ADMISSIBILITY = "admissibility", "standing", "on"  # branch; unknown until it is answered
    ADMISSIBILITY_COMPLETE = "admissibility.complete", "received_on", "complete_on"  # complete_on is None while awaited
    ADMISSIBILITY_CLOCK = "admissibility.clock", "deadline", "days_left"  # unknown: the answer is still awaited
    ADMISSIBILITY_DECISION = "admissibility.decision", "decision", "decided_on", "deadline"
    ADMISSIBILITY_SILENCE = "admissibility.silence", "deadline", "admitted_on"
    ADMISSIBILITY_LATE = "admissibility.late", "decision", "decided_on", "deadline"  # noted: it came after the deadline

    # Whether a person may be enrolled (rulebook.routes).
    ENROLMENT = "enrolment", "route"  # branch
    ENROLMENT_ROUTE = "enrolment.route", "route"
    ENROLMENT_ACCREDITATION = "enrolment.accreditation", "entered_on"
    ENROLMENT_NO_ORGANISATION = "enrolment.no_organisation", "route"  # noted: this route goes without one
    ENROLMENT_BLOCKS = "enrolment.blocks", "blocks"  # the blocks it opens: those not acquired yet

    # The jury (rulebook.jury).
    CONVENING = "convening", "days", "minimum"  # rulebook.convening: days left before the session, and asked for
    JURY = "jury", "seated", "expected"  # branch; two counts
    JURY_COLLEGE = "jury.college", "college", "seated", "expected"
    QUORUM = "quorum", "counted", "minimum"  # branch; two counts
    QUORUM_COUNT = "quorum.count", "counted", "minimum", "out_of", "recused"  # recused: present, but recused
    QUORUM_COLLEGE = "quorum.college", "college", "counted"
    RECUSAL = "recusal", "is_recused"  # branch; met when the member may sit
    RECUSAL_TIE = "recusal.tie", "reason"  # unmet when this tie to the candidate exists
    RECUSAL_ALLOWED = "recusal.allowed", "reason"  # noted: the tie exists, the standard lets the seat vote
    BALLOT = "ballot"  # branch
    BALLOT_OPEN = "ballot.open"
    BALLOT_MEMBER = "ballot.member"
    BALLOT_PRESENT = "ballot.present"
    BALLOT_NOT_RECUSED = "ballot.not_recused"
    BALLOT_QUORATE = "ballot.quorate"
    BALLOT_WINDOW = "ballot.window", "arrived_at", "opens_at", "closes_at"  # in writing; three moments
    DECISION = "decision", "decision"  # branch; met once settled, either way; None before
    DECISION_VOTES = "decision.votes", "cast", "abstain"  # unknown when nobody voted for or against
    DECISION_MAJORITY = "decision.majority", "acquired", "not_acquired", "abstain", "needed"
    DECISION_CASTING = "decision.casting", "casting", "is_allowed"  # on a tie; casting is None while awaited
    DECISION_CASTING_UNUSED = "decision.casting_unused", "casting"  # noted: no tie to settle

    # The minutes, before they are sealed (rulebook.minutes).
    MINUTES = "minutes", "approved", "sat"  # branch; two counts
    MINUTES_CHAIR = "minutes.chair"
    MINUTES_COLLEGE = "minutes.college", "college", "approved"

    # Evaluating a refused block again (rulebook.resit).
    RESIT = "resit", "block", "channels"  # branch; the channels to open again
    RESIT_REFUSED = "resit.refused", "block", "outcome"  # outcome is None while nothing is decided
    RESIT_PUBLISHED = "resit.published", "block"
    RESIT_NOT_HELD = "resit.not_held", "block"
    RESIT_CANDIDATE = "resit.candidate"  # has not given up
    RESIT_CHANNELS = "resit.channels", "channels"  # those of the standard and of the route's plan
    RESIT_CLOSED = "resit.closed", "channels"  # those not opened yet

    # From the decisions to the paper (rulebook.award).
    AWARD = "award", "award", "blocks"  # branch; met on a full award
    GROUNDS = "grounds", "blocks"  # branch; met when every block that is needed stands
    GROUND = "ground", "block"  # branch; one decision or record of one block
    GROUND_SEALED = "ground.sealed", "block"
    GROUND_RATIFIED = "ground.ratified", "block", "ratified_on", "issued_on"
    GROUND_PUBLISHED = "ground.published", "block"
    GROUND_RECORDED = "ground.recorded", "block", "evidence"
    BLOCK = "block", "block"  # branch; met when one of its grounds stands, noted when it does not but is not needed
    ISSUANCE = "issuance", "issued_on"  # branch
    ISSUANCE_ENTRY = "issuance.entry", "standing"
    ISSUANCE_LIVE = "issuance.live", "number"  # the live certificate, None when there is none
    ISSUANCE_WORDING = "issuance.wording", "claims"  # branch; claims the RNCP, or is confirmed not to
    STATEMENT = "statement", "block", "issued_on"  # branch
    STATEMENT_ACQUIRED = "statement.acquired", "block"
    STATEMENT_LIVE = "statement.live", "number"  # the live statement, None when there is none


@dataclass(frozen=True, slots=True)
class Check:
    """One check made by a rule, with the facts it was made on and the checks it rests on."""

    code: CheckCode
    outcome: CheckOutcome
    source: Source
    facts: Mapping[str, Fact]
    checks: tuple["Check", ...] = ()
    reference: str = ""

    def __post_init__(self) -> None:
        if self.facts.keys() != set(self.code.facts):
            raise ValueError(f"{self.code} carries {self.code.facts}, not {tuple(self.facts)}")

    @property
    def is_met(self) -> bool:
        return self.outcome is CheckOutcome.MET

    def walk(self) -> Iterator["Check"]:
        yield self
        for check in self.checks:
            yield from check.walk()

    def failures(self) -> Iterator["Check"]:
        """The leaves that explain why this check is not met.

        What lies under a check that is met explains nothing (one of two decisions may have been enough), so the walk
        only follows what fails.
        """
        if not self.outcome.is_failing:
            return
        below = [failure for check in self.checks for failure in check.failures()]
        yield from below or [self]

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code.value,
            "outcome": self.outcome.value,
            "source": self.source.value,
            "reference": self.reference,
            "facts": {name: _as_json(fact) for name, fact in self.facts.items()},
            "checks": [check.as_dict() for check in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Answer_co]):
    answer: Answer_co
    check: Check

    @property
    def reasons(self) -> tuple[Check, ...]:
        """The checks to show when the answer is not the one hoped for; empty when it is."""
        return tuple(self.check.failures())


def judged(check: Check) -> Verdict[bool]:
    return Verdict(check.is_met, check)


def leaf(
    code: CheckCode,
    source: Source,
    is_met: bool,
    *,
    otherwise: CheckOutcome = CheckOutcome.UNMET,
    reference: str = "",
    **facts: Fact,
) -> Check:
    return Check(code, CheckOutcome.MET if is_met else otherwise, source, facts, reference=reference)


def noted(code: CheckCode, source: Source, *, reference: str = "", **facts: Fact) -> Check:
    return Check(code, CheckOutcome.NOTED, source, facts, reference=reference)


def branch(
    code: CheckCode,
    source: Source,
    checks: Iterable[Check],
    *,
    outcome: CheckOutcome | None = None,
    reference: str = "",
    **facts: Fact,
) -> Check:
    """A check that rests on others: on all of them, unless the rule says otherwise and gives the outcome."""
    below = tuple(checks)
    return Check(code, outcome or all_met(below), source, facts, below, reference)


def all_met(checks: Iterable[Check]) -> CheckOutcome:
    """One unmet check is enough to refuse, one unknown is enough to wait; what is only noted decides nothing."""
    outcomes = {check.outcome for check in checks}
    failing = [outcome for outcome in (CheckOutcome.UNMET, CheckOutcome.UNKNOWN) if outcome in outcomes]
    return failing[0] if failing else CheckOutcome.MET


def _as_json(fact: Fact) -> str | int | bool | list[str] | None:
    if isinstance(fact, tuple):
        return [str(item) for item in fact]
    if isinstance(fact, date):
        return fact.isoformat()
    return str(fact) if isinstance(fact, str) else fact
