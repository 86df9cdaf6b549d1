"""The declaration of holders to the Caisse des Dépôts: by when, and whether a person could be declared at all.

L6113-8 and R6113-17-2: a certificate delivered since 1 July 2021 is declared within three months of its delivery. What
the declaration needs is asked for at enrolment, when it is easily found, rather than at delivery; it never bars an
enrolment: what the Caisse would refuse is told, and put right in time.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rulebook.cdc import DECLARED_SINCE, Fault, Holder, Passage, judge_passage
from rulebook.days import months_after
from rulebook.verdict import Source


@dataclass(frozen=True, slots=True)
class DeclarationRule:
    """Within how many months of the delivery, and after how many days those who declare are warned."""

    months: int = 3
    source: Source = Source.LAW
    reference: str = "code du travail, L6113-8 et R6113-17-2"
    alert_days: tuple[int, ...] = (30, 60, 80)

    def due_on(self, delivered_on: date) -> date:
        """The last day on which the declaration is in time."""
        return months_after(delivered_on, self.months)

    def alerts(self, delivered_on: date) -> tuple[date, ...]:
        return tuple(delivered_on + timedelta(days=days) for days in sorted(self.alert_days))

    def last_alert(self, delivered_on: date, on: date) -> date | None:
        """The latest alert that has come by that day, `on` included."""
        return max((day for day in self.alerts(delivered_on) if day <= on), default=None)


class Standing(StrEnum):
    NOT_DUE = "not_due"  # delivered before the duty began
    WAITING = "waiting"  # the result may still change
    TO_DECLARE = "to_declare"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Clock:
    standing: Standing
    due_on: date | None = None
    days_left: int | None = None  # none left on the due date itself, less than none when late


def judge_clock(delivered_on: date, on: date, rule: DeclarationRule, *, is_contestable: bool) -> Clock:
    """Where an undeclared certificate stands on that day.

    `is_contestable`: an appeal is pending or may still come. The law's delay runs all the same, and late is late.
    """
    if delivered_on < DECLARED_SINCE:
        return Clock(Standing.NOT_DUE)
    due_on = rule.due_on(delivered_on)
    standing = Standing.WAITING if is_contestable else Standing.TO_DECLARE
    return Clock(Standing.LATE if on > due_on else standing, due_on, (due_on - on).days)


# At enrolment

_KNOWN_AT_ENROLMENT = frozenset(
    {
        "birth_name", "usual_name", "first_name", "second_name", "third_name", "birth_year", "birth_month",
        "birth_day", "sex", "insee_code", "birth_place", "country_code", "country_name", "access", "initiative",
    }
)  # fmt: skip


def judge_declarability(holder: Holder, *, access: str, initiative: str, entered_on: date) -> tuple[Fault, ...]:
    """What the declaration would stumble on, of all that an enrolment knows: the faults of the passage to come.

    The route's word `access` is the CDC's (`modaliteAcces`). What the exam, the delivery or the frame of a VAE will say
    is not asked for yet.
    """
    to_come = Passage(
        technical_id="à venir",
        holder=holder,
        valid_from=entered_on,
        access=access,
        initiative=initiative,
        enrolled_on=entered_on,
    )
    return tuple(fault for fault in judge_passage(to_come) if fault.field in _KNOWN_AT_ENROLMENT)
