"""What a page asks while a meeting goes on: nothing when nothing happened, never a word of a dossier withdrawn."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries import services
from juries.enums import Presence, SessionState
from juries.live import last_change
from juries.models import JuryMember
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin, make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
CANARY = "Zzyzx"


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _as(client, session, number):
    client.force_login(build.seat(session, number).sitting.user)
    return client


def _ask(client, session, since=0):
    return client.get(_page("live", session), {"depuis": since})


def _known(session, number):
    seat = build.seat(session, number)
    return last_change(session, seat.sitting.user, seat)


@pytest.fixture
def recused():
    """A session of two dossiers; the member in seat 3 is withdrawn from the first, named after the canary."""
    enrolments = [make_enrolment(candidate=make_candidate(birth_name=CANARY)), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment)
    members = build.make_members()
    JuryMember.objects.filter(pk=members[2].pk).update(company=enrolments[0].company)
    return build.make_session(enrolments, members=members)


def test_nothing_new_is_answered_with_nothing(client):
    session = build.make_session()
    _as(client, session, 3)
    since = _ask(client, session).json()["seq"]

    answer = _ask(client, session, since)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "no-store" in answer["Cache-Control"]


def test_what_happens_is_told_once(client):
    session = build.make_session()
    _as(client, session, 3)
    since = _known(session, 3)
    services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT)

    answer = _ask(client, session, since).json()

    assert answer["seq"] > since
    assert answer["state"] == "open"
    assert (answer["present"], answer["required"], answer["is_quorate"]) == (13, 7, True)
    assert _ask(client, session, answer["seq"]).status_code == 204


@pytest.mark.parametrize("since", ["", "-1", "²", "deux", "1" * 40, "1.5"])
def test_a_page_that_counts_badly_is_told_where_things_stand(client, since):
    session = build.make_session()

    assert _ask(_as(client, session, 3), session, since).json()["seq"] == _known(session, 3)


def test_nothing_of_a_dossier_withdrawn_is_counted(client, recused):
    since, known_to_all = _known(recused, 3), _known(recused, 4)

    for deliberation in services.open_votes(build.dossier_of(recused), by=build.chair_of(recused), at=AT):
        build.vote(deliberation, "acquired")
    services.close_votes(build.dossier_of(recused), by=build.chair_of(recused), at=AT)

    assert _ask(_as(client, recused, 3), recused, since).status_code == 204
    assert _known(recused, 3) == since
    assert _ask(_as(client, recused, 4), recused, known_to_all).json()["seq"] == _known(recused, 4) > known_to_all


def test_a_dossier_withdrawn_is_on_the_table_without_its_name(client, recused):
    since = _known(recused, 3)
    services.call_dossier(recused, build.dossier_of(recused), by=build.chair_of(recused), at=AT)
    _as(client, recused, 3)

    answer, bar = _ask(client, recused, since), client.get(_page("live_bar", recused))

    assert (answer.json()["dossier"], answer.json()["hidden"]) == (None, True)
    assert build.dossier_of(recused).enrolment.reference not in answer.content.decode() + bar.content.decode()
    assert CANARY not in bar.content.decode()
    assert "retiré de votre vue" in bar.content.decode()
    assert answer.json()["present"] == 13  # of the meeting, not of the dossier


def test_the_quorum_told_is_that_of_the_dossier_on_the_table(client, recused):
    services.call_dossier(recused, build.dossier_of(recused), by=build.chair_of(recused), at=AT)

    answer = _ask(_as(client, recused, 4), recused).json()

    assert answer["present"] == 12
    assert answer["dossier"] == _page("dossier", recused, build.dossier_of(recused).enrolment.reference)
    assert answer["called_at"] == AT.isoformat()


def test_whoever_has_not_declared_learns_the_state_and_nothing_else(client):
    session = build.make_session(declared=False, state=SessionState.OPEN)
    for number in (1, 2):
        seat = build.seat(session, number)
        services.declare_conflicts(seat, [], by=seat.sitting.user, at=AT)
    since = _known(session, 3)
    services.call_dossier(session, build.dossier_of(session), by=build.chair_of(session), at=AT)
    _as(client, session, 3)

    assert _ask(client, session, since).status_code == 204
    assert set(_ask(client, session).json()) == {"seq", "state"}


def test_a_stranger_is_told_that_there_is_no_such_meeting(client):
    session = build.make_session()
    client.force_login(make_user())

    assert _ask(client, session).status_code == 404


def test_a_session_in_preparation_is_nobody_s_but_the_secretariat_s(client):
    session = build.make_session(state=SessionState.PREPARED)
    member = build.seat(session, 3).sitting.user

    client.force_login(member)
    assert _ask(client, session).status_code == 404
    client.force_login(make_admin())
    assert _ask(client, session).status_code == 200


def test_whoever_has_signed_out_is_told_so(client):
    session = build.make_session()

    assert client.get(_page("live", session), headers={"accept": "application/json"}).status_code == 401


def _queries(client, session, since):
    with CaptureQueriesContext(connection) as queries:
        answer = _ask(client, session, since)
    return answer.status_code, len(queries)


@pytest.mark.parametrize("dossiers", [3, 30])
def test_asking_costs_the_same_however_long_the_agenda(client, dossiers):
    enrolments = [make_enrolment() for _ in range(dossiers)]
    session = build.make_session(enrolments)
    services.call_dossier(session, build.dossier_of(session), by=build.chair_of(session), at=AT)
    _as(client, session, 3)
    since = _ask(client, session).json()["seq"]

    assert _queries(client, session, since) == (204, 6)
    assert _queries(client, session, 0) == (200, 12)


def test_asking_writes_nothing(client):
    session = build.make_session()
    _as(client, session, 3)

    with CaptureQueriesContext(connection) as queries:
        _ask(client, session)
        client.get(_page("live_bar", session))

    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_losing_the_quorum_suspends_the_votes_until_it_is_back(client):
    session = build.make_session()
    dossier, chair = build.dossier_of(session), build.chair_of(session)
    deliberation = services.open_vote(build.deliberation_on(session), by=chair, at=AT)
    gone = dict.fromkeys(range(7, 14), Presence.LEFT)
    page = _page("dossier", session, dossier.enrolment.reference)
    ballot = _page("vote", session, dossier.enrolment.reference, "BC1")
    _as(client, session, 3)

    services.record_presence(session, gone, by=chair, at=AT)

    assert _ask(client, session).json()["is_suspended"]
    assert "Vote suspendu" in client.get(page).content.decode()
    assert client.post(ballot, {"choice": "acquired"}, headers={"hx-request": "true"}).status_code == 409

    services.record_presence(session, {7: Presence.PRESENT}, by=chair, at=AT)

    assert not _ask(client, session).json()["is_suspended"]
    assert "Vote suspendu" not in client.get(page).content.decode()
    assert client.post(ballot, {"choice": "acquired"}, headers={"hx-request": "true"}).status_code == 200
    assert deliberation.ballots.count() == 1
