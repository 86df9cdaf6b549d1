"""What is left for somebody to do: the vocabulary in which each app fills the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=14)


class Urgency(StrEnum):
    LATE = "late"
    SOON = "soon"
    ON_TIME = "on_time"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of the home page: a count of things to do, until when, and where one click leads."""

    label: str
    count: int
    url: str
    due_on: date | None = None
    detail: str = ""

    def urgency(self, on: date) -> Urgency:
        if self.due_on is None:
            return Urgency.NONE
        if self.due_on < on:
            return Urgency.LATE
        return Urgency.SOON if self.due_on - on <= SOON else Urgency.ON_TIME


def by_urgency(todos: Iterable[ToDo]) -> list[ToDo]:
    """What is left, the earliest date first, undated last."""
    return sorted(
        (todo for todo in todos if todo.count), key=lambda todo: (todo.due_on is None, todo.due_on or date.max)
    )
