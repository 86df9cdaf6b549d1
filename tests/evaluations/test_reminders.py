"""When people are reminded: the table of days, then what must hold of any."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.reminders import (
    HORIZON,
    is_escalated,
    is_reminded,
    is_week_untold,
    is_working_day,
    last_reminder_day,
    may_write,
    next_reminder_day,
    next_reminder_of,
)

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
MONDAY = date(2021, 6, 7)
DAYS = st.dates(date(2020, 1, 1), date(2023, 12, 31))


def days_of(due_on: date, *, until: int) -> list[int]:
    """The days on which somebody told every time would be told, counted from the due date."""
    told, found = None, []
    for offset in range(-40, until + 1):
        on = due_on + offset * DAY
        if is_reminded([due_on], told_on=told, on=on):
            told = on
            found.append(offset)
    return found


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        pytest.param(date(2021, 6, 16), [-7, -1, 0, 1, 8, 15, 22], id="a Wednesday: each on its day"),
        pytest.param(date(2021, 6, 17), [-7, -1, 0, 1, 8, 15, 22], id="a Thursday"),
        pytest.param(date(2021, 6, 18), [-7, -1, 0, 3, 10, 17, 24], id="a Friday: the morrow is the Monday"),
        pytest.param(date(2021, 6, 19), [-8, -1, 2, 9, 16, 23], id="a Saturday: the eve and the day are one Friday"),
        pytest.param(date(2021, 6, 20), [-9, -2, 1, 8, 15, 22], id="a Sunday: the same"),
        pytest.param(date(2021, 6, 21), [-7, -3, 0, 1, 8, 15, 22], id="a Monday: the eve is the Friday"),
        pytest.param(date(2021, 6, 15), [-7, -1, 0, 1, 8, 15, 22], id="a Tuesday"),
    ],
)
def test_the_days_of_a_due_date(due_on, expected):
    assert days_of(due_on, until=24) == [day for day in expected if day <= 24]


@pytest.mark.parametrize(
    ("told", "on", "expected"),
    [
        pytest.param(None, 5, True, id="assigned four days after the last reminder: told on the next morning"),
        pytest.param(1, 5, False, id="told since"),
        pytest.param(0, 1, True, id="told on the day, late on the morrow"),
        pytest.param(1, 1, False, id="already told today"),
        pytest.param(1, 9, True, id="nothing ran on the eighth day"),
        pytest.param(8, 9, False, id="it ran"),
        pytest.param(None, -8, False, id="more than a week ahead"),
        pytest.param(-20, -7, True, id="a week ahead, told of something else before"),
        pytest.param(None, 201, True, id="very late and never told"),
    ],
)
def test_a_missed_day_is_made_up_for(told, on, expected):
    due_on = date(2021, 6, 16)  # a Wednesday
    on_day = due_on + on * DAY

    assert is_working_day(on_day)
    assert is_reminded([due_on], told_on=None if told is None else due_on + told * DAY, on=on_day) is expected


def test_nothing_due_is_nothing_to_tell():
    assert not is_reminded([], told_on=None, on=MONDAY)
    assert next_reminder_of([], told_on=None, on=MONDAY) is None


@given(due_on=DAYS, on=DAYS)
def test_reminder_days_are_working_days_in_order(due_on, on):
    last, following = last_reminder_day(due_on, on), next_reminder_day(due_on, on)

    assert is_working_day(following)
    assert following > on
    assert following - on <= max(timedelta(days=7), due_on - on)
    if last is not None:
        assert is_working_day(last)
        assert last <= on
        assert last_reminder_day(due_on, following) == following
        assert next_reminder_day(due_on, last) > on


@given(due_on=DAYS, on=DAYS)
def test_a_message_told_on_a_reminder_day_names_what_it_is_for(due_on, on):
    last = last_reminder_day(due_on, on)

    assert last is None or due_on <= last + HORIZON


LEFT = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 90)), max_size=6)  # due on, handed in on


@given(start=DAYS, work=LEFT, down=st.sets(st.integers(0, 90)), runs=st.integers(1, 3))
def test_never_two_a_day_never_on_a_day_of_rest_never_with_nothing_left(start, work, down, runs):
    """Whatever falls due, is handed in, or keeps the clock from running; however often it runs in a day."""
    told: list[date] = []
    for offset in range(91):
        on = start + offset * DAY
        left = [start + due * DAY for due, done in work if done > offset and due * DAY <= offset * DAY + HORIZON]
        for _ in range(0 if offset in down else runs):
            if is_reminded(left, told_on=told[-1] if told else None, on=on):
                assert left
                assert is_working_day(on)
                told.append(on)

    assert len(told) == len(set(told))


@given(due_on=DAYS, down=st.sets(st.integers(0, 120), max_size=20))
def test_nobody_late_goes_ten_days_without_a_word_while_it_runs(due_on, down):
    told = None
    for offset in range(1, 121):
        on = due_on + offset * DAY
        if offset not in down and is_reminded([due_on], told_on=told, on=on):
            told = on
        ran_lately = all(offset - back not in down for back in range(3))
        if offset > 10 and ran_lately:
            assert told is not None
            assert on - told <= timedelta(days=9)


@given(due_on=DAYS, on=DAYS, told=st.integers(0, 40) | st.none())
def test_the_next_reminder_that_is_shown_is_the_one_that_comes(due_on, on, told):
    told_on = None if told is None else on - told * DAY
    shown = next_reminder_of([due_on], told_on=told_on, on=on)

    coming = on
    while not is_reminded([due_on], told_on=told_on, on=coming):
        coming += DAY
    assert shown == coming


class TestHours:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("2021-06-16T06:59:59+02:00", False),
            ("2021-06-16T07:00:00+02:00", True),
            ("2021-06-16T19:59:59+02:00", True),
            ("2021-06-16T20:00:00+02:00", False),
            ("2021-06-19T09:00:00+02:00", False),  # Saturday
            ("2021-06-20T23:30:00+00:00", False),  # Monday 1.30 in Paris
            # The clocks go forward on Sunday 28 March 2021, back on Sunday 31 October 2021.
            ("2021-03-26T05:59:00+00:00", False),
            ("2021-03-26T06:00:00+00:00", True),
            ("2021-03-28T06:00:00+00:00", False),
            ("2021-03-29T04:59:59+00:00", False),
            ("2021-03-29T05:00:00+00:00", True),
            ("2021-10-29T05:00:00+00:00", True),
            ("2021-10-31T07:00:00+00:00", False),
            ("2021-11-01T05:59:59+00:00", False),
            ("2021-11-01T06:00:00+00:00", True),
        ],
    )
    def test_between_seven_and_eight_in_the_evening_of_paris_on_working_days(self, at, expected):
        assert may_write(datetime.fromisoformat(at)) is expected


class TestEscalation:
    @pytest.mark.parametrize(("days", "expected"), [(6, False), (7, True), (8, True), (0, False), (-1, False)])
    def test_after_a_week(self, days, expected):
        assert is_escalated(MONDAY - days * DAY, MONDAY) is expected

    @pytest.mark.parametrize(
        ("told", "on", "expected"),
        [
            pytest.param(None, 0, True, id="never told"),
            pytest.param(-1, 0, True, id="told last week"),
            pytest.param(0, 4, False, id="told this week"),
            pytest.param(-3, 2, True, id="nothing ran on Monday"),
            pytest.param(None, 5, False, id="a Saturday"),
        ],
    )
    def test_once_a_week(self, told, on, expected):
        assert is_week_untold(None if told is None else MONDAY + told * DAY, MONDAY + on * DAY) is expected
