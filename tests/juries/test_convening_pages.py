"""Answering by the link of a mail or signed in; the secretariat's pages before and after the call."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries import services
from juries.enums import ConveningAnswer, SessionMeans, SessionState
from juries.models import ConveningNotice, JurySession
from organisations.tokens import hash_token
from tests.builders import juries as build
from tests.builders.candidates import current_version, make_enrolment
from tests.builders.organisations import make_admin, make_company

pytestmark = pytest.mark.django_db

TOKEN = "un-lien"
AT = datetime(2021, 6, 3, 9, 0, tzinfo=UTC)
LINK = f"/convocation/{TOKEN}/"


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def convened(admin):
    return build.make_session(
        state=SessionState.CONVENED, by=admin, means=SessionMeans.MIXED, substitutes={3: build.make_member("union")}
    )


def notice_of(session, number) -> ConveningNotice:
    seat = build.seat(session, number)
    return ConveningNotice.objects.select_related("seat__session", "member__user").get(seat=seat, member=seat.member)


def linked(session, number) -> ConveningNotice:
    notice = notice_of(session, number)
    ConveningNotice.objects.filter(pk=notice.pk).update(token_hash=hash_token(TOKEN))
    return notice


def without_token(response) -> str:
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())


def administration(session):
    return reverse("juries:administration", args=[session.reference])


def test_the_link_opens_without_signing_in_and_writes_nothing(client, convened):
    notice = linked(convened, 4)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(LINK)

    assert page.status_code == 200
    assert notice.member.user.full_name in page.content.decode()
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_link_answers(client, convened):
    notice = linked(convened, 4)

    page = client.post(LINK, {"answer": "remote"}, follow=True)

    notice.refresh_from_db()
    assert notice.answer == ConveningAnswer.REMOTE
    assert "présent à distance" in page.content.decode()


def test_no_other_answer_than_those_offered(client, convened):
    notice = linked(convened, 4)

    page = client.post(LINK, {"answer": "maybe"}, follow=True)

    notice.refresh_from_db()
    assert notice.answer is None
    assert "Choisissez l’une des réponses." in page.content.decode()


def test_a_wrong_link_and_one_that_no_longer_serves_are_answered_alike(client, convened):
    linked(convened, 4)
    wrong = client.get("/convocation/un-autre/")
    build.opened(convened)
    late = client.get(LINK)

    assert wrong.status_code == late.status_code == 404
    assert without_token(wrong) == without_token(late)
    assert client.post(LINK, {"answer": "room"}).status_code == 404


def test_whoever_tries_links_is_stopped(client, convened, settings):
    notice = linked(convened, 4)
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"convening_link": "3/h/ip"}
    cache.clear()

    tried = [client.get("/convocation/un-autre/").status_code for _ in range(5)]

    assert tried == [404, 404, 404, 429, 429]
    assert client.post(LINK, {"answer": "room"}).status_code == 429
    assert client.get(LINK).status_code == 200
    notice.refresh_from_db()
    assert notice.answer is None


def test_a_titular_whose_seat_is_taken_reads_why(client, convened):
    notice = linked(convened, 3)
    services.answer_convening(notice, ConveningAnswer.EXCUSED, by=notice.member.user, at=AT)
    substitute = build.seat(convened, 3).substitute
    called = ConveningNotice.objects.select_related("seat__session").get(member=substitute)
    services.answer_convening(called, ConveningAnswer.ROOM, by=substitute.user, at=AT)

    page = client.get(LINK).content.decode()
    refused = client.post(LINK, {"answer": "room"}, follow=True).content.decode()

    assert f"{substitute} a accepté de siéger à votre place" in page
    assert 'name="answer"' not in page
    assert "Votre suppléant a accepté" in refused


def test_signed_in_a_member_answers_from_their_session(client, convened):
    member = build.seat(convened, 4).member
    client.force_login(member.user)
    page = client.get(reverse("juries:session", args=[convened.reference])).content.decode()
    answer = reverse("juries:convocation", args=[convened.reference])
    assert answer in page

    client.post(answer, {"answer": "room"})

    assert notice_of(convened, 4).answer == ConveningAnswer.ROOM
    assert (
        "Vous avez annoncé votre venue"
        in client.get(reverse("juries:session", args=[convened.reference])).content.decode()
    )


def test_a_substitute_answers_once_called(client, convened):
    seat = build.seat(convened, 3)
    client.force_login(seat.substitute.user)
    answer = reverse("juries:convocation", args=[convened.reference])
    assert client.get(answer).status_code == 404

    notice = notice_of(convened, 3)
    services.answer_convening(notice, ConveningAnswer.EXCUSED, by=notice.member.user, at=AT)
    assert client.get(answer).status_code == 200
    client.post(answer, {"answer": "room"})

    assert build.seat(convened, 3).is_substituted


def test_the_secretariat_reads_who_comes_and_the_quorum_to_expect(client, admin, convened):
    for number in (1, 2, 4, 6, 7, 8):
        notice = notice_of(convened, number)
        services.answer_convening(notice, ConveningAnswer.ROOM, by=notice.member.user, at=AT)
    client.force_login(admin)

    page = client.get(administration(convened))

    forecast = page.context["forecast"]
    assert (forecast.coming, forecast.silent, forecast.minimum) == (6, 7, 7)
    assert not forecast.quorum.answer
    words = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Quorum attendu : 6 présents annoncés sur 13, 7 requis." in words
    assert {college.label: college.coming for college in forecast.colleges}["CSCA"] == 3

    notice = notice_of(convened, 9)
    services.answer_convening(notice, ConveningAnswer.REMOTE, by=notice.member.user, at=AT)
    assert client.get(administration(convened)).context["forecast"].quorum.answer


def test_a_dossier_that_recusals_would_stop_is_told(client, admin):
    company = make_company()
    members = build.make_members()
    for member in members[6:8]:
        member.company = company
        member.save(update_fields=["company"])
    session = build.make_session([make_enrolment(company=company)], SessionState.CONVENED, members=members, by=admin)
    for number in (1, 2, 3, 6, 7, 8, 9, 10):
        notice = notice_of(session, number)
        services.answer_convening(notice, ConveningAnswer.ROOM, by=notice.member.user, at=AT)
    client.force_login(admin)

    forecast = client.get(administration(session)).context["forecast"]

    assert (forecast.coming, forecast.quorum.answer) == (8, True)
    assert [(risk.lacks_quorum, risk.lacks_leader) for risk in forecast.at_risk] == [(True, False)]


def test_a_vacant_seat_offers_those_who_may_fill_it(client, admin, convened):
    late, _stranger = build.make_member("union"), build.make_member("employer")
    notice = notice_of(convened, 4)
    services.answer_convening(notice, ConveningAnswer.EXCUSED, by=notice.member.user, at=AT)
    client.force_login(admin)

    (line,) = client.get(administration(convened)).context["forecast"].vacant
    assert line.available == (late,)
    client.post(reverse("juries:name_substitute", args=[convened.reference, 4]), {"member": late.pk})

    assert build.seat(convened, 4).substitute == late
    assert client.get(administration(convened)).context["forecast"].vacant == []


def test_a_short_notice_is_confirmed(client, admin, monkeypatch):
    session = build.make_session(state=SessionState.PREPARED, by=admin, held_on=date(2021, 6, 15))
    client.force_login(admin)
    page = client.get(administration(session))
    assert page.context["is_short_notice"]
    assert 'name="confirmed"' in page.content.decode()
    convene = reverse("juries:convene", args=[session.reference])

    refused = client.post(convene, follow=True).content.decode()
    assert "Cochez la confirmation" in refused
    assert JurySession.objects.get().is_prepared

    client.post(convene, {"confirmed": "on"})
    assert JurySession.objects.get().state == SessionState.CONVENED


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param(range(1, 13), "Il manque 1 siège au collège « organisme de formation ».", id="a seat"),
        pytest.param(range(6, 14), "Il manque 5 sièges au collège « organisations syndicales ».", id="five seats"),
    ],
)
def test_what_is_missing_is_said_as_the_places_are_filled(client, admin, places, said):
    members = build.make_members()
    session = build.make_session(state=SessionState.PREPARED, members=[], by=admin)
    client.force_login(admin)
    check = reverse("juries:composition_check", args=[session.reference])
    filled = {f"member_{number}": members[number - 1].pk for number in places}

    page = client.get(check, filled | {"chair": 7}).content.decode()

    assert said in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Il manque la vice-présidence." in page
    assert "Il manque la présidence." not in page


def test_a_complete_jury_is_said_to_be(client, admin):
    members = build.make_members()
    session = build.make_session(state=SessionState.PREPARED, members=[], by=admin)
    client.force_login(admin)
    filled = {f"member_{number}": member.pk for number, member in enumerate(members, start=1)}

    page = client.get(
        reverse("juries:composition_check", args=[session.reference]), filled | {"chair": 1, "vice_chair": 6}
    )

    assert page.context["is_complete"]
    assert not JurySession.objects.get().seats.exists()


def prepared_form(**fields):
    return {
        "version": current_version().pk,
        "means": "mixed",
        "place": "10 rue Auber, Paris",
        "held_on": "2021-09-01",
        "starts": "09:30",
        "expected_minutes": "180",
    } | fields


def test_a_meeting_is_prepared_at_its_hour_in_paris(client, admin):
    client.force_login(admin)

    client.post(reverse("juries:prepare"), prepared_form(masks_identity="on", written_opens_at="2021-08-01T08:00"))

    session = JurySession.objects.get()
    assert (session.starts_at, session.expected_minutes) == (datetime(2021, 9, 1, 7, 30, tzinfo=UTC), 180)
    assert (session.masks_identity, session.written_opens_at) == (True, None)


def test_a_vote_in_writing_is_prepared_with_its_window(client, admin):
    client.force_login(admin)
    window = {"written_opens_at": "2021-09-01T08:00", "written_closes_at": "2021-09-10T18:00"}

    client.post(reverse("juries:prepare"), prepared_form(means="written", **window))

    session = JurySession.objects.get()
    assert session.written_opens_at == datetime(2021, 9, 1, 6, tzinfo=UTC)
    assert session.written_closes_at == datetime(2021, 9, 10, 16, tzinfo=UTC)
    assert (session.held_on, session.starts_at) == (date(2021, 9, 10), None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({"starts": ""}, "starts", id="no hour"),
        pytest.param({"held_on": ""}, "held_on", id="no day"),
        pytest.param({"means": "written"}, "written_opens_at", id="no window"),
        pytest.param(
            {"means": "written", "written_opens_at": "2021-09-10T08:00", "written_closes_at": "2021-09-01T18:00"},
            "written_closes_at",
            id="a window that closes first",
        ),
    ],
)
def test_what_the_day_of_a_session_lacks_is_said(client, admin, fields, wrong):
    client.force_login(admin)

    page = client.post(reverse("juries:prepare"), prepared_form(**fields))

    assert wrong in page.context["form"].errors
    assert not JurySession.objects.exists()


def test_the_page_asks_as_much_of_the_database_for_one_answer_and_for_thirteen(client, admin, convened):
    client.force_login(admin)

    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(administration(convened))
        return len(found)

    queries()
    before = queries()
    for number in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13):
        notice = notice_of(convened, number)
        services.answer_convening(notice, ConveningAnswer.ROOM, by=notice.member.user, at=AT)

    assert queries() == before
