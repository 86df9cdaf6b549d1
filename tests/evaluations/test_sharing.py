"""Sharing evenly: what must hold of any sharing."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evaluations.sharing import share

ITEMS = st.integers(0, 40).map(lambda size: list(range(size)))
PEOPLE = st.integers(1, 6).map(lambda size: [f"p{rank}" for rank in range(size)])
HELD = st.dictionaries(st.integers(0, 40), st.sampled_from(["p0", "p1", "p2", "p5", "elsewhere"]))


def spread(answer, people) -> int:
    load = Counter(answer.values())
    return max(load[person] for person in people) - min(load[person] for person in people)


@given(items=ITEMS, people=PEOPLE, held=HELD)
def test_anew_nobody_has_two_more_than_another(items, people, held):
    answer = share(items, people, held, keeps=False)

    assert set(answer) == set(items)
    assert set(answer.values()) <= set(people)
    assert spread(answer, people) <= 1


@given(items=ITEMS, people=PEOPLE, held=HELD)
def test_kept_nothing_leaves_the_hands_it_is_in(items, people, held):
    answer = share(items, people, held, keeps=True)

    assert set(answer) == set(items)
    for item in items:
        assert answer[item] == held[item] if item in held else answer[item] in people


@given(items=ITEMS, people=PEOPLE)
def test_from_nothing_it_is_even_either_way(items, people):
    for keeps in (True, False):
        assert spread(share(items, people, {}, keeps=keeps), people) <= 1


@given(items=ITEMS, people=PEOPLE, held=HELD, keeps=st.booleans())
def test_asked_again_it_changes_nothing(items, people, held, keeps):
    answer = share(items, people, held, keeps=keeps)

    assert share(items, people, answer, keeps=keeps) == answer


@given(items=ITEMS, people=PEOPLE, held=HELD)
def test_anew_it_moves_no_more_than_it_takes(items, people, held):
    """Each keeps the least of what they have and of the largest even share."""
    answer = share(items, people, held, keeps=False)
    largest = -(-len(items) // len(people))
    having = Counter(held[item] for item in items if item in held)

    kept = sum(answer[item] == held.get(item) for item in items)
    assert kept >= sum(min(having[person], len(items) // len(people)) for person in people)
    assert kept <= sum(min(having[person], largest) for person in people)


def test_what_is_left_goes_to_whoever_has_the_least():
    assert share(["a", "b", "c"], ["x", "y"], {"a": "x"}, keeps=True) == {"a": "x", "b": "y", "c": "x"}
