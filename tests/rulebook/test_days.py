from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.days import months_after


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2021, 1, 15), 2, date(2021, 3, 15), id="the-same-day"),
        pytest.param(date(2021, 11, 30), 2, date(2022, 1, 30), id="into-the-next-year"),
        pytest.param(date(2020, 12, 31), 2, date(2021, 2, 28), id="a-month-too-short"),
        pytest.param(date(2019, 12, 31), 2, date(2020, 2, 29), id="a-leap-year"),
        pytest.param(date(2021, 4, 30), 2, date(2021, 6, 30), id="the-last-day-stays-its-number"),
        pytest.param(date(2020, 2, 29), 12, date(2021, 2, 28), id="a-year-after-the-29th"),
        pytest.param(date(2021, 5, 3), 0, date(2021, 5, 3), id="none"),
        pytest.param(date(2021, 12, 1), 12, date(2022, 12, 1), id="december-to-december"),
    ],
)
def test_months_are_those_of_the_calendar(day, months, expected):
    assert months_after(day, months) == expected


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 120))
def test_the_month_is_the_one_asked_for_and_the_day_the_nearest_it_has(day, months):
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_who_comes_first_never_ends_last(one, other):
    first, second = sorted((one, other))

    assert months_after(first, 2) <= months_after(second, 2)
