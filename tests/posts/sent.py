"""A form that somebody sends, and what the forms of several apps hold alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.addresses.places import Place, nowhere
from tests.builders.branch import Branch

Data = Callable[[Branch], Mapping[str, Any]]


def nothing(branch: Branch) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Sent:
    """What `role` sends. `optional` are the fields of the form that it leaves out; `given` is what happens before."""

    role: str
    name: str
    place: Place = nowhere
    data: Data = nothing
    optional: str = ""
    given: Callable[[Branch], object] = lambda branch: None
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name} by {self.role}"

    def path(self, branch: Branch) -> str:
        return reverse(self.name, kwargs=self.place(branch)) + self.query


def typed(**fields: Any) -> Data:
    """The same for every branch."""
    return lambda branch: fields


def varied(known: Data, **changed: Callable[[Branch], Any]) -> Data:
    return lambda branch: {**known(branch), **{name: value(branch) for name, value in changed.items()}}


def ticked(of: str, **fields: Callable[[Branch], Any]) -> Data:
    """One candidate ticked in a list, and what is asked for them."""
    return varied(
        lambda branch: {"scope": "ticked", "total": 0, "enrolments": [getattr(branch, of).pk]},
        **fields,
    )


def followed_by(role: str) -> Callable[[Branch], str]:
    """A referent of our company, as the lists name them; whether they are of it or not."""
    return lambda branch: f"{branch.company.pk}-{branch.people[role].pk}"


ADDRESSEE = {"first_name": "Dominique", "last_name": "Petit", "email": "d.petit@example.org"}
