"""When people are reminded of what they have left to evaluate: dates alone, no row and no clock.

Of each due date they are told a week before, the day before and on the day; once it has passed, on the morrow and every
week from then on. Nobody is written to on a Saturday or a Sunday: what would come before the due date comes on the
Friday, what would come after it on the Monday. A week after the due date, whoever answers for them is told too.

A reminder day that went by unheard, because nothing ran or because the work has changed hands since, is made up for on
the next working day: what counts is whether the person was told since then, whatever it was about. A message names all
that is late or due within `HORIZON`, so one told later than a reminder day has told of what it was for.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.todo import SOON

BEFORE = (timedelta(days=7), timedelta(days=1), timedelta(0))
AFTER = timedelta(days=1)
EVERY = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=7)
HORIZON = SOON  # What a message names besides what is late. Longer than the earliest reminder, its week-end included.
FROM, UNTIL = time(7), time(20)  # Europe/Paris, `UNTIL` not included: nobody is woken up.

FRIDAY, WEEK = 4, 7


def is_working_day(day: date) -> bool:
    return day.weekday() <= FRIDAY


def may_write(at: datetime) -> bool:
    """Whether what nobody asked for may be put in people's hands at this moment."""
    local = timezone.localtime(at)
    return is_working_day(local.date()) and FROM <= local.time() < UNTIL


def next_working_day(day: date) -> date:
    """That day, or the Monday after."""
    return day if is_working_day(day) else day + timedelta(days=WEEK - day.weekday())


def last_working_day(day: date) -> date:
    """That day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def _before(due_on: date) -> list[date]:
    return sorted({last_working_day(due_on - ahead) for ahead in BEFORE})


def _first_after(due_on: date) -> date:
    """The others follow by whole weeks, on the same day of the week."""
    return next_working_day(due_on + AFTER)


def last_reminder_day(due_on: date, on: date) -> date | None:
    """The latest day, `on` included, on which there was something to say of this due date."""
    first_after = _first_after(due_on)
    if on >= first_after:
        return first_after + (on - first_after) // EVERY * EVERY
    return max((day for day in _before(due_on) if day <= on), default=None)


def next_reminder_day(due_on: date, on: date) -> date:
    """The earliest day, `on` not included, on which there will be something to say of this due date."""
    first_after = _first_after(due_on)
    if on >= first_after:
        return first_after + ((on - first_after) // EVERY + 1) * EVERY
    return min([day for day in _before(due_on) if day > on], default=first_after)


def is_reminded(due_dates: Iterable[date], *, told_on: date | None, on: date) -> bool:
    """Whether somebody who has this left, and was last told on `told_on`, is told on this day."""
    return is_working_day(on) and _is_owed_a_word(due_dates, told_on, on)


def _is_owed_a_word(due_dates: Iterable[date], told_on: date | None, on: date) -> bool:
    days = [day for due_on in due_dates if (day := last_reminder_day(due_on, on))]
    return bool(days) and (told_on is None or told_on < max(days))


def next_reminder_of(due_dates: Iterable[date], *, told_on: date | None, on: date) -> date | None:
    """When they will be told next, if nothing changes: `on` itself when that is still to come."""
    dates = tuple(due_dates)
    if _is_owed_a_word(dates, told_on, on):
        return next_working_day(on)
    return min((next_reminder_day(due_on, on) for due_on in dates), default=None)


def is_escalated(due_on: date, on: date) -> bool:
    """Late by a week: whoever answers for them is told."""
    return due_on <= on - ESCALATED_AFTER


def is_week_untold(told_on: date | None, on: date) -> bool:
    """Those who answer for others are told once a week, from Monday to Friday."""
    return is_working_day(on) and (told_on is None or told_on < on - timedelta(days=on.weekday()))
