"""A line of the table, and the words that its columns are written in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.builders.branch import Branch

from .places import Place, nowhere

EVERYBODY = "everybody"  # who has signed in
ANYBODY = "anybody"  # who has not, too
MISSING = {int: 999_999, str: "2020-999999"}

ENROLLING = "admin trainer other_trainer"
SEATED = "chair juror recused undeclared"
CALLED = f"{SEATED} elsewhere"  # to the jury that is convened

BY_CHANNEL = {"training": "trainer", "company": "referent", "panel": "assessor"}  # who enters there


@dataclass(frozen=True)
class Line:
    name: str
    place: Place = nowhere
    get: str | None = None
    post: str | None = None
    refused: str = ""
    led: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)  # what a POST names, when it has to name something

    def __str__(self) -> str:
        return self.name

    def serves(self, method: str) -> str | None:
        return self.get if method == "get" else self.post

    @property
    def is_public(self) -> bool:
        return ANYBODY in (self.get, self.post)

    @property
    def names_something(self) -> bool:
        return not self.is_public and self.place is not nowhere

    def data_of(self, method: str) -> Mapping[str, Any]:
        return self.data if method == "post" else {}

    def path(self, branch: Branch) -> str:
        return reverse(self.name, kwargs=self.place(branch))

    def paths_to_nothing(self, branch: Branch) -> Iterator[str]:
        """The same address, where each thing that it names in turn does not exist."""
        arguments = self.place(branch)
        for name, value in arguments.items():
            if name != "kind":
                yield reverse(self.name, kwargs={**arguments, name: MISSING[type(value)]})
