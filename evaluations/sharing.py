"""Sharing candidates evenly among the people who will evaluate them: the same answer to the same question, always."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
P = TypeVar("P")


def share(items: Sequence[T], people: Sequence[P], held: Mapping[T, P], *, keeps: bool) -> dict[T, P]:
    """Who takes each item. `held` says who has some already, among `people` or not.

    With `keeps`, nothing leaves the hands it is in, and what is in nobody's goes to whoever has the least. Without, all
    is shared anew, nobody having two more than another, and no more changes hands than that takes. Asked again with
    its own answer, it answers the same.
    """
    given = dict(held) if keeps else _kept(items, people, held)
    given = {item: given[item] for item in items if item in given}
    load = Counter(given.values())
    for item in items:
        if item not in given:
            given[item] = min(people, key=lambda person: load[person])  # The first, when several have as little.
            load[given[item]] += 1
    return given


def _kept(items: Sequence[T], people: Sequence[P], held: Mapping[T, P]) -> dict[T, P]:
    """Of what each has, their even share."""
    least, extra = divmod(len(items), len(people))
    having = Counter(held[item] for item in items if item in held)
    largest_first = sorted(people, key=lambda person: -having[person])
    room = {person: least + (rank < extra) for rank, person in enumerate(largest_first)}
    kept: dict[T, P] = {}
    for item in items:
        person = held.get(item)
        if person is not None and room.get(person, 0):
            room[person] -= 1
            kept[item] = person
    return kept
