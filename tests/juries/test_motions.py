"""Dossiers adopted together: proposed, adopted, pulled out, counted once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.enums import Rating
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, DeliberationState, MotionState, Presence
from juries.models import Ballot, Deliberation, Motion
from juries.reading.votes import read_votes
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
YES, NO, ABSTAIN = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN
FEW = ["BC1", "BC2"]


def unanimous(rating=Rating.ACQUIRED):
    """All seven blocks, or the proposal is not complete."""
    enrolment = make_enrolment()
    submit_all(enrolment, rating=rating)
    return enrolment


@pytest.fixture
def session():
    return build.make_session([unanimous(), unanimous(Rating.NOT_ACQUIRED)])


def propose(session):
    return services.propose_motion(session, by=build.chair_of(session), at=AT)


def adopt(motion, number):
    user = build.seat(motion.session, number).sitting.user
    return services.adopt_motion(motion, by=user, at=AT)


def close(motion):
    return services.close_motion(motion, by=build.chair_of(motion.session), at=AT)


def states(session, position=1):
    dossier = build.dossier_of(session, position)
    return set(dossier.deliberations.values_list("state", flat=True))


def test_proposing_opens_every_vote_of_the_unanimous_dossiers_with_one_entry_each(session):
    motion = propose(session)

    assert motion.items.count() == 2
    assert states(session) == states(session, 2) == {DeliberationState.OPEN}
    opened = Entry.objects.filter(action="session.vote_opened")
    references = {build.dossier_of(session, n).enrolment.reference for n in (1, 2)}
    assert {entry.after["enrolment"] for entry in opened} == references
    assert opened.count() == 2


def test_what_is_to_discuss_or_incomplete_is_left_out():
    divided, incomplete = make_enrolment(), make_enrolment()
    submit_all(divided, channels=["training", "company"])
    submit_all(divided, channels=["panel"], rating=Rating.PARTIALLY_ACQUIRED)
    submit_all(incomplete, blocks=FEW)
    session = build.make_session([unanimous(), divided, incomplete])

    motion = propose(session)

    assert [item.dossier.position for item in motion.items.all()] == [1]
    assert states(session, 2) == states(session, 3) == {DeliberationState.PENDING}


def test_a_dossier_without_a_quorum_is_left_out(session):
    services.record_presence(session, dict.fromkeys(range(8, 14), Presence.LEFT), by=build.chair_of(session), at=AT)
    second = build.dossier_of(session, 2)
    seat = build.seat(session, 7)
    services.declare_conflicts(seat, [services.Conflict(second)], by=seat.sitting.user, at=AT)

    assert [item.dossier.position for item in propose(session).items.all()] == [1]


def test_each_proposes_the_dossiers_that_they_lead(session):
    chair, second = build.chair_of(session), build.dossier_of(session, 2)
    services.declare_conflicts(build.seat(session, 1), [services.Conflict(second)], by=chair, at=AT)
    vice_chair = build.seat(session, 2).sitting.user

    mine, theirs = propose(session), services.propose_motion(session, by=vice_chair, at=AT)

    assert [item.dossier.position for item in mine.items.all()] == [1]
    assert [item.dossier.position for item in theirs.items.all()] == [2]
    assert {row.presided_by.user for row in second.deliberations.select_related("presided_by__user")} == {vice_chair}


def test_proposing_is_refused_to_members_twice_and_for_nothing(session):
    with pytest.raises(refusals.NotTheChair):
        services.propose_motion(session, by=build.seat(session, 3).sitting.user, at=AT)
    propose(session)
    with pytest.raises(refusals.MotionUnderWay):
        propose(session)


def test_nothing_to_adopt_is_said():
    session = build.make_session(complete=False)

    with pytest.raises(refusals.NothingToAdopt):
        propose(session)


def test_adopting_follows_each_proposal_where_the_member_has_not_voted(session):
    motion = propose(session)
    seat = build.seat(session, 3)
    services.cast_ballot(build.deliberation_on(session), seat, ABSTAIN, by=seat.sitting.user, at=AT)

    adopted = adopt(motion, 3)

    assert (adopted.dossiers, adopted.ballots) == (2, 13)
    mine = Ballot.objects.filter(seat=seat).values_list("deliberation__proposal", "choice")
    assert sorted(mine) == sorted([("acquired", ABSTAIN)] + [("acquired", YES)] * 6 + [("not_acquired", NO)] * 7)
    assert Entry.objects.order_by("-seq").first().action == "session.motion_proposed"


def test_adopting_twice_changes_nothing(session):
    motion = propose(session)
    adopt(motion, 3)

    assert adopt(motion, 3).ballots == 0
    assert Ballot.objects.count() == 14


def test_a_recused_member_adopts_only_what_they_see(session):
    seat, second = build.seat(session, 4), build.dossier_of(session, 2)
    services.declare_conflicts(seat, [services.Conflict(second)], by=seat.sitting.user, at=AT)

    assert adopt(propose(session), 4).dossiers == 1
    assert not Ballot.objects.filter(deliberation__dossier=second).exists()


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        pytest.param({"absent": [5]}, refusals.BallotRefused, id="absent"),
        pytest.param({"declared": False}, refusals.ConflictsNotDeclared, id="undeclared"),
    ],
)
def test_who_may_not_vote_does_not_adopt(before, refusal):
    session = build.make_session([unanimous()], **before)
    if "declared" in before:
        services.declare_conflicts(build.seat(session, 1), [], by=build.chair_of(session), at=AT)
    motion = propose(session)

    with pytest.raises(refusal):
        adopt(motion, 5)
    assert not Ballot.objects.exists()


def test_any_member_pulls_a_dossier_out_and_its_votes_stay_open(session):
    motion = propose(session)
    adopt(motion, 3)
    second = build.dossier_of(session, 2)

    item = services.pull_out(motion, second, by=build.seat(session, 9).sitting.user, at=AT)
    for number in range(1, 14):
        adopt(motion, number)
    count = close(motion)

    assert item.pulled_by.number == 9
    assert len(count.closed) == 7
    assert states(session) == {DeliberationState.DECIDED}
    assert states(session, 2) == {DeliberationState.OPEN}
    seat = build.seat(session, 3)
    services.cast_ballot(build.deliberation_on(session, position=2), seat, YES, by=seat.sitting.user, at=AT)
    (entry,) = Entry.objects.filter(action="session.motion_pulled")
    assert entry.after == {"enrolment": second.enrolment.reference, "seat": 9}


def test_a_dossier_is_pulled_out_once_by_a_member_who_votes_on_it(session):
    motion, second = propose(session), build.dossier_of(session, 2)
    seat = build.seat(session, 4)
    services.declare_conflicts(seat, [services.Conflict(second)], by=seat.sitting.user, at=AT)

    with pytest.raises(refusals.NotYourSeat):
        services.pull_out(motion, second, by=seat.sitting.user, at=AT)
    services.pull_out(motion, second, by=build.seat(session, 5).sitting.user, at=AT)
    with pytest.raises(refusals.MotionMoved):
        services.pull_out(motion, second, by=build.seat(session, 6).sitting.user, at=AT)


def test_closing_counts_every_vote_once_and_decides(session):
    motion = propose(session)
    for number in range(1, 14):
        adopt(motion, number)

    count = close(motion)

    assert (len(count.closed), count.left) == (14, ())
    assert states(session) == states(session, 2) == {DeliberationState.DECIDED}
    decided = Deliberation.objects.filter(dossier__session=session)
    assert set(decided.values_list("proposal", "outcome", "acquired_count", "not_acquired_count")) == {
        ("acquired", "acquired", 13, 0),
        ("not_acquired", "not_acquired", 0, 13),
    }
    assert Entry.objects.filter(action="session.vote_closed").count() == 2
    with pytest.raises(refusals.WrongMoment):
        close(motion)
    with pytest.raises(refusals.WrongMoment):
        adopt(motion, 3)


@pytest.mark.parametrize(("closing", "left"), [pytest.param(1, 2, id="the-chair"), pytest.param(2, 1, id="the-vice")])
def test_each_counts_what_they_lead_and_leaves_the_rest_open(session, closing, left):
    motion, second = propose(session), build.dossier_of(session, 2)
    for number in range(1, 14):
        adopt(motion, number)
    by = build.seat(session, closing).sitting.user
    with pytest.raises(refusals.NotTheChair):
        services.close_motion(motion, by=build.seat(session, 2).sitting.user, at=AT)
    services.declare_conflicts(build.seat(session, 1), [services.Conflict(second)], by=build.chair_of(session), at=AT)

    services.close_motion(motion, by=by, at=AT)

    assert states(session, closing) == {DeliberationState.DECIDED}
    assert states(session, left) == {DeliberationState.OPEN}


def test_what_does_not_settle_stays_open_and_is_said(session):
    motion = propose(session)
    for number in range(1, 14):
        adopt(motion, number)
    last = build.deliberation_on(session, "BC1")
    for seat in build.seats_of(session):
        services.cast_ballot(last, seat, ABSTAIN, by=seat.sitting.user, at=AT)

    count = close(motion)

    ((left, refusal),) = count.left
    assert (left.pk, type(refusal)) == (last.pk, refusals.VoteNotSettled)
    assert Deliberation.objects.get(pk=last.pk).is_open
    assert Motion.objects.get().state == MotionState.CLOSED


def test_a_departure_waits_for_its_reason_apart(session):
    motion = propose(session)
    for seat in build.seats_of(session):
        services.cast_ballot(build.deliberation_on(session), seat, NO, by=seat.sitting.user, at=AT)
        adopt(motion, seat.number)

    close(motion)

    assert build.deliberation_on(session).is_closed
    assert build.deliberation_on(session, "BC2").is_decided


def test_nothing_is_closed_when_nothing_can_be_counted(session):
    motion = propose(session)

    with pytest.raises(refusals.NothingCounted):
        close(motion)

    motion.refresh_from_db()
    assert motion.state == MotionState.OPEN


def test_a_lost_quorum_leaves_the_votes_open(session):
    motion = propose(session)
    for number in range(1, 7):
        adopt(motion, number)
    gone = dict.fromkeys(range(7, 14), Presence.LEFT)
    services.record_presence(session, gone, by=build.chair_of(session), at=AT)

    with pytest.raises(refusals.NothingCounted):
        close(motion)

    assert states(session) == {DeliberationState.OPEN}


def test_who_voted_before_leaving_still_counts_in_the_quorum_of_the_vote(session):
    motion = propose(session)
    for number in range(1, 8):
        adopt(motion, number)
    gone = dict.fromkeys(range(7, 14), Presence.LEFT)
    services.record_presence(session, gone, by=build.chair_of(session), at=AT)

    assert len(close(motion).closed) == 14


class TestPages:
    def test_a_member_reads_what_is_proposed_and_adopts_in_one_click(self, client, session):
        motion, seat = propose(session), build.seat(session, 3)
        client.force_login(seat.sitting.user)
        page = client.get(reverse("juries:session", args=[session.reference])).text

        assert "J’adopte ces 2 dossiers" in page
        assert "non acquis : BC1" in page
        client.post(reverse("juries:adopt_motion", args=[session.reference, motion.pk]))

        assert Ballot.objects.filter(seat=seat).count() == 14
        page = client.get(reverse("juries:session", args=[session.reference])).text
        assert "1 sur 13 ont voté partout" in page
        assert "J’adopte" not in page

    def test_a_recused_member_is_told_nothing_of_the_dossier_they_left(self, client, session):
        seat, second = build.seat(session, 4), build.dossier_of(session, 2)
        services.declare_conflicts(seat, [services.Conflict(second)], by=seat.sitting.user, at=AT)
        propose(session)
        client.force_login(seat.sitting.user)

        page = client.get(reverse("juries:motions", args=[session.reference])).text

        assert "J’adopte ce dossier" in page
        assert second.enrolment.reference not in page
        assert second.enrolment.candidate.birth_name not in page

    def test_whoever_had_adopted_is_told_who_pulled_it_out_and_that_their_vote_may_change(self, client, session):
        motion, seat = propose(session), build.seat(session, 3)
        adopt(motion, 3)
        services.pull_out(motion, build.dossier_of(session, 2), by=build.seat(session, 9).sitting.user, at=AT)
        client.force_login(seat.sitting.user)

        page = client.get(reverse("juries:session", args=[session.reference])).text

        assert build.seat(session, 9).sitting.user.full_name in page
        assert "Votre vote y reste modifiable" in page

    def test_the_chair_proposes_and_closes_from_the_console(self, client, session):
        client.force_login(build.chair_of(session))
        console = reverse("juries:console", args=[session.reference])
        assert "Adopter en bloc les 2 dossiers unanimes" in client.get(console).text

        client.post(reverse("juries:propose_motion", args=[session.reference]))
        motion = Motion.objects.get()
        for number in range(1, 14):
            adopt(motion, number)
        page = client.post(reverse("juries:close_motion", args=[session.reference, motion.pk]), follow=True).text

        assert "14\N{NO-BREAK SPACE}votes comptés" in page
        assert states(session) == {DeliberationState.DECIDED}

    def test_the_chair_adopts_from_the_console_and_stays_there(self, client, session):
        motion = propose(session)
        client.force_login(build.chair_of(session))
        console = reverse("juries:console", args=[session.reference])

        assert "J’adopte ces 2 dossiers" in client.get(console).text
        address = reverse("juries:adopt_motion", args=[session.reference, motion.pk])
        assert client.post(address, {"next": "console"}).url == console
        assert "Vous avez voté sur chacun" in client.get(console).text

    def test_a_dossier_follows_its_motion_with_its_votes(self, client, session):
        motion, dossier = propose(session), build.dossier_of(session)
        client.force_login(build.seat(session, 3).sitting.user)
        address = reverse("juries:votes", args=[session.reference, dossier.enrolment.reference])
        votes = read_votes(dossier, build.seat(session, 3), may_vote=True)
        shown = {vote.code: vote.signature for vote in votes}

        assert client.get(address, shown | {"lot": f"{motion.pk}.1.0"}).status_code == 204
        services.pull_out(motion, dossier, by=build.seat(session, 4).sitting.user, at=AT)
        told = client.get(address, shown | {"lot": f"{motion.pk}.1.0"}).text

        assert 'id="motion-here" hx-swap-oob="true"' in told
        assert "Ce dossier est dans un lot" not in told

    def test_a_motion_of_dossiers_one_does_not_see_is_not_there(self, client, session):
        chair = build.chair_of(session)
        motion = propose(session)
        seat = build.seat(session, 4)
        for position in (1, 2):
            conflict = services.Conflict(build.dossier_of(session, position))
            services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)
        client.force_login(seat.sitting.user)

        answer = client.post(reverse("juries:adopt_motion", args=[session.reference, motion.pk]))
        nowhere = client.post(reverse("juries:adopt_motion", args=[session.reference, motion.pk + 1]))

        assert (answer.status_code, nowhere.status_code) == (404, 404)
        assert chair != seat.sitting.user

    def test_the_page_asks_as_much_for_one_dossier_as_for_three(self, client):

        counts = []
        for number in (1, 3):
            session = build.make_session([unanimous() for _ in range(number)])
            propose(session)
            client.force_login(build.seat(session, 3).sitting.user)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("juries:motions", args=[session.reference]))
            counts.append(len(queries))
        assert counts[0] == counts[1]
