"""Which letter a candidate is written, case by case, and where each block stands in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.composition import judge_composition
from rulebook.letters import BlockStanding, LetterFacts, judge_letter
from rulebook.outcomes import BlockOutcome, LetterKind, Opinion
from tests.rulebook.rncp31395 import BLOCKS, COMPOSITION, MANDATORY

ACQUIRED, REFUSED, DEFERRED = BlockOutcome
SEVEN = MANDATORY | {"BC6", "BC7"}
FAVOURABLE = (Opinion.FAVOURABLE,) * 3
AWAY = (Opinion.ABSENT, Opinion.EXCUSED, Opinion.ABSENT)


def _facts(outcome=ACQUIRED, heard=FAVOURABLE, **others):
    """Seven blocks enrolled for, all of this outcome but the `others`."""
    decided = dict.fromkeys(SEVEN, outcome) | others
    return LetterFacts(COMPOSITION, SEVEN, frozenset(), decided, dict.fromkeys(SEVEN, heard))


def _held(facts, *blocks):
    decided = {block: outcome for block, outcome in facts.decided.items() if block not in blocks}
    return replace(facts, held=frozenset(blocks), decided=decided)


CASES = {
    "everything acquired": (_facts(), LetterKind.FULL_AWARD),
    "the last block, with those held for life": (_held(_facts(), *SEVEN - {"BC5"}), LetterKind.FULL_AWARD),
    "one option refused, three held or acquired": (
        _held(_facts(BC7=REFUSED), "BC8", "BC1"),
        LetterKind.FULL_AWARD,
    ),
    "seven blocks of eight without a mandatory one": (_held(_facts(BC5=REFUSED), "BC8"), LetterKind.PARTIAL_AWARD),
    "one block refused": (_facts(BC4=REFUSED), LetterKind.PARTIAL_AWARD),
    "one block sent back": (_facts(BC4=DEFERRED), LetterKind.PARTIAL_AWARD),
    "nothing new, something held": (_held(_facts(REFUSED), "BC1"), LetterKind.PARTIAL_AWARD),
    "all refused": (_facts(REFUSED), LetterKind.NO_AWARD),
    "all sent back": (_facts(DEFERRED), LetterKind.NO_AWARD),
    "refused, and absent everywhere": (_facts(REFUSED, AWAY), LetterKind.ABSENT),
    "absent everywhere, something held": (_held(_facts(REFUSED, AWAY), "BC1"), LetterKind.ABSENT),
    "absent but to one channel": (_facts(REFUSED, (*AWAY[1:], Opinion.UNFAVOURABLE)), LetterKind.NO_AWARD),
    "absent, and yet acquired one": (_facts(REFUSED, AWAY, BC1=ACQUIRED), LetterKind.PARTIAL_AWARD),
    "absent, and all of it sent back": (_facts(DEFERRED, AWAY), LetterKind.NO_AWARD),
    "nobody heard": (_facts(REFUSED, ()), LetterKind.NO_AWARD),
}


@pytest.mark.parametrize(("facts", "kind"), CASES.values(), ids=CASES)
def test_the_letter_is_of_this_kind(facts, kind):
    assert judge_letter(facts).kind == kind


def test_every_kind_has_its_case():
    assert {kind for _, kind in CASES.values()} == set(LetterKind)


def test_each_block_stands_where_it_is():
    facts = LetterFacts(
        COMPOSITION,
        enrolled=SEVEN,
        held=frozenset({"BC1", "BC8"}),
        decided={"BC2": ACQUIRED, "BC3": REFUSED, "BC4": DEFERRED, "BC5": ACQUIRED},
        heard={},
    )

    assert judge_letter(facts).standings == {
        "BC1": BlockStanding.HELD,
        "BC2": BlockStanding.ACQUIRED,
        "BC3": BlockStanding.REFUSED,
        "BC4": BlockStanding.DEFERRED,
        "BC5": BlockStanding.ACQUIRED,
        "BC6": BlockStanding.AWAITED,
        "BC7": BlockStanding.AWAITED,
        "BC8": BlockStanding.HELD,
    }


def test_a_block_of_another_certification_is_not_told():
    assert "BC99" not in judge_letter(replace(_facts(), held=frozenset({"BC99"}))).standings


@given(
    held=st.frozensets(st.sampled_from(sorted(BLOCKS))),
    decided=st.dictionaries(st.sampled_from(sorted(SEVEN)), st.sampled_from(BlockOutcome)),
    heard=st.sampled_from([FAVOURABLE, AWAY, ()]),
)
def test_a_full_award_is_told_when_and_only_when_the_composition_is_met(held, decided, heard):
    facts = LetterFacts(COMPOSITION, SEVEN, held, decided, dict.fromkeys(decided, heard))
    acquired = {block for block, outcome in decided.items() if outcome == ACQUIRED}

    is_full = judge_letter(facts).kind == LetterKind.FULL_AWARD

    assert is_full == judge_composition(COMPOSITION, held | acquired).answer
