"""What a juror sees: conflicts first, dossiers, votes; and never a dossier they are recused from."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries import services
from juries.enums import BallotChoice, Presence, SessionState
from juries.models import Ballot, JuryMember, Recusal
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin, make_referent, make_training_member, make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
CANARY = "Zzyzx"


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _dossier_page(session, name="dossier", *args, position=1):
    return _page(name, session, build.dossier_of(session, position).enrolment.reference, *args)


def _sign_in(client, session, number):
    seat = build.seat(session, number)
    client.force_login(seat.sitting.user)
    return seat


def _open(session, block="BC1"):
    return services.open_vote(build.deliberation_on(session, block), by=build.chair_of(session), at=AT)


@pytest.fixture
def recused():
    """A session with a dossier named after the canary, from which seat 2 is recused."""
    enrolments = [make_enrolment(candidate=make_candidate(birth_name=CANARY)), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment)
    members = build.make_members()
    JuryMember.objects.filter(pk=members[1].pk).update(company=enrolments[0].company)
    return build.make_session(enrolments, members=members)


def test_conflicts_come_before_anything_else(client):
    session = build.make_session(declared=False)
    seat = _sign_in(client, session, 3)
    name = build.dossier_of(session).enrolment.candidate.display_name

    page = client.get(_page("session", session))
    assert "Avez-vous un lien avec un candidat" in page.content.decode()
    assert name in page.content.decode()
    assert client.get(_dossier_page(session)).url == _page("session", session)

    client.post(_page("declare", session), {})
    assert build.seat(session, 3).conflicts_declared_at
    assert client.get(_dossier_page(session)).status_code == 200
    assert not Recusal.objects.filter(seat=seat).exists()


def test_a_conflict_declared_on_the_page_closes_the_dossier(client):
    session = build.make_session(declared=False)
    seat, dossier = _sign_in(client, session, 3), build.dossier_of(session)

    client.post(_page("declare", session), {f"conflict_{dossier.pk}": "on", f"detail_{dossier.pk}": "Ma filleule"})

    assert Recusal.objects.get(seat=seat).detail == "Ma filleule"
    assert client.get(_dossier_page(session)).status_code == 404
    assert "1 dossier retiré" in client.get(_page("session", session)).content.decode().replace("\xa0", " ")


def test_a_conflict_found_on_reading_closes_the_dossier(client):
    session = build.make_session()
    _sign_in(client, session, 3)

    client.post(_dossier_page(session, "withdraw"), {"detail": ""})

    assert client.get(_dossier_page(session)).status_code == 404


def test_a_recused_member_meets_the_dossier_nowhere(client, recused):
    _sign_in(client, recused, 2)
    reference = build.dossier_of(recused).enrolment.reference
    services.hand_over_chair(build.seat(recused, 2), by=build.chair_of(recused), at=AT)

    readable = [
        reverse("home"),
        reverse("juries:sessions"),
        _page("session", recused),
        _page("console", recused),
        _dossier_page(recused, position=2),
        _dossier_page(recused, "votes", position=2),
    ]
    for url in readable:
        shown = client.get(url).content.decode()
        assert CANARY not in shown
        assert reference not in shown
    for name in ("dossier", "votes"):
        assert client.get(_dossier_page(recused, name)).status_code == 404
    for name, *args in (("vote", "BC1"), ("withdraw",), ("open_votes",), ("close_votes",), ("decide", "BC1")):
        assert client.post(_dossier_page(recused, name, *args), {"choice": "acquired"}).status_code == 404
    assert not Ballot.objects.exists()


def test_a_recused_member_reads_the_minutes_less_the_dossier(client, recused, django_capture_on_commit_callbacks):
    reference = build.dossier_of(recused).enrolment.reference
    build.deliberated(recused)
    services.close_session(recused, by=build.chair_of(recused), at=build.CLOSED_AT)
    build.approved(recused)
    with django_capture_on_commit_callbacks(execute=True):
        services.seal_minutes(recused, by=build.chair_of(recused), at=build.SEALED_AT)

    _sign_in(client, recused, 2)
    shown = client.get(_page("minutes", recused)).content.decode()
    assert CANARY not in shown
    assert reference not in shown
    assert client.get(_page("minutes_pdf", recused)).status_code == 302

    _sign_in(client, recused, 3)
    assert CANARY in client.get(_page("minutes", recused)).content.decode()
    assert client.get(_page("minutes_pdf", recused)).content.startswith(b"%PDF")


@pytest.mark.parametrize("make", [make_user, make_training_member, make_referent], ids=lambda make: make.__name__)
def test_who_has_no_seat_finds_nothing(client, make):
    session = build.make_session()
    client.force_login(make())

    pages = [_page(name, session) for name in ("session", "console", "administration", "minutes", "minutes_pdf")]
    assert {client.get(url).status_code for url in [*pages, _dossier_page(session)]} == {404}
    assert session.reference not in client.get(reverse("juries:sessions")).content.decode()


def test_the_organisation_of_the_candidate_sees_nothing_before_the_publication(client):
    session = build.make_session(state=SessionState.SEALED)
    organisation = build.dossier_of(session).enrolment.training_organisation
    client.force_login(make_training_member(organisation))

    assert client.get(_page("session", session)).status_code == 404
    assert client.get(_page("minutes", session)).status_code == 404


def test_a_session_in_preparation_is_the_secretariat_s_alone(client):
    session = build.make_session(state=SessionState.PREPARED)
    _sign_in(client, session, 2)
    assert client.get(_page("session", session)).status_code == 404

    client.force_login(make_admin())
    assert client.get(_page("administration", session)).status_code == 200


def test_a_vote_is_cast_seen_and_changed(client):
    session = build.make_session()
    deliberation = _open(session)
    _sign_in(client, session, 2)

    response = client.post(_dossier_page(session, "vote", "BC1"), {"choice": "not_acquired"})
    assert response.url.endswith("#vote-BC1")
    client.post(_dossier_page(session, "vote", "BC1"), {"choice": "acquired"})

    assert Ballot.objects.get(deliberation=deliberation).choice == BallotChoice.ACQUIRED
    shown = client.get(_dossier_page(session)).content.decode()
    assert "1 sur 13 ont voté" in shown
    assert "Votre vote : <strong>acquis</strong>" in shown


def test_a_vote_by_fragment_answers_with_the_votes_alone(client):
    session = build.make_session()
    _open(session)
    _sign_in(client, session, 2)

    response = client.post(_dossier_page(session, "vote", "BC1"), {"choice": "abstain"}, headers={"HX-Request": "true"})

    shown = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in shown
    assert 'id="vote-BC1"' in shown
    assert re.search(r'id="BC1-abstain"[^>]*aria-pressed="true"', shown)


def test_a_refused_vote_says_why(client):
    session = build.make_session(absent=[2])
    _open(session)
    _sign_in(client, session, 2)
    url = _dossier_page(session, "vote", "BC1")

    fragment = client.post(url, {"choice": "acquired"}, headers={"HX-Request": "true"})
    page = client.post(url, {"choice": "acquired"}, follow=True)

    assert fragment.status_code == 409
    assert "Votre vote n’est pas recevable." in fragment.content.decode()
    assert "Votre vote n’est pas recevable." in page.content.decode()
    assert not Ballot.objects.exists()


def test_what_others_voted_is_shown_nowhere_before_the_close(client):
    session = build.make_session()
    deliberation = _open(session)
    for number in range(3, 9):
        seat = build.seat(session, number)
        services.cast_ballot(deliberation, seat, BallotChoice.NOT_ACQUIRED, by=seat.sitting.user, at=AT)

    for number in (1, 2):
        _sign_in(client, session, number)
        shown = client.get(_dossier_page(session)).content.decode()
        assert "6 sur 13 ont voté" in shown
        assert 'aria-pressed="true"' not in shown
        assert "contre" not in shown


def test_the_poll_brings_only_what_has_changed(client):
    session = build.make_session()
    _open(session)
    _sign_in(client, session, 2)
    page = client.get(_dossier_page(session)).content.decode()
    known = dict(re.findall(r'<input type="hidden" name="(BC\d)" value="([^"]+)">', page))

    assert client.get(_dossier_page(session, "votes"), known).status_code == 204
    _open(session, "BC2")
    changed = client.get(_dossier_page(session, "votes"), known).content.decode()

    assert 'id="vote-BC2"' in changed
    assert 'id="vote-BC1"' not in changed


def test_the_keys_move_to_the_next_block_without_a_vote(client):
    session = build.make_session()
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    _sign_in(client, session, 2)

    def keyed():
        return re.findall(r'id="(BC\d)-acquired"[^>]*data-key="a"', client.get(_dossier_page(session)).content.decode())

    assert keyed() == ["BC1"]
    client.post(_dossier_page(session, "vote", "BC1"), {"choice": "acquired"})
    assert keyed() == ["BC2"]


def test_neighbours_skip_the_dossiers_withdrawn(client):
    enrolments = [make_enrolment() for _ in range(3)]
    session = build.make_session(enrolments)
    seat = _sign_in(client, session, 2)
    conflict = services.Conflict(build.dossier_of(session, 2))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)

    page = client.get(_dossier_page(session)).content.decode()

    assert f'href="{_dossier_page(session, position=3)}" rel="next"' in page
    assert 'rel="prev"' not in page


def test_an_admin_reads_a_dossier_and_does_not_vote(client):
    session = build.make_session()
    _open(session)
    client.force_login(make_admin())

    shown = client.get(_dossier_page(session)).content.decode()
    client.post(_dossier_page(session, "vote", "BC1"), {"choice": "acquired"})

    assert 'class="ballot"' not in shown
    assert not Ballot.objects.exists()


def test_who_left_keeps_reading_and_stops_voting(client):
    session = build.make_session()
    _open(session)
    services.record_presence(session, {2: Presence.LEFT}, by=build.chair_of(session), at=AT)
    _sign_in(client, session, 2)

    assert 'class="ballot"' not in client.get(_dossier_page(session)).content.decode()


def _queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def _evaluated(number):
    enrolments = [make_enrolment() for _ in range(number)]
    for enrolment in enrolments:
        submit_all(enrolment, blocks=["BC1", "BC2"])
    return enrolments


@pytest.mark.parametrize("name", ["session", "console", "administration"])
def test_a_longer_agenda_asks_no_more_queries(client, name):
    counts = []
    for number in (3, 12):
        session = build.make_session(_evaluated(number))
        if name == "administration":
            client.force_login(make_admin())
        else:
            _sign_in(client, session, 1)
        counts.append(_queries(client, _page(name, session)))

    assert counts[0] == counts[1]


def test_more_sessions_ask_no_more_queries(client):
    client.force_login(make_admin())
    build.make_session([], SessionState.PREPARED)
    first = _queries(client, reverse("juries:sessions"))
    for _ in range(3):
        build.make_session([], SessionState.PREPARED)

    assert _queries(client, reverse("juries:sessions")) == first


def test_more_ballots_and_comments_ask_no_more_queries(client):
    one, all_of_them = make_enrolment(), make_enrolment()
    submit_all(one, blocks=["BC1"], comment="Bien.")
    submit_all(all_of_them, comment="Bien.")
    session = build.make_session([one, all_of_them])
    for position in (1, 2):
        services.open_votes(build.dossier_of(session, position), by=build.chair_of(session), at=AT)
    _sign_in(client, session, 2)

    first, second = (_queries(client, _dossier_page(session, position=position)) for position in (1, 2))

    assert first == second
