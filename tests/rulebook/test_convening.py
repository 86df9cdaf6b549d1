"""How long before its day a session is convened."""

from datetime import date, timedelta

import pytest

from rulebook.convening import ConveningRule, judge_notice
from rulebook.verdict import Source

HELD_ON = date(2021, 6, 15)
RULE = ConveningRule(15)


@pytest.mark.parametrize(
    ("days", "is_early"),
    [
        pytest.param(30, True, id="a month before"),
        pytest.param(15, True, id="fifteen days before"),
        pytest.param(14, False, id="fourteen days before"),
        pytest.param(0, False, id="the day itself"),
        pytest.param(-1, False, id="the day after"),
    ],
)
def test_fifteen_days_are_left_before_the_session(days, is_early):
    verdict = judge_notice(RULE, convened_on=HELD_ON - timedelta(days=days), held_on=HELD_ON)

    assert verdict.answer is is_early
    assert verdict.check.facts == {"days": days, "minimum": 15}


def test_the_standard_says_how_many_and_whence():
    verdict = judge_notice(ConveningRule(8, Source.AGREEMENT), convened_on=HELD_ON - timedelta(days=8), held_on=HELD_ON)

    assert verdict.answer
    assert verdict.check.source is Source.AGREEMENT


def test_a_rule_asks_for_one_day_at_least():
    with pytest.raises(ValueError, match="before its day"):
        ConveningRule(0)
