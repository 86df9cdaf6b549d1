"""Who must have approved the minutes before they are sealed."""

import pytest

from rulebook.minutes import ApprovalFacts, judge_approvals
from rulebook.outcomes import CollegeCode
from rulebook.verdict import CheckCode

UNION, EMPLOYER, EXPERT, TRAINING = CollegeCode.UNION, CollegeCode.EMPLOYER, CollegeCode.EXPERT, CollegeCode.TRAINING


def seat(college, approved=True, chair=False):
    return ApprovalFacts(college, is_chair=chair, has_approved=approved)


CHAIR = seat(UNION, chair=True)
EVERY_COLLEGE = [CHAIR, seat(UNION), seat(EMPLOYER), seat(EXPERT), seat(TRAINING)]


@pytest.mark.parametrize(
    "seats",
    [
        pytest.param(EVERY_COLLEGE, id="one-of-each-college-besides-the-chair"),
        pytest.param([*EVERY_COLLEGE, seat(EMPLOYER, False), seat(UNION, False)], id="one-of-each-college-is-enough"),
        pytest.param([CHAIR, seat(EMPLOYER)], id="nobody-else-of-the-chair-s-college-sat"),
        pytest.param([CHAIR, seat(UNION), seat(EMPLOYER)], id="a-college-that-did-not-sit-is-not-awaited"),
        pytest.param([CHAIR], id="the-chair-alone-sat"),
    ],
)
def test_the_minutes_may_be_sealed(seats):
    verdict = judge_approvals(seats)

    assert verdict.answer
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("seats", "awaited"),
    [
        pytest.param([], [CheckCode.MINUTES_CHAIR], id="nobody-sat"),
        pytest.param(
            [seat(UNION, False, chair=True), *EVERY_COLLEGE[1:]], [CheckCode.MINUTES_CHAIR], id="the-chair-has-not"
        ),
        pytest.param(EVERY_COLLEGE[1:], [CheckCode.MINUTES_CHAIR], id="the-chair-did-not-sit"),
        pytest.param(
            [CHAIR, seat(UNION, False), seat(EMPLOYER)], ["union"], id="the-chair-is-not-two-of-their-college"
        ),
        pytest.param(
            [CHAIR, seat(UNION), seat(EMPLOYER, False), seat(EMPLOYER, False)], ["employer"], id="none-of-a-college"
        ),
        pytest.param([CHAIR, seat(EXPERT, False), seat(TRAINING, False)], ["expert", "training"], id="two-colleges"),
    ],
)
def test_the_minutes_await_approvals(seats, awaited):
    verdict = judge_approvals(seats)

    assert not verdict.answer
    assert [reason.facts.get("college", reason.code) for reason in verdict.reasons] == awaited


def test_the_verdict_counts_who_approved_among_who_sat():
    check = judge_approvals([CHAIR, seat(EMPLOYER), seat(EMPLOYER, False)]).check

    assert check.facts == {"approved": 2, "sat": 3}
