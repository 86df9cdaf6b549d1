from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.jury import MajorityRule, Tally, decide, may_decide, needs_reason, tally
from rulebook.outcomes import BallotChoice, BlockOutcome, Proposal
from rulebook.verdict import CheckCode, CheckOutcome, Source

FOR, AGAINST, ABSTAIN = BallotChoice
ACQUIRED, NOT_ACQUIRED, DEFERRED = BlockOutcome

OURS = MajorityRule()
COUNTING_ABSTENTIONS = MajorityRule(abstentions_count=True)
WITHOUT_CASTING_VOTE = MajorityRule(casting_vote=False)


def test_ballots_are_counted():
    assert tally([FOR, AGAINST, FOR, ABSTAIN, FOR]) == Tally(acquired=3, not_acquired=1, abstain=1)
    assert tally([]) == Tally(0, 0, 0)


@given(st.lists(st.sampled_from(BallotChoice), max_size=13), st.randoms(use_true_random=False))
def test_the_order_of_ballots_never_matters(ballots, random):
    assert tally(random.sample(ballots, len(ballots))) == tally(ballots)


@pytest.mark.parametrize(
    ("votes", "rule", "casting", "decision"),
    [
        pytest.param(Tally(7, 6, 0), OURS, None, ACQUIRED, id="seven-six"),
        pytest.param(Tally(6, 7, 0), OURS, None, NOT_ACQUIRED, id="six-seven"),
        pytest.param(Tally(1, 0, 12), OURS, None, ACQUIRED, id="abstentions-do-not-count"),
        pytest.param(Tally(0, 1, 12), OURS, None, NOT_ACQUIRED, id="nor-the-other-way"),
        pytest.param(Tally(6, 6, 1), OURS, None, None, id="a-tie-awaits-the-chair"),
        pytest.param(Tally(6, 6, 1), OURS, FOR, ACQUIRED, id="the-chair-settles-it-for"),
        pytest.param(Tally(6, 6, 1), OURS, AGAINST, NOT_ACQUIRED, id="the-chair-settles-it-against"),
        pytest.param(Tally(6, 6, 1), OURS, ABSTAIN, None, id="the-chair-cannot-abstain"),
        pytest.param(Tally(7, 6, 0), OURS, AGAINST, ACQUIRED, id="the-chair-does-not-overturn-a-majority"),
        pytest.param(Tally(0, 0, 13), OURS, None, None, id="all-abstain"),
        pytest.param(Tally(0, 0, 13), OURS, FOR, None, id="all-abstain-is-no-tie"),
        pytest.param(Tally(0, 0, 0), OURS, None, None, id="no-ballot"),
        pytest.param(Tally(6, 6, 1), WITHOUT_CASTING_VOTE, FOR, None, id="a-rule-without-casting-vote"),
        pytest.param(Tally(7, 2, 4), COUNTING_ABSTENTIONS, None, ACQUIRED, id="more-than-half-of-all-ballots"),
        pytest.param(Tally(6, 3, 4), COUNTING_ABSTENTIONS, None, None, id="less-than-half-of-all-ballots"),
        pytest.param(Tally(6, 2, 4), COUNTING_ABSTENTIONS, None, None, id="exactly-half-is-no-majority"),
        pytest.param(Tally(2, 7, 4), COUNTING_ABSTENTIONS, None, NOT_ACQUIRED, id="more-than-half-against"),
        pytest.param(Tally(4, 4, 0), COUNTING_ABSTENTIONS, FOR, ACQUIRED, id="a-tie-without-abstention"),
        pytest.param(Tally(4, 4, 1), COUNTING_ABSTENTIONS, FOR, None, id="an-abstention-that-counts-undoes-the-tie"),
        pytest.param(Tally(0, 0, 5), COUNTING_ABSTENTIONS, FOR, None, id="nobody-for-or-against"),
    ],
)
def test_the_majority_decides(votes, rule, casting, decision):
    verdict = decide(votes, rule, casting)

    assert verdict.answer == decision
    assert verdict.check.facts == {"decision": decision}
    assert verdict.check.outcome == (CheckOutcome.MET if decision else CheckOutcome.UNKNOWN)


def test_every_count_of_thirteen_agrees_with_a_plain_reading():
    counts = [Tally(*votes) for votes in product(range(14), repeat=3) if sum(votes) <= 13]

    for votes in counts:
        plain = {True: ACQUIRED, False: NOT_ACQUIRED}.get(votes.acquired > votes.not_acquired)
        expected = None if votes.acquired == votes.not_acquired else plain
        assert decide(votes, OURS).answer == expected


@given(st.integers(0, 13), st.integers(0, 13), st.integers(0, 13), st.sampled_from([None, *BallotChoice]))
def test_one_more_vote_in_favour_never_loses_a_block(acquired, not_acquired, abstain, casting):
    for rule in (OURS, COUNTING_ABSTENTIONS, WITHOUT_CASTING_VOTE):
        before = decide(Tally(acquired, not_acquired, abstain), rule, casting).answer
        after = decide(Tally(acquired + 1, not_acquired, abstain), rule, casting).answer

        assert after == ACQUIRED or before != ACQUIRED
        assert after != NOT_ACQUIRED or before == NOT_ACQUIRED


@pytest.mark.parametrize(
    ("votes", "rule", "casting", "code", "facts"),
    [
        pytest.param(Tally(0, 0, 9), OURS, None, CheckCode.DECISION_VOTES, {"cast": 0, "abstain": 9}, id="no-vote"),
        pytest.param(
            Tally(4, 4, 1), OURS, None, CheckCode.DECISION_CASTING, {"casting": None, "is_allowed": True}, id="a-tie"
        ),
        pytest.param(
            Tally(4, 4, 1),
            WITHOUT_CASTING_VOTE,
            FOR,
            CheckCode.DECISION_CASTING,
            {"casting": FOR, "is_allowed": False},
            id="a-tie-without-casting-vote",
        ),
        pytest.param(
            Tally(5, 4, 1),
            COUNTING_ABSTENTIONS,
            None,
            CheckCode.DECISION_MAJORITY,
            {"acquired": 5, "not_acquired": 4, "abstain": 1, "needed": 6},
            id="no-majority",
        ),
    ],
)
def test_why_nothing_is_settled_yet(votes, rule, casting, code, facts):
    (reason,) = decide(votes, rule, casting).reasons

    assert (reason.code, reason.outcome, reason.source) == (code, CheckOutcome.UNKNOWN, Source.DEFAULT)
    assert reason.facts == facts


@pytest.mark.parametrize(
    ("votes", "casting", "codes"),
    [
        pytest.param(Tally(5, 4, 1), None, [CheckCode.DECISION_VOTES, CheckCode.DECISION_MAJORITY], id="a-majority"),
        pytest.param(Tally(4, 4, 1), FOR, [CheckCode.DECISION_VOTES, CheckCode.DECISION_CASTING], id="a-settled-tie"),
        pytest.param(
            Tally(5, 4, 1),
            AGAINST,
            [CheckCode.DECISION_VOTES, CheckCode.DECISION_MAJORITY, CheckCode.DECISION_CASTING_UNUSED],
            id="an-unused-casting-vote",
        ),
        pytest.param(
            Tally(0, 0, 1),
            AGAINST,
            [CheckCode.DECISION_VOTES, CheckCode.DECISION_CASTING_UNUSED],
            id="a-casting-vote-on-nothing",
        ),
    ],
)
def test_the_tree_tells_how_it_was_settled(votes, casting, codes):
    assert [check.code for check in decide(votes, OURS, casting).check.checks] == codes


def test_a_majority_is_told_in_numbers():
    check = decide(Tally(5, 2, 6), OURS, AGAINST).check

    assert [part.outcome for part in check.checks] == [CheckOutcome.MET, CheckOutcome.MET, CheckOutcome.NOTED]
    assert [dict(part.facts) for part in check.checks] == [
        {"cast": 7, "abstain": 6},
        {"acquired": 5, "not_acquired": 2, "abstain": 6, "needed": 4},
        {"casting": AGAINST},
    ]


@pytest.mark.parametrize(
    ("proposal", "departures"),
    [
        (Proposal.ACQUIRED, {NOT_ACQUIRED, DEFERRED}),
        (Proposal.NOT_ACQUIRED, {ACQUIRED, DEFERRED}),
        (Proposal.TO_DISCUSS, set()),
        (Proposal.INCOMPLETE, set()),
    ],
)
def test_departing_from_a_proposed_result_needs_a_reason(proposal, departures):
    assert {outcome for outcome in BlockOutcome if needs_reason(proposal, outcome)} == departures


def test_the_jury_decides_anything_but_an_incomplete_block():
    assert [proposal for proposal in Proposal if not may_decide(proposal)] == [Proposal.INCOMPLETE]
