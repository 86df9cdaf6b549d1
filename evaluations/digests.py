"""What a message to one person says of what they have left, read when it leaves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from accounts.todo import Urgency, urgency_of
from blocks.enums import ChannelCode
from blocks.french import count, day, join
from candidates.models import Enrolment
from organisations.permissions import access_of

from .lateness import Delay, answered_for_by, delays, shortened
from .permissions import NOBODY, entered_by
from .progress import awaited_blocks
from .reminders import ESCALATED_AFTER, HORIZON

NAMED = 5  # candidates, in one line of a message
LINES = 40  # of people, in one message


@dataclass(frozen=True, slots=True)
class Line:
    """Evaluations of one cohort and channel that are due the same day."""

    count: int
    due_on: date
    is_late: bool
    candidates: tuple[str, ...]

    @property
    def words(self) -> str:
        """« 3 évaluations attendues depuis le 7 juin 2021 : Zoé Aubry et Paul Martin »"""
        evaluations = count(self.count, "évaluation")
        awaited = "attendue" if self.count == 1 else "attendues"
        by_when = f"{awaited} depuis le {day(self.due_on)}" if self.is_late else f"à rendre avant le {day(self.due_on)}"
        return f"{evaluations} {by_when} : {self.names}"

    @property
    def names(self) -> str:
        return join(shortened(self.candidates, shown=NAMED))


@dataclass(frozen=True, slots=True)
class Section:
    cohort: str
    channel: ChannelCode
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return f"{self.cohort or 'Sans promotion'}, {self.channel.label}"


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody has left to hand in that is late or due soon."""

    sections: tuple[Section, ...]

    @property
    def late(self) -> int:
        return sum(line.count for section in self.sections for line in section.lines if line.is_late)

    @property
    def total(self) -> int:
        return sum(line.count for section in self.sections for line in section.lines)


def left_for(user: User, *, on: date) -> Left:
    """By cohort and channel, the earliest due date first."""
    access = access_of(user, on=on)
    held: defaultdict[tuple[int | None, str, ChannelCode], list[tuple[Any, ...]]] = defaultdict(list)
    for channel in ChannelCode:
        condition = entered_by(access, channel)
        if condition != NOBODY:
            for cohort, name, *row in _due(channel, Enrolment.objects.filter(condition), on):
                held[cohort, name or "", channel].append(tuple(row))
    sections = [Section(name, channel, tuple(_lines(rows, on))) for (_, name, channel), rows in held.items()]
    return Left(tuple(sorted(sections, key=lambda section: (section.lines[0].due_on, section.cohort))))


def _due(channel: ChannelCode, enrolments: QuerySet[Enrolment], on: date) -> QuerySet[Any, tuple[Any, ...]]:
    """A row for each candidate and due date, in alphabetical order."""
    candidate = "enrolment__candidate__"
    return (
        awaited_blocks(channel, on=on)
        .filter(Q(due_on__lte=on + HORIZON), enrolment__in=enrolments)
        .annotate(shown_name=Coalesce(NullIf(f"{candidate}usual_name", Value("")), f"{candidate}birth_name"))
        .order_by(F("due_on"), f"{candidate}search_key", "enrolment__reference")
        .values_list(
            "enrolment__cohort",
            "enrolment__cohort__name",
            "due_on",
            "shown_name",
            f"{candidate}first_names",
            f"{candidate}search_key",
            "enrolment__reference",
        )
        .annotate(Count("pk"))
    )


def _lines(rows: Iterable[tuple[Any, ...]], on: date) -> Iterable[Line]:
    by_day: defaultdict[date, list[tuple[str, int]]] = defaultdict(list)
    for due_on, shown_name, first_names, _, _, total in rows:
        by_day[due_on].append((" ".join(filter(None, [first_names, shown_name])), total))
    for due_on, people in sorted(by_day.items()):
        is_late = urgency_of(due_on, on) is Urgency.LATE
        yield Line(sum(total for _, total in people), due_on, is_late, tuple(name for name, _ in people))


# Those for whom somebody answers


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has been late for a week with the evaluations of one cohort and channel."""

    delay: Delay
    people: tuple[User, ...]

    @property
    def words(self) -> str:
        """« Claire Morel (Cabinet Durand) : 3 évaluations attendues depuis le 7 juin 2021 »"""
        evaluations = count(self.delay.count, "évaluation")
        awaited = "attendue" if self.delay.count == 1 else "attendues"
        since = "depuis le" if len(self.delay.due_dates) == 1 else "dont la plus ancienne depuis le"
        return f"{self.who} : {evaluations} {awaited}, {since} {day(self.delay.due_on)}".replace(", depuis", " depuis")

    @property
    def who(self) -> str:
        place = f" ({self.delay.place})" if self.delay.place else ""
        if self.people:
            return join([str(person) for person in self.people]) + place
        return f"{_NOBODY[self.delay.channel]}{place}"


_NOBODY = {
    ChannelCode.TRAINING: "Organisme sans membre",
    ChannelCode.COMPANY: "Sans référent",
    ChannelCode.PANEL: "Sans évaluateur",
}


@dataclass(frozen=True, slots=True)
class WaitingSection:
    cohort: str
    channel: ChannelCode
    lines: tuple[Waiting, ...]

    @property
    def title(self) -> str:
        return f"{self.cohort or 'Sans promotion'}, {self.channel.label}"


@dataclass(frozen=True, slots=True)
class WaitingPeople:
    sections: tuple[WaitingSection, ...]
    hidden: int = 0  # lines, of which the page tells

    @classmethod
    def of(cls, sections: Iterable[WaitingSection]) -> "WaitingPeople":
        """As many lines as are read in a message."""
        shown, left, hidden = [], LINES, 0
        for section in sections:
            lines = section.lines[:left]
            hidden += len(section.lines) - len(lines)
            left -= len(lines)
            if lines:
                shown.append(WaitingSection(section.cohort, section.channel, lines))
        return cls(tuple(shown), hidden)


def waiting_under(user: User, *, on: date) -> WaitingPeople:
    """Who has been late for a week among those for whom this person answers; what is theirs alone is left out."""
    found = delays(answered_for_by(user, on=on), on=on, at_least=on - ESCALATED_AFTER)
    shared: defaultdict[tuple[Any, ...], list[Delay]] = defaultdict(list)
    for delay in found:
        if delay.channel == ChannelCode.TRAINING:  # Told once, with all who may hand it in.
            shared[delay.channel, delay.cohort, delay.organisations].append(delay)
        else:
            shared[delay.channel, delay.cohort, delay.person].append(delay)
    sections: defaultdict[tuple[str, ChannelCode], list[Waiting]] = defaultdict(list)
    for (channel, cohort, _), same in shared.items():
        people = tuple(delay.person for delay in same if delay.person)
        if people != (user,):
            sections[str(cohort or ""), channel].append(Waiting(same[0], people))
    return WaitingPeople.of(
        WaitingSection(cohort, channel, tuple(lines)) for (cohort, channel), lines in sections.items()
    )
