from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.opinions import RatingSheet, derive_opinion, propose
from rulebook.outcomes import Attendance, ChannelCode, Opinion, Proposal, Rating
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import CHANNELS, VAE_PLAN

ACQUIRED, PARTIAL, NOT = Rating.ACQUIRED, Rating.PARTIALLY_ACQUIRED, Rating.NOT_ACQUIRED
TRAINING, COMPANY, PANEL = ChannelCode.TRAINING, ChannelCode.COMPANY, ChannelCode.PANEL
FAVOURABLE, RESERVED, UNFAVOURABLE = Opinion.FAVOURABLE, Opinion.RESERVED, Opinion.UNFAVOURABLE


def sheet(*ratings, attendance=Attendance.PRESENT):
    return RatingSheet(attendance, {f"C{number}": rating for number, rating in enumerate(ratings, start=1)})


@pytest.mark.parametrize(
    ("ratings", "opinion"),
    [
        pytest.param([ACQUIRED, ACQUIRED, ACQUIRED], FAVOURABLE, id="all-acquired"),
        pytest.param([ACQUIRED], FAVOURABLE, id="a-block-of-one-competency"),
        pytest.param([ACQUIRED, PARTIAL, ACQUIRED], RESERVED, id="one-partial"),
        pytest.param([PARTIAL, PARTIAL], RESERVED, id="all-partial"),
        pytest.param([ACQUIRED, NOT, ACQUIRED], UNFAVOURABLE, id="one-not-acquired"),
        pytest.param([PARTIAL, NOT], UNFAVOURABLE, id="not-acquired-outweighs-partial"),
        pytest.param([ACQUIRED, None], None, id="one-unrated"),
        pytest.param([NOT, None], None, id="one-unrated-whatever-the-others"),
        pytest.param([], None, id="nothing-to-rate-is-no-opinion"),
    ],
)
def test_ratings_make_an_opinion(ratings, opinion):
    verdict = derive_opinion(sheet(*ratings))

    assert verdict.answer == opinion
    assert verdict.check.facts == {"opinion": opinion}
    assert (verdict.reasons == ()) == (opinion == FAVOURABLE)


@pytest.mark.parametrize(
    ("attendance", "opinion", "outcome"),
    [
        (Attendance.ABSENT, Opinion.ABSENT, CheckOutcome.UNMET),
        (Attendance.EXCUSED, Opinion.EXCUSED, CheckOutcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("ratings", [[], [None, None], [ACQUIRED, ACQUIRED]])
def test_attendance_alone_counts_for_who_was_not_there(attendance, opinion, outcome, ratings):
    verdict = derive_opinion(sheet(*ratings, attendance=attendance))

    assert verdict.answer == opinion
    assert [(check.code, check.outcome) for check in verdict.reasons] == [(CheckCode.OPINION_ATTENDANCE, outcome)]
    assert [check.code for check in verdict.check.checks] == [CheckCode.OPINION_ATTENDANCE]


def test_an_unrated_competency_is_named():
    (reason,) = derive_opinion(sheet(ACQUIRED, None, NOT)).reasons

    assert reason.code == CheckCode.OPINION_RATED
    assert reason.outcome == CheckOutcome.UNKNOWN
    assert reason.facts == {"rated": 2, "expected": 3, "missing": ("C2",)}


def test_a_reserve_says_which_competencies_it_bears_on():
    (reason,) = derive_opinion(sheet(ACQUIRED, PARTIAL, NOT), source=Source.AGREEMENT).reasons

    assert reason.code == CheckCode.OPINION_RATINGS
    assert reason.outcome == CheckOutcome.UNMET
    assert reason.source == Source.AGREEMENT
    assert reason.facts == {"acquired": ("C1",), "partially_acquired": ("C2",), "not_acquired": ("C3",)}


@given(st.lists(st.sampled_from([*Rating, None]), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_competencies_never_matters(ratings, random):
    shuffled = random.sample(ratings, len(ratings))

    assert derive_opinion(sheet(*ratings)).answer == derive_opinion(sheet(*shuffled)).answer


RANKS = {UNFAVOURABLE: 0, RESERVED: 1, FAVOURABLE: 2}


@given(st.lists(st.sampled_from(Rating), min_size=1, max_size=5), st.data())
def test_a_better_rating_never_makes_a_worse_opinion(ratings, data):
    place = data.draw(st.integers(0, len(ratings) - 1))
    better = [*ratings[:place], ACQUIRED, *ratings[place + 1 :]]

    assert RANKS[derive_opinion(sheet(*better)).answer] >= RANKS[derive_opinion(sheet(*ratings)).answer]


@pytest.mark.parametrize(
    ("plan", "opinions", "proposal"),
    [
        pytest.param(CHANNELS, [FAVOURABLE] * 3, Proposal.ACQUIRED, id="all-favourable"),
        pytest.param(CHANNELS, [UNFAVOURABLE] * 3, Proposal.NOT_ACQUIRED, id="all-unfavourable"),
        pytest.param(CHANNELS, [FAVOURABLE, FAVOURABLE, UNFAVOURABLE], Proposal.TO_DISCUSS, id="two-against-one"),
        pytest.param(CHANNELS, [FAVOURABLE, FAVOURABLE, RESERVED], Proposal.TO_DISCUSS, id="one-reserved"),
        pytest.param(CHANNELS, [RESERVED] * 3, Proposal.TO_DISCUSS, id="all-reserved"),
        pytest.param(CHANNELS, [Opinion.ABSENT] * 3, Proposal.TO_DISCUSS, id="absent-everywhere"),
        pytest.param(CHANNELS, [FAVOURABLE, FAVOURABLE, Opinion.ABSENT], Proposal.TO_DISCUSS, id="absent-once"),
        pytest.param(CHANNELS, [FAVOURABLE, FAVOURABLE, None], Proposal.INCOMPLETE, id="a-channel-missing"),
        pytest.param(CHANNELS, [UNFAVOURABLE, None, UNFAVOURABLE], Proposal.INCOMPLETE, id="missing-among-the-bad"),
        pytest.param(CHANNELS, [FAVOURABLE, FAVOURABLE, Opinion.EXCUSED], Proposal.INCOMPLETE, id="excused-once"),
        pytest.param(CHANNELS, [None] * 3, Proposal.INCOMPLETE, id="nothing-yet"),
        pytest.param(VAE_PLAN, [None, FAVOURABLE, FAVOURABLE], Proposal.ACQUIRED, id="vae-has-two-channels"),
        pytest.param(VAE_PLAN, [UNFAVOURABLE, FAVOURABLE, FAVOURABLE], Proposal.ACQUIRED, id="vae-ignores-the-third"),
        pytest.param(VAE_PLAN, [FAVOURABLE, FAVOURABLE, None], Proposal.INCOMPLETE, id="the-third-stands-in-for-none"),
        pytest.param(frozenset(), [FAVOURABLE] * 3, Proposal.INCOMPLETE, id="no-plan-proposes-nothing"),
    ],
)
def test_opinions_make_a_proposal(plan, opinions, proposal):
    heard = {channel: opinion for channel, opinion in zip(ChannelCode, opinions, strict=True) if opinion}

    verdict = propose(plan, heard)

    assert verdict.answer == proposal
    assert verdict.check.facts == {"proposal": proposal}
    assert (verdict.reasons == ()) == (proposal == Proposal.ACQUIRED)


def test_only_unanimity_proposes_a_result():
    for opinions in product([*Opinion, None], repeat=3):
        heard = {channel: opinion for channel, opinion in zip(ChannelCode, opinions, strict=True) if opinion}
        is_result = propose(CHANNELS, heard).answer in {Proposal.ACQUIRED, Proposal.NOT_ACQUIRED}

        assert is_result == (opinions in {(FAVOURABLE,) * 3, (UNFAVOURABLE,) * 3})


@given(st.dictionaries(st.sampled_from(ChannelCode), st.sampled_from(Opinion)), st.sets(st.sampled_from(ChannelCode)))
def test_the_order_of_channels_never_matters(opinions, plan):
    orders = [dict(order) for order in permutations(opinions.items())]

    assert {propose(frozenset(plan), order).answer for order in orders} == {propose(frozenset(plan), opinions).answer}


def test_the_reasons_are_the_channels_that_are_not_favourable():
    opinions = {TRAINING: FAVOURABLE, COMPANY: RESERVED, PANEL: Opinion.EXCUSED}

    verdict = propose(CHANNELS, opinions, source=Source.SHEET)

    assert verdict.check.outcome == CheckOutcome.UNKNOWN
    assert [(reason.code, reason.outcome, reason.source, dict(reason.facts)) for reason in verdict.reasons] == [
        (CheckCode.PROPOSAL_CHANNEL, CheckOutcome.UNMET, Source.SHEET, {"channel": COMPANY, "opinion": RESERVED}),
        (CheckCode.PROPOSAL_CHANNEL, CheckOutcome.UNKNOWN, Source.SHEET, {"channel": PANEL, "opinion": "excused"}),
    ]


def test_a_missing_channel_is_named():
    (reason,) = propose(VAE_PLAN, {PANEL: FAVOURABLE}).reasons

    assert reason.outcome == CheckOutcome.UNKNOWN
    assert reason.facts == {"channel": COMPANY, "opinion": None}


def test_a_favourable_proposal_is_met_an_unfavourable_one_unmet_and_a_divergence_undecided():
    assert propose(CHANNELS, dict.fromkeys(CHANNELS, FAVOURABLE)).check.outcome == CheckOutcome.MET
    assert propose(CHANNELS, dict.fromkeys(CHANNELS, UNFAVOURABLE)).check.outcome == CheckOutcome.UNMET
    assert propose(CHANNELS, dict.fromkeys(CHANNELS, RESERVED)).check.outcome == CheckOutcome.UNKNOWN


def test_an_opinion_outside_the_plan_is_noted():
    opinions = {TRAINING: UNFAVOURABLE, COMPANY: FAVOURABLE, PANEL: FAVOURABLE}

    checks = propose(VAE_PLAN, opinions).check.checks

    assert [(check.code, check.outcome) for check in checks] == [
        (CheckCode.PROPOSAL_CHANNEL, CheckOutcome.MET),
        (CheckCode.PROPOSAL_CHANNEL, CheckOutcome.MET),
        (CheckCode.PROPOSAL_OUTSIDE_PLAN, CheckOutcome.NOTED),
    ]
    assert checks[-1].facts == {"channel": TRAINING, "opinion": UNFAVOURABLE}
