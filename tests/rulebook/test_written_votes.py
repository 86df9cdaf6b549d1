"""Votes in writing, and those that are adopted together."""

from datetime import UTC, datetime, timedelta

import pytest

from rulebook.jury import (
    QuorumRule,
    SeatFacts,
    VotingWindow,
    WrittenBallotFacts,
    following,
    judge_vote_quorum,
    judge_written_ballot,
    may_adopt,
    may_count_in_writing,
)
from rulebook.outcomes import BallotChoice, CollegeCode, Proposal
from rulebook.verdict import CheckCode

OPENS = datetime(2021, 6, 14, 7, tzinfo=UTC)
CLOSES = datetime(2021, 6, 18, 16, tzinfo=UTC)
WINDOW = VotingWindow(OPENS, CLOSES)
A_MOMENT = timedelta(microseconds=1)
RULE = QuorumRule(3, 5, frozenset({CollegeCode.UNION, CollegeCode.EMPLOYER}))
SEATS = [
    SeatFacts(1, CollegeCode.UNION, present=True),
    SeatFacts(2, CollegeCode.UNION, present=True),
    SeatFacts(3, CollegeCode.EMPLOYER, present=False),
    SeatFacts(4, CollegeCode.EMPLOYER, present=True, recused=True),
    SeatFacts(5, CollegeCode.EXPERT, present=False),
]


@pytest.mark.parametrize(
    ("there", "codes"),
    [
        pytest.param({1, 2, 3}, [], id="enough-of-each"),
        pytest.param({1, 3}, [CheckCode.QUORUM_COUNT], id="too-few"),
        pytest.param({1, 2, 5}, [CheckCode.QUORUM_COLLEGE], id="a-college-away"),
        pytest.param({1, 2, 4}, [CheckCode.QUORUM_COUNT, CheckCode.QUORUM_COLLEGE], id="one-recused-since"),
        pytest.param(set(), [CheckCode.QUORUM_COUNT, *[CheckCode.QUORUM_COLLEGE] * 2], id="nobody"),
    ],
)
def test_who_took_part_makes_the_quorum_whatever_the_presences(there, codes):
    assert [reason.code for reason in judge_vote_quorum(RULE, SEATS, there).reasons] == codes


def ballot(**facts):
    known = {"deliberation_open": True, "is_member": True, "recused": False, "arrived_at": OPENS}
    return judge_written_ballot(WrittenBallotFacts(**known | facts), WINDOW)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param({}, [], id="at-the-opening"),
        pytest.param({"arrived_at": CLOSES - A_MOMENT}, [], id="just-in-time"),
        pytest.param({"arrived_at": OPENS - A_MOMENT}, [CheckCode.BALLOT_WINDOW], id="too-early"),
        pytest.param({"arrived_at": CLOSES}, [CheckCode.BALLOT_WINDOW], id="at-the-close"),
        pytest.param({"recused": True}, [CheckCode.BALLOT_NOT_RECUSED], id="recused"),
        pytest.param({"is_member": False}, [CheckCode.BALLOT_MEMBER], id="a-stranger"),
        pytest.param({"deliberation_open": False}, [CheckCode.BALLOT_OPEN], id="counted"),
    ],
)
def test_the_moment_of_arrival_decides(facts, codes):
    assert [reason.code for reason in ballot(**facts).reasons] == codes


@pytest.mark.parametrize(
    ("at", "awaited", "may"),
    [(CLOSES, 5, True), (CLOSES - A_MOMENT, 1, False), (CLOSES - A_MOMENT, 0, True)],
)
def test_it_is_counted_once_over_or_once_nobody_is_awaited(at, awaited, may):
    assert may_count_in_writing(WINDOW, awaited=awaited, at=at) is may


def test_a_window_opens_before_it_closes():
    with pytest.raises(ValueError, match="before"):
        VotingWindow(CLOSES, CLOSES)


@pytest.mark.parametrize(
    ("proposals", "may"),
    [
        ([Proposal.ACQUIRED, Proposal.NOT_ACQUIRED], True),
        ([Proposal.NOT_ACQUIRED], True),
        ([Proposal.ACQUIRED, Proposal.TO_DISCUSS], False),
        ([Proposal.ACQUIRED, Proposal.INCOMPLETE], False),
        ([], False),
    ],
)
def test_only_what_the_channels_agree_on_is_adopted_together(proposals, may):
    assert may_adopt(proposals) is may


def test_following_a_proposal():
    assert {proposal: following(proposal) for proposal in Proposal} == {
        Proposal.ACQUIRED: BallotChoice.ACQUIRED,
        Proposal.NOT_ACQUIRED: BallotChoice.NOT_ACQUIRED,
        Proposal.TO_DISCUSS: None,
        Proposal.INCOMPLETE: None,
    }
