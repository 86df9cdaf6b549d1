"""When members who vote in writing are reminded: the day the window opens, halfway, and its last day.

Dates alone, no row and no clock. Nobody is written to on a Saturday or a Sunday: the first two days then come on the
Monday, the last on the Friday. A day that went by unheard is made up for on the next, unless a later one has come.
"""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils import timezone

from evaluations.reminders import last_working_day, next_working_day
from rulebook.jury import VotingWindow

A_MOMENT = timedelta(microseconds=1)


class Stage(TextChoices):
    """In the order of the days."""

    OPENING = "opening", "ouverture"
    HALFWAY = "halfway", "mi-parcours"
    LAST_DAY = "last_day", "dernier jour"


def days_of(window: VotingWindow) -> dict[Stage, date]:
    """A window too short for three days has fewer: the first is kept, then the last."""
    first = timezone.localdate(window.opens_at)
    last = timezone.localdate(window.closes_at - A_MOMENT)  # a close at midnight is that of the day before
    days = {
        Stage.OPENING: next_working_day(first),
        Stage.HALFWAY: next_working_day(first + (last - first) / 2),
        Stage.LAST_DAY: last_working_day(last),
    }
    if not days[Stage.OPENING] < days[Stage.HALFWAY] < days[Stage.LAST_DAY]:
        del days[Stage.HALFWAY]
    if not days[Stage.OPENING] < days[Stage.LAST_DAY]:
        del days[Stage.LAST_DAY]
    return days


def stage_on(window: VotingWindow, on: date) -> Stage | None:
    """What there is to say on this day, or was since the last word."""
    come = [stage for stage, day in days_of(window).items() if day <= on]
    return come[-1] if come else None
