"""Whether somebody's experience is found admissible for VAE, by a decision or by the silence that follows (R335-7).

The certifier answers within some months of receiving the complete file; if it does not, its silence accepts.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.days import months_after
from rulebook.outcomes import AdmissibilityDecision, AdmissibilityStanding
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, branch, leaf, noted

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """Within how many months of the complete file the certifier answers."""

    months: int
    source: Source = Source.LAW
    reference: str = ""

    def deadline(self, complete_on: date) -> date:
        """The last day on which a decision counts."""
        return months_after(complete_on, self.months)


@dataclass(frozen=True, slots=True)
class AdmissibilityFacts:
    received_on: date
    complete_on: date | None = None  # the last piece has come: the clock starts
    decision: AdmissibilityDecision | None = None
    decided_on: date | None = None

    def __post_init__(self) -> None:
        if self.complete_on is not None and self.complete_on < self.received_on:
            raise ValueError("a file is not complete before it is received")
        if (self.decision is None) != (self.decided_on is None):
            raise ValueError("a decision has its day")
        if self.decided_on is not None and (self.complete_on is None or self.decided_on < self.complete_on):
            raise ValueError("nothing is decided on an incomplete file")


@dataclass(frozen=True, slots=True)
class AdmissibilityAnswer:
    standing: AdmissibilityStanding
    deadline: date | None = None  # from the day on which the file is complete
    days_left: int | None = None  # while pending: none left on the deadline itself
    admitted_on: date | None = None  # counts as the entry date
    is_silent: bool = False  # admitted by silence


def judge_admissibility(facts: AdmissibilityFacts, rule: ReplyRule, on: date) -> Verdict[AdmissibilityAnswer]:
    """Where a request stands on that day; what is dated later has not happened yet.

    A decision counts until the deadline. The day after, the silence has accepted, and that day is the day of admission:
    a later decision neither refuses nor dates what is accepted.
    """
    if facts.complete_on is None or facts.complete_on > on:
        checks: tuple[Check, ...] = (_complete_check(facts, rule, on),)
        return _verdict(AdmissibilityAnswer(AdmissibilityStanding.INCOMPLETE), checks, rule, on)
    deadline = rule.deadline(facts.complete_on)
    answer = _answer(facts, deadline, on)
    checks = (_complete_check(facts, rule, on), _reply_check(facts, answer, rule, deadline))
    return _verdict(answer, (*checks, *_late_checks(facts, rule, deadline, on)), rule, on)


def _answer(facts: AdmissibilityFacts, deadline: date, on: date) -> AdmissibilityAnswer:
    if facts.decided_on is not None and facts.decided_on <= min(deadline, on):
        if facts.decision == AdmissibilityDecision.INADMISSIBLE:
            return AdmissibilityAnswer(AdmissibilityStanding.INADMISSIBLE, deadline)
        return AdmissibilityAnswer(AdmissibilityStanding.ADMISSIBLE, deadline, admitted_on=facts.decided_on)
    if on > deadline:
        return AdmissibilityAnswer(
            AdmissibilityStanding.ADMISSIBLE, deadline, admitted_on=deadline + A_DAY, is_silent=True
        )
    return AdmissibilityAnswer(AdmissibilityStanding.PENDING, deadline, days_left=(deadline - on).days)


def _verdict(
    answer: AdmissibilityAnswer, checks: tuple[Check, ...], rule: ReplyRule, on: date
) -> Verdict[AdmissibilityAnswer]:
    check = branch(
        CheckCode.ADMISSIBILITY, rule.source, checks, reference=rule.reference, standing=answer.standing, on=on
    )
    return Verdict(answer, check)


def _complete_check(facts: AdmissibilityFacts, rule: ReplyRule, on: date) -> Check:
    complete_on = facts.complete_on if facts.complete_on is not None and facts.complete_on <= on else None
    return leaf(
        CheckCode.ADMISSIBILITY_COMPLETE,
        rule.source,
        complete_on is not None,
        otherwise=CheckOutcome.UNKNOWN,
        reference=rule.reference,
        received_on=facts.received_on,
        complete_on=complete_on,
    )


def _reply_check(facts: AdmissibilityFacts, answer: AdmissibilityAnswer, rule: ReplyRule, deadline: date) -> Check:
    """What answers the request: a decision, the silence, or nothing yet."""
    if answer.standing == AdmissibilityStanding.PENDING:
        return leaf(
            CheckCode.ADMISSIBILITY_CLOCK,
            rule.source,
            False,
            otherwise=CheckOutcome.UNKNOWN,
            reference=rule.reference,
            deadline=deadline,
            days_left=answer.days_left,
        )
    if answer.is_silent:
        return leaf(
            CheckCode.ADMISSIBILITY_SILENCE,
            rule.source,
            True,
            reference=rule.reference,
            deadline=deadline,
            admitted_on=answer.admitted_on,
        )
    return leaf(
        CheckCode.ADMISSIBILITY_DECISION,
        rule.source,
        answer.standing == AdmissibilityStanding.ADMISSIBLE,
        reference=rule.reference,
        decision=facts.decision,
        decided_on=facts.decided_on,
        deadline=deadline,
    )


def _late_checks(facts: AdmissibilityFacts, rule: ReplyRule, deadline: date, on: date) -> tuple[Check, ...]:
    if facts.decided_on is None or not deadline < facts.decided_on <= on:
        return ()
    late = noted(
        CheckCode.ADMISSIBILITY_LATE,
        rule.source,
        reference=rule.reference,
        decision=facts.decision,
        decided_on=facts.decided_on,
        deadline=deadline,
    )
    return (late,)
