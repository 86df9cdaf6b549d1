"""What is left for somebody to do: the vocabulary in which each app fills the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

SOON = timedelta(days=14)


class Urgency(models.TextChoices):
    LATE = "late", "en retard"
    SOON = "soon", "à rendre bientôt"
    ON_TIME = "on_time", "dans les temps"
    NONE = "none", "sans échéance"


def urgency_of(due_on: date | None, on: date) -> Urgency:
    """How a due date stands that day: the one rule, for the home page, the matrix, the lists and the reminders."""
    if due_on is None:
        return Urgency.NONE
    if due_on < on:
        return Urgency.LATE
    return Urgency.SOON if due_on - on <= SOON else Urgency.ON_TIME


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of the home page: a count of things to do, until when, and where one click leads."""

    label: str
    count: int
    url: str
    due_on: date | None = None
    detail: str = ""

    def urgency(self, on: date) -> Urgency:
        return urgency_of(self.due_on, on)


def by_urgency(todos: Iterable[ToDo]) -> list[ToDo]:
    """What is left, the earliest date first, undated last."""
    return sorted(
        (todo for todo in todos if todo.count), key=lambda todo: (todo.due_on is None, todo.due_on or date.max)
    )
