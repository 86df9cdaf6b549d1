"""How long before a session its members are called."""

from dataclasses import dataclass
from datetime import date

from rulebook.verdict import CheckCode, Source, Verdict, judged, leaf


@dataclass(frozen=True, slots=True)
class ConveningRule:
    days: int
    source: Source = Source.DEFAULT

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("a session is convened before its day")


def judge_notice(rule: ConveningRule, *, convened_on: date, held_on: date) -> Verdict[bool]:
    """The day of the convening does not count, the day of the session does. A short notice warns and refuses nothing.

    A session held by writing is called before its window opens: that is the day to give.
    """
    days = (held_on - convened_on).days
    return judged(leaf(CheckCode.CONVENING, rule.source, days >= rule.days, days=days, minimum=rule.days))
