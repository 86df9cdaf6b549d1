"""What the chair conducts, and the secretariat prepares and concludes, page by page."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.models import AcquiredBlock
from juries.enums import BlockOutcome, DeliberationState, Presence, SessionState
from juries.models import Deliberation, JurySession
from juries.reading.agenda import Group
from tests.builders import juries as build
from tests.builders.candidates import current_version, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _dossier_page(session, name, *args):
    return _page(name, session, build.dossier_of(session).enrolment.reference, *args)


def _chair(client, session):
    client.force_login(build.chair_of(session))


def _told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def test_a_whole_session_through_its_pages(client, django_capture_on_commit_callbacks):
    """Opened, attended, voted, closed, sealed, ratified, published: nobody but its own people at each step."""
    session = build.make_session(state=SessionState.CONVENED, held_on=timezone.localdate())
    _chair(client, session)
    client.post(_page("declare", session), {})
    client.post(_page("open", session))
    client.post(_page("attendance", session), {"everybody": "1"})
    assert {seat.presence for seat in build.seats_of(session)} == {Presence.PRESENT}
    for seat in build.seats_of(session):
        client.force_login(seat.sitting.user)
        client.post(_page("declare", session), {})
    _chair(client, session)
    client.post(_dossier_page(session, "open_votes"))
    for seat in build.seats_of(session):
        client.force_login(seat.sitting.user)
        for row in Deliberation.objects.all():
            client.post(_dossier_page(session, "vote", row.code), {"choice": "acquired"})
    _chair(client, session)
    client.post(_dossier_page(session, "close_votes"), {"next": "console"})
    assert set(Deliberation.objects.values_list("outcome", flat=True)) == {BlockOutcome.ACQUIRED}
    client.post(_page("close", session))
    assert "Projet de procès-verbal" in client.get(_page("minutes", session)).content.decode()
    client.post(_page("submit_minutes", session), {"incidents": "Coupure.\n\nReprise."})
    for seat in build.seats_of(session)[1:]:
        client.force_login(seat.sitting.user)
        read = client.get(_page("minutes", session)).context["approval_form"]
        client.post(_page("approve_minutes", session), {"submitted_at": read["submitted_at"].value()})
    _chair(client, session)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(_page("seal", session))
    session.refresh_from_db()
    assert len(session.minutes.context["approvals"]) == 13
    assert session.minutes.context["incidents"] == ["Coupure.", "Reprise."]
    client.force_login(make_admin())
    client.post(_page("ratify", session), {"decided_on": timezone.localdate(), "chaired_by": "Camille Fontenay"})
    client.post(_page("publish", session))

    session.refresh_from_db()
    assert session.state == SessionState.PUBLISHED
    assert AcquiredBlock.objects.count() == 7


def test_a_member_who_does_not_preside_is_refused(client):
    session = build.make_session()
    client.force_login(build.seat(session, 3).sitting.user)

    assert client.get(_page("console", session)).status_code == 403
    for name in ("open", "attendance", "hand_over", "close", "seal"):
        assert client.post(_page(name, session)).status_code == 403
    for name in ("open_votes", "close_votes"):
        assert client.post(_dossier_page(session, name)).status_code == 403
    assert set(Deliberation.objects.values_list("state", flat=True)) == {DeliberationState.PENDING}


def test_a_juror_does_not_administer(client):
    session = build.make_session()
    _chair(client, session)

    assert client.get(_page("administration", session)).status_code == 403
    assert client.get(reverse("juries:prepare")).status_code == 403
    for name in ("compose", "add_dossiers", "convene", "ratify", "publish"):
        assert client.post(_page(name, session)).status_code == 403


def test_one_block_is_opened_and_closed_alone(client):
    session = build.make_session()
    _chair(client, session)

    client.post(_dossier_page(session, "open_votes"), {"block": "BC3"})
    build.vote(build.deliberation_on(session, "BC3"), "acquired")
    client.post(_dossier_page(session, "close_votes"), {"block": "BC3"})

    assert [row.code for row in Deliberation.objects.filter(state=DeliberationState.DECIDED)] == ["BC3"]


def test_what_the_rules_refuse_is_told_with_their_reasons(client):
    session = build.make_session(absent=range(7, 14))
    _chair(client, session)

    response = client.post(_dossier_page(session, "open_votes"), follow=True)

    (told,) = _told(response)
    assert told.startswith("Le quorum n’est pas réuni sur ce dossier.")
    assert "6" in told


def test_a_departure_is_decided_on_the_page_with_its_reason(client):
    session = build.make_session()
    _chair(client, session)
    client.post(_dossier_page(session, "open_votes"), {"block": "BC1"})
    build.vote(build.deliberation_on(session), "not_acquired")
    client.post(_dossier_page(session, "close_votes"), {"block": "BC1"})

    assert "Motif de l’écart" in client.get(_dossier_page(session, "dossier")).content.decode()
    refused = client.post(_dossier_page(session, "decide", "BC1"), {"reason": ""}, follow=True)
    client.post(_dossier_page(session, "decide", "BC1"), {"ground": "evidence", "reason": "Travaux non personnels."})

    assert _told(refused) == [
        "La décision s’écarte de la proposition : choisissez la nature de l’écart et écrivez pourquoi."
    ]
    assert build.deliberation_on(session).departure_reason == "Travaux non personnels."


def test_a_tie_is_settled_on_the_page(client):
    session = build.make_session(absent=[13])
    _chair(client, session)
    client.post(_dossier_page(session, "open_votes"), {"block": "BC1"})
    build.vote(build.deliberation_on(session), *["acquired"] * 6, "not_acquired")
    client.post(_dossier_page(session, "close_votes"), {"block": "BC1"})

    assert "votre voix est prépondérante" in client.get(_dossier_page(session, "dossier")).content.decode()
    client.post(_dossier_page(session, "decide", "BC1"), {"casting": "acquired"})

    assert build.deliberation_on(session).outcome == BlockOutcome.ACQUIRED


def test_the_chair_is_called_by_name_the_last_who_have_not_voted(client):
    session = build.make_session(absent=range(8, 14))
    _chair(client, session)
    client.post(_dossier_page(session, "open_votes"), {"block": "BC1"})
    last = build.seat(session, 7).sitting.user.full_name
    for number in range(1, 7):
        client.force_login(build.seat(session, number).sitting.user)
        client.post(_dossier_page(session, "vote", "BC1"), {"choice": "acquired"})

    _chair(client, session)
    assert f"On attend : {last}." in client.get(_dossier_page(session, "dossier")).content.decode()


def test_the_chair_changes_hands_on_the_page(client):
    session = build.make_session()
    _chair(client, session)

    client.post(_page("hand_over", session), {"seat": "4"})

    assert build.chair_of(session) == build.seat(session, 4).sitting.user
    assert client.get(_page("console", session)).status_code == 403


def test_a_substitute_takes_the_seat_on_the_page(client):
    session = build.make_session(substitutes={2: build.make_member("union")})
    _chair(client, session)

    client.post(_page("substitute", session, 2))

    assert build.seat(session, 2).is_substituted


def test_the_secretariat_prepares_a_session(client, admin):
    version = current_version()
    values = {"version": version.pk, "held_on": "2021-06-15", "starts": "09:30", "means": "remote"}
    values["place"] = "Visioconférence"

    assert client.get(reverse("juries:prepare")).status_code == 200
    response = client.post(reverse("juries:prepare"), values)

    session = JurySession.objects.get()
    assert response.url == _page("administration", session)
    assert session.created_by == admin


def test_the_secretariat_composes_the_jury_and_its_agenda(client, admin):
    session = build.make_session([], SessionState.PREPARED, members=[])
    members, enrolment = build.make_members(), make_enrolment()
    submit_all(enrolment)
    places = {f"member_{number}": member.pk for number, member in enumerate(members, start=1)}

    partial = client.get(_page("composition_check", session), {"member_1": members[0].pk, "chair": "1"})
    client.post(_page("compose", session), places | {"chair": "2", "vice_chair": "1"})
    offered = client.get(_page("administration", session)).content.decode()
    client.post(_page("add_dossiers", session), {"enrolments": [enrolment.pk]})
    client.post(_page("convene", session), {"confirmed": "on"})

    assert "Il manque 4 sièges au collège « organisations syndicales »" in partial.content.decode().replace("\xa0", " ")
    assert enrolment.reference in offered
    session.refresh_from_db()
    assert session.state == SessionState.CONVENED
    assert build.chair_of(session) == members[1].user


def test_an_incomplete_jury_is_not_convened(client, admin):
    session = build.make_session(state=SessionState.PREPARED, members=build.make_members(12))

    page = client.get(_page("administration", session)).content.decode()
    response = client.post(_page("convene", session), {"confirmed": "on"}, follow=True)

    assert "Convoquer le jury" not in page
    assert _told(response)[0].startswith("Le jury n’est pas au complet.")


def test_incomplete_candidates_are_offered_on_demand(client, admin):
    session = build.make_session([], SessionState.PREPARED)
    enrolment = make_enrolment()

    url = _page("administration", session)
    assert enrolment.reference not in client.get(url).content.decode()
    assert enrolment.reference in client.get(url, {"tous": ""}).content.decode()


def test_what_the_cpnefp_sends_back_is_recorded_with_its_reason(client, admin):
    session = build.make_session(state=SessionState.SEALED)
    row = build.deliberation_on(session, "BC4")
    values = {"decided_on": date(2021, 6, 30), "chaired_by": "Camille Fontenay", f"reason_{row.pk}": "À revoir."}

    assert "Décision de la CPNEFP" in client.get(_page("administration", session)).content.decode()
    client.post(_page("ratify", session), values)

    (exception,) = session.ratification.exceptions.all()
    assert (exception.deliberation, exception.reason) == (row, "À revoir.")


def test_a_decision_without_a_date_comes_back_with_what_was_typed(client, admin):
    session = build.make_session(state=SessionState.SEALED)

    response = client.post(_page("ratify", session), {"chaired_by": "Camille Fontenay"})

    assert response.status_code == 422
    assert "Camille Fontenay" in response.content.decode()


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group.UNANIMOUS, "Unanime"),
        (Group.INCOMPLETE, "Incomplet"),
        (Group.DECIDED, "Décidé"),
        (Group.VOTING, "Vote ouvert"),
    ],
)
def test_the_state_of_one_dossier_is_told_in_the_singular(group, words):
    assert group.one == words
