"""The presidency's desk: what is on the table, who has voted and never what, who comes next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries import services
from juries.enums import AttendanceMeans, Presence, SessionMeans
from juries.models import Sitting
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _evaluated(number):
    enrolments = [make_enrolment() for _ in range(number)]
    for enrolment in enrolments:
        submit_all(enrolment)
    return enrolments


def _chair(client, session):
    client.force_login(build.chair_of(session))
    return client


def test_the_chair_calls_one_dossier_after_another(client):
    session = build.make_session(_evaluated(2))
    _chair(client, session)

    for position in (1, 2):
        following = client.get(_page("console", session)).context["desk"].following.dossier
        client.post(_page("call", session), {"enrolment": following.enrolment.reference})
        assert Sitting.objects.get().dossier == build.dossier_of(session, position)

    client.post(_page("call", session))
    assert Sitting.objects.get().dossier is None


def test_the_desk_says_who_has_voted_and_not_what(client):
    session = build.make_session()
    chair = build.chair_of(session)
    services.call_dossier(session, build.dossier_of(session), by=chair, at=AT)
    deliberation = services.open_vote(build.deliberation_on(session), by=chair, at=AT)
    member = build.seat(session, 3)
    services.cast_ballot(deliberation, member, "not_acquired", by=member.sitting.user, at=AT)

    page = _chair(client, session).get(_page("console", session))

    desk = page.context["desk"]
    assert [voter.seat.number for voter in desk.voters if not voter.awaited] == [3]
    assert (desk.have_voted, len(desk.voters)) == (1, 13)
    assert "non acquis" not in page.content.decode()


def test_the_desk_says_that_the_vote_is_suspended(client):
    session = build.make_session()
    chair = build.chair_of(session)
    services.call_dossier(session, build.dossier_of(session), by=chair, at=AT)
    services.open_vote(build.deliberation_on(session), by=chair, at=AT)
    services.record_presence(session, dict.fromkeys(range(7, 14), Presence.LEFT), by=chair, at=AT)

    page = _chair(client, session).get(_page("console", session)).content.decode()

    assert page.count("Vote suspendu") == 1


def test_minutes_are_chosen_among_those_offered(client):
    session = build.make_session()
    _chair(client, session)

    for given, kept in (("10", 10), ("-3", 10), ("", 10), ("0", None)):
        client.post(_page("give_minutes", session), {"minutes": given})
        assert Sitting.objects.get().minutes == kept


def test_only_what_the_chair_has_changed_is_noted(client):
    """Seat 4 was lost since the page was shown: saving the form does not say that they are there."""
    session = build.make_session(means=SessionMeans.MIXED)
    form = _chair(client, session).get(_page("console", session)).context["attendance"]
    sent = {name: form[name].value() for name in form.fields}
    session.seats.filter(number=4).update(presence=Presence.LOST)

    client.post(_page("attendance", session), sent | {"presence_5": "left", "means_6": "remote"})

    assert [build.seat(session, number).presence for number in (4, 5, 6)] == ["lost", "left", "present"]
    assert build.seat(session, 6).attends_by == AttendanceMeans.REMOTE


@pytest.mark.parametrize("dossiers", [3, 30])
def test_the_desk_costs_the_same_however_long_the_agenda(client, dossiers):
    session = build.make_session([make_enrolment() for _ in range(dossiers)])
    services.call_dossier(session, build.dossier_of(session), by=build.chair_of(session), at=AT)
    _chair(client, session).get(_page("console", session))

    with CaptureQueriesContext(connection) as queries:
        client.get(_page("console", session))

    assert len(queries) <= 45
