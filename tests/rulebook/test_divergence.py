"""Where the channels differ, and by how much. Nothing is decided from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.divergence import compare_block, divergence_of
from rulebook.opinions import RatingSheet, derive_opinion
from rulebook.outcomes import Attendance, ChannelCode, Divergence, Opinion, Rating

TRAINING, COMPANY, PANEL = ChannelCode
ACQUIRED, PARTIALLY, NOT_ACQUIRED = Rating
NONE, SLIGHT, STRONG = Divergence

# id: what each channel rates one competency, how far apart they are, who stands apart
CASES = {
    "nobody has rated": ({}, NONE, ()),
    "one voice alone": ({PANEL: NOT_ACQUIRED}, NONE, ()),
    "all agree": ({TRAINING: PARTIALLY, COMPANY: PARTIALLY, PANEL: PARTIALLY}, NONE, ()),
    "one step": ({TRAINING: ACQUIRED, COMPANY: ACQUIRED, PANEL: PARTIALLY}, SLIGHT, (PANEL,)),
    "one step, the other": ({TRAINING: NOT_ACQUIRED, COMPANY: PARTIALLY, PANEL: PARTIALLY}, SLIGHT, (TRAINING,)),
    "two steps": ({TRAINING: ACQUIRED, COMPANY: NOT_ACQUIRED, PANEL: ACQUIRED}, STRONG, (COMPANY,)),
    "every rating": ({TRAINING: ACQUIRED, COMPANY: PARTIALLY, PANEL: NOT_ACQUIRED}, STRONG, tuple(ChannelCode)),
    "two voices": ({COMPANY: ACQUIRED, PANEL: PARTIALLY}, SLIGHT, (COMPANY, PANEL)),
    "one has not rated it": ({TRAINING: None, COMPANY: ACQUIRED, PANEL: NOT_ACQUIRED}, STRONG, (COMPANY, PANEL)),
}


@pytest.mark.parametrize(("said", "divergence", "apart"), CASES.values(), ids=CASES)
def test_a_competency(said, divergence, apart):
    found = compare_block({}, {channel: {"C4": rating} for channel, rating in said.items()})
    spread = found.competencies.get("C4")

    assert found.strongest == divergence
    assert (spread.apart if spread else ()) == apart
    assert found.divergent == ({"C4": spread} if divergence is not NONE else {})


def test_an_absence_diverges_from_nothing():
    opinions = {TRAINING: Opinion.FAVOURABLE, COMPANY: Opinion.ABSENT, PANEL: Opinion.EXCUSED}

    assert compare_block(opinions, {}).opinions.said == {TRAINING: Opinion.FAVOURABLE}
    assert compare_block(opinions, {}).strongest == NONE


def test_opinions_are_on_the_same_scale():
    found = compare_block({TRAINING: Opinion.FAVOURABLE, COMPANY: Opinion.RESERVED, PANEL: None}, {})

    assert (found.strongest, found.opinions.apart) == (SLIGHT, (TRAINING, COMPANY))


def test_one_opinion_may_hide_opposed_ratings():
    found = compare_block(
        {TRAINING: Opinion.UNFAVOURABLE, COMPANY: Opinion.UNFAVOURABLE},
        {TRAINING: {"C4": ACQUIRED, "C5": NOT_ACQUIRED}, COMPANY: {"C4": NOT_ACQUIRED, "C5": NOT_ACQUIRED}},
    )

    assert (found.opinions.divergence, found.strongest) == (NONE, STRONG)
    assert list(found.divergent) == ["C4"]


sheets = st.dictionaries(
    st.sampled_from(list(ChannelCode)),
    st.fixed_dictionaries({code: st.sampled_from(list(Rating)) for code in ("C8", "C9", "C10")}),
)


@given(sheets)
def test_ratings_diverge_at_least_as_much_as_the_opinions_that_follow_from_them(ratings):
    """So that lists need not read opinions to find the strongest divergence."""
    opinions = {
        channel: derive_opinion(RatingSheet(Attendance.PRESENT, given)).answer for channel, given in ratings.items()
    }
    found = compare_block(opinions, ratings)
    alone = compare_block({}, ratings)

    assert found.strongest == alone.strongest
    for spread in found.competencies.values():
        assert set(spread.apart) <= set(ratings)
        assert bool(spread.apart) == bool(spread) == (len(set(spread.said.values())) > 1)


@given(st.lists(st.integers(0, 2)))
def test_the_order_of_the_voices_changes_nothing(ranks):
    assert divergence_of(ranks) == divergence_of(sorted(ranks, reverse=True))
