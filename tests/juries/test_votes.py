"""A vote: opened on a quorum, cast by each, counted once, decided once."""

import pytest

from evaluations.enums import Rating
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, BlockOutcome, DeliberationState, Presence, Proposal, SessionState
from juries.facts import bench_of, decision_verdict, quorum_of
from juries.models import Ballot
from juries.services import refusals
from rulebook.verdict import CheckCode
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit, submit_all
from tests.builders.organisations import make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
YES, NO, ABSTAIN = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN


def _open(session, block="BC1"):
    return services.open_vote(build.deliberation_on(session, block), by=build.chair_of(session), at=AT)


def _cast(deliberation, number, choice=YES):
    seat = build.seat(deliberation.dossier.session, number)
    return services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=AT)


def _close(deliberation):
    return services.close_vote(deliberation, by=build.chair_of(deliberation.dossier.session), at=AT)


def _codes(refused):
    return [reason.code for reason in refused.value.reasons]


def test_what_the_channels_said_is_frozen_when_the_vote_opens():
    session = build.make_session()

    deliberation = _open(session)
    submit(deliberation.dossier.enrolment, "BC1", "panel", Rating.NOT_ACQUIRED, attempt=2)

    deliberation.refresh_from_db()
    assert deliberation.proposal == Proposal.ACQUIRED
    assert deliberation.opinions == {"training": "favourable", "company": "favourable", "panel": "favourable"}
    assert deliberation.quorum_count == 13


def test_a_block_that_lacks_an_evaluation_is_not_voted_on():
    enrolment = make_enrolment()
    submit(enrolment, "BC1", "training")
    session = build.make_session([enrolment])

    with pytest.raises(refusals.BlockIncomplete) as refused:
        _open(session)

    assert _codes(refused) == [CheckCode.PROPOSAL_CHANNEL, CheckCode.PROPOSAL_CHANNEL]


@pytest.mark.parametrize(
    ("absent", "code"),
    [
        pytest.param(range(7, 14), CheckCode.QUORUM_COUNT, id="six-present"),
        pytest.param(range(6, 11), CheckCode.QUORUM_COLLEGE, id="nobody-from-the-csca"),
    ],
)
def test_no_vote_opens_without_a_quorum(absent, code):
    session = build.make_session(absent=absent)

    with pytest.raises(refusals.NotQuorate) as refused:
        _open(session)

    assert _codes(refused) == [code]
    assert not quorum_of(build.dossier_of(session)).answer


def test_a_recused_member_does_not_count_in_the_quorum_of_the_dossier():
    session = build.make_session(absent=range(8, 14))
    seat = build.seat(session, 7)
    services.declare_conflicts(
        seat, [services.Conflict(build.dossier_of(session))], by=seat.sitting.user, at=build.OPENED_AT
    )

    with pytest.raises(refusals.NotQuorate):
        _open(session)


def test_only_the_chair_opens_and_closes_a_vote():
    session = build.make_session()
    member = build.seat(session, 2).sitting.user
    deliberation = build.deliberation_on(session)

    with pytest.raises(refusals.NotTheChair):
        services.open_vote(deliberation, by=member, at=AT)
    _open(session)
    with pytest.raises(refusals.NotTheChair):
        services.close_vote(deliberation, by=member, at=AT)


def test_a_chair_recused_from_a_dossier_hands_its_vote_over():
    session = build.make_session()
    chair, dossier = build.chair_of(session), build.dossier_of(session)
    services.declare_conflicts(build.seat(session, 1), [services.Conflict(dossier)], by=chair, at=AT)

    with pytest.raises(refusals.ChairRecused):
        services.open_votes(dossier, by=chair, at=AT)
    services.hand_over_chair(build.seat(session, 2), by=chair, at=AT)

    assert len(services.open_votes(dossier, by=build.chair_of(session), at=AT)) == 7


def test_a_whole_dossier_is_opened_and_closed_at_once():
    enrolment = make_enrolment()
    submit_all(enrolment, blocks=["BC1", "BC2", "BC3"])
    session = build.make_session([enrolment])
    dossier, chair = build.dossier_of(session), build.chair_of(session)

    opened = services.open_votes(dossier, by=chair, at=AT)
    for deliberation in opened[:2]:
        build.vote(deliberation, YES)
    closed = services.close_votes(dossier, by=chair, at=AT)

    assert [row.code for row in opened] == ["BC1", "BC2", "BC3"]
    assert [row.code for row in closed] == ["BC1", "BC2"]
    assert build.deliberation_on(session, "BC3").is_open


def test_closing_a_dossier_where_nobody_voted_is_refused():
    session = build.make_session()
    dossier, chair = build.dossier_of(session), build.chair_of(session)
    services.open_votes(dossier, by=chair, at=AT)

    with pytest.raises(refusals.VoteNotSettled) as refused:
        services.close_votes(dossier, by=chair, at=AT)

    assert _codes(refused) == [CheckCode.DECISION_VOTES]


def test_a_ballot_may_be_changed_until_the_close():
    session = build.make_session()
    deliberation = _open(session)

    _cast(deliberation, 2, NO)
    _cast(deliberation, 2, YES)
    _cast(deliberation, 3, ABSTAIN)
    closed = _close(deliberation)

    assert (closed.acquired_count, closed.not_acquired_count, closed.abstain_count) == (1, 0, 1)
    with pytest.raises(refusals.BallotRefused) as refused:
        _cast(deliberation, 2, NO)
    assert _codes(refused) == [CheckCode.BALLOT_OPEN]


def test_no_ballot_before_the_vote_opens():
    session = build.make_session()

    with pytest.raises(refusals.BallotRefused) as refused:
        _cast(build.deliberation_on(session), 2)

    assert _codes(refused) == [CheckCode.BALLOT_OPEN]


def test_no_ballot_from_an_absent_member():
    session = build.make_session(absent=[5])

    with pytest.raises(refusals.BallotRefused) as refused:
        _cast(_open(session), 5)

    assert _codes(refused) == [CheckCode.BALLOT_PRESENT]


def test_no_ballot_from_a_recused_member():
    session = build.make_session()
    seat = build.seat(session, 5)
    deliberation = _open(session)
    services.declare_conflicts(seat, [services.Conflict(deliberation.dossier)], by=seat.sitting.user, at=AT)

    with pytest.raises(refusals.BallotRefused) as refused:
        _cast(deliberation, 5)

    assert _codes(refused) == [CheckCode.BALLOT_NOT_RECUSED]


def test_no_ballot_before_conflicts_are_declared():
    session = build.make_session(declared=False)

    with pytest.raises(refusals.ConflictsNotDeclared):
        _cast(_open(session), 5)


def test_no_ballot_once_the_quorum_is_lost():
    session = build.make_session(absent=range(8, 14))
    deliberation = _open(session)
    services.record_presence(session, {7: Presence.LEFT}, by=build.chair_of(session), at=AT)

    with pytest.raises(refusals.BallotRefused) as refused:
        _cast(deliberation, 2)

    assert _codes(refused) == [CheckCode.BALLOT_QUORATE]


def test_a_vote_that_has_lost_its_quorum_is_not_counted():
    """Whoever voted before they left still counts in it; whoever left without a vote does not."""
    session = build.make_session(absent=range(8, 14))
    chair, deliberation = build.chair_of(session), _open(session)
    for number in range(1, 7):
        _cast(deliberation, number)
    services.record_presence(session, {6: Presence.LEFT, 7: Presence.LEFT}, by=chair, at=AT)

    with pytest.raises(refusals.NotQuorate) as refused:
        services.close_vote(deliberation, by=chair, at=AT)
    deliberation.refresh_from_db()
    assert (_codes(refused), deliberation.is_open) == ([CheckCode.QUORUM_COUNT], True)

    services.record_presence(session, {7: Presence.PRESENT}, by=chair, at=AT)
    assert services.close_vote(deliberation, by=chair, at=AT).acquired_count == 6


def test_nobody_votes_in_another_seat():
    session = build.make_session()
    deliberation = _open(session)

    for intruder in (build.seat(session, 2).sitting.user, make_user()):
        with pytest.raises(refusals.BallotRefused) as refused:
            services.cast_ballot(deliberation, build.seat(session, 3), YES, by=intruder, at=AT)
        assert _codes(refused) == [CheckCode.BALLOT_MEMBER]


def test_nobody_votes_in_another_session():
    session, other = build.make_session(), build.make_session()
    deliberation, seat = _open(session), build.seat(other, 2)

    with pytest.raises(refusals.BallotRefused) as refused:
        services.cast_ballot(deliberation, seat, YES, by=seat.sitting.user, at=AT)

    assert _codes(refused) == [CheckCode.BALLOT_MEMBER]


def test_the_journal_says_nothing_of_a_ballot():
    """An entry outlives the ballots: with the counts and the proposal, it would tell how somebody voted."""
    session = build.make_session()
    deliberation = _open(session)
    entries = Entry.objects.count()

    _cast(deliberation, 2, NO)

    assert Entry.objects.count() == entries


def test_a_majority_that_follows_the_proposal_decides_at_the_close():
    session = build.make_session()
    deliberation = _open(session)
    build.vote(deliberation, YES, YES, NO, ABSTAIN, YES)

    closed = _close(deliberation)

    assert closed.state == DeliberationState.DECIDED
    assert closed.outcome == BlockOutcome.ACQUIRED
    assert (closed.acquired_count, closed.not_acquired_count, closed.abstain_count) == (11, 1, 1)
    assert decision_verdict(closed, bench_of(session).standard.majority).answer == BlockOutcome.ACQUIRED


def test_a_departure_from_the_proposal_waits_for_its_reason():
    session = build.make_session()
    deliberation = _open(session)
    build.vote(deliberation, NO)
    chair = build.chair_of(session)

    assert _close(deliberation).state == DeliberationState.CLOSED
    for said in ({"ground": "evidence", "reason": "  "}, {"reason": "Travaux non personnels."}):
        with pytest.raises(refusals.ReasonMissing):
            services.decide(deliberation, by=chair, at=AT, **said)
    decided = services.decide(deliberation, by=chair, at=AT, ground="evidence", reason="Travaux non personnels.")

    assert (decided.outcome, decided.departure_reason) == (BlockOutcome.NOT_ACQUIRED, "Travaux non personnels.")


def test_a_tie_waits_for_the_casting_vote():
    session = build.make_session(absent=[13])
    deliberation = _open(session)
    build.vote(deliberation, *[YES] * 6, NO)
    chair = build.chair_of(session)

    assert _close(deliberation).state == DeliberationState.CLOSED
    with pytest.raises(refusals.CastingVoteAwaited):
        services.decide(deliberation, by=chair, at=AT)
    with pytest.raises(refusals.NotTheChair):
        services.decide(deliberation, by=build.seat(session, 2).sitting.user, at=AT, casting=YES)
    decided = services.decide(deliberation, by=chair, at=AT, casting=YES)

    assert (decided.outcome, decided.casting_vote) == (BlockOutcome.ACQUIRED, YES)


def test_a_casting_vote_that_departs_says_why():
    session = build.make_session(absent=[13])
    deliberation = _open(session)
    build.vote(deliberation, *[YES] * 6, NO)
    _close(deliberation)

    with pytest.raises(refusals.ReasonMissing):
        services.decide(deliberation, by=build.chair_of(session), at=AT, casting=NO)


def test_a_casting_vote_without_a_tie_weighs_nothing():
    session = build.make_session()
    deliberation = _open(session)
    build.vote(deliberation, NO)
    _close(deliberation)

    decided = services.decide(
        deliberation, by=build.chair_of(session), at=AT, casting=YES, ground="evidence", reason="Motif."
    )

    assert (decided.outcome, decided.casting_vote) == (BlockOutcome.NOT_ACQUIRED, None)


def test_what_is_to_discuss_is_decided_either_way_without_a_reason():
    enrolment = make_enrolment()
    submit_all(enrolment, channels=["training", "company"])
    submit_all(enrolment, channels=["panel"], rating=Rating.PARTIALLY_ACQUIRED)
    session = build.make_session([enrolment])
    deliberation = _open(session)
    build.vote(deliberation, NO)

    assert _close(deliberation).outcome == BlockOutcome.NOT_ACQUIRED


def test_only_abstentions_leave_the_vote_open():
    session = build.make_session()
    deliberation = _open(session)
    build.vote(deliberation, ABSTAIN)

    with pytest.raises(refusals.VoteNotSettled):
        _close(deliberation)

    assert build.deliberation_on(session).is_open


def test_a_vote_is_closed_once():
    session = build.make_session()
    deliberation = _open(session)
    build.vote(deliberation, YES)
    _close(deliberation)

    with pytest.raises(refusals.WrongMoment):
        _close(deliberation)
    with pytest.raises(refusals.WrongMoment):
        services.decide(deliberation, by=build.chair_of(session), at=AT)
    assert Ballot.objects.count() == 13


def test_no_vote_opens_before_the_session():
    session = build.make_session(state=SessionState.CONVENED)

    with pytest.raises(refusals.WrongMoment):
        _open(session)
