"""Who must have approved the minutes before they are sealed."""

from collections.abc import Sequence
from dataclasses import dataclass

from rulebook.outcomes import CollegeCode
from rulebook.verdict import Check, CheckCode, Source, Verdict, branch, judged, leaf


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """A seat that sat, and whether its member approved the very content that is to be sealed."""

    college: CollegeCode
    is_chair: bool
    has_approved: bool


def judge_approvals(seats: Sequence[ApprovalFacts], *, source: Source = Source.DEFAULT) -> Verdict[bool]:
    """The chair approves, and one member of each college that sat: besides the chair, where another of it sat."""
    chair = leaf(CheckCode.MINUTES_CHAIR, source, any(seat.is_chair and seat.has_approved for seat in seats))
    others = [seat for seat in seats if not seat.is_chair]
    colleges = [_college_check(college, others, source) for college in CollegeCode if _has_sat(college, others)]
    approved = sum(seat.has_approved for seat in seats)
    return judged(branch(CheckCode.MINUTES, source, (chair, *colleges), approved=approved, sat=len(seats)))


def _has_sat(college: CollegeCode, seats: Sequence[ApprovalFacts]) -> bool:
    return any(seat.college == college for seat in seats)


def _college_check(college: CollegeCode, seats: Sequence[ApprovalFacts], source: Source) -> Check:
    approved = sum(seat.college == college and seat.has_approved for seat in seats)
    return leaf(CheckCode.MINUTES_COLLEGE, source, approved > 0, college=college, approved=approved)
