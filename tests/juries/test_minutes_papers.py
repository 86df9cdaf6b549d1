"""What is made of the minutes: the page of each reader, the sealed paper, its addenda and its extracts."""

import json
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from journal.canonical import sha256_of
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, DepartureGround, PaperKind, SessionState
from juries.models import (
    Deliberation,
    Minutes,
    MinutesApproval,
    Motion,
    MotionItem,
    PresenceEvent,
    SessionPaper,
    SessionPaperFile,
)
from juries.papers import draw_minutes, minutes_content
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

CANARY, OTHER = "Zéphirin", "Quetzalcoatl"
RECUSED = 6
WORDS = {"corrects": "Sept voix pour.", "text": "Huit voix pour."}


def text_of(content) -> str:
    pages = PdfReader(BytesIO(bytes(content))).pages
    return " ".join(page.extract_text() for page in pages).replace("\n", " ")


def _evaluated():
    enrolment = make_enrolment()
    submit_all(enrolment)
    return enrolment


def named(name):
    enrolment = make_enrolment(candidate=make_candidate(birth_name=name))
    submit_all(enrolment)
    return enrolment


@pytest.fixture
def session():
    """Two dossiers; seat 6 is withdrawn from the first."""
    session = build.make_session([named(CANARY), named(OTHER)])
    seat = build.seat(session, RECUSED)
    services.declare_conflicts(
        seat, [services.Conflict(build.dossier_of(session))], by=seat.sitting.user, at=build.OPENED_AT
    )
    return session


def closed(session):
    build.deliberated(session)
    return services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)


def sealed(session):
    closed(session)
    build.approved(session)
    services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)
    session.refresh_from_db()
    return session


def page(client, session, number, *, user=None):
    client.force_login(user or build.seat(session, number).sitting.user)
    return client.get(reverse("juries:minutes", args=[session.reference]))


def post(client, session, number, name, data=()):
    client.force_login(build.seat(session, number).sitting.user)
    return client.post(reverse(name, args=[session.reference]), dict(data), follow=True)


# The draft


def test_a_draft_says_that_it_is_one_and_what_is_left(client, session):
    shown = page(client, session, 3).content.decode()

    assert "Projet de procès-verbal" in shown
    assert "à décider" in shown
    assert CANARY in shown


def test_a_draft_is_shown_less_the_withdrawn_dossier(client, session):
    build.deliberated(session)

    shown = page(client, session, RECUSED).content.decode()

    assert CANARY not in shown
    assert build.dossier_of(session).enrolment.reference not in shown
    assert OTHER in shown


def test_a_draft_of_an_anonymous_session_names_nobody_to_members(client):
    enrolment = named(CANARY)
    session = build.make_session([enrolment], SessionState.CONVENED, masks_identity=True)
    build.opened(session)
    closed(session)
    services.submit_minutes(
        session, by=build.chair_of(session), at=build.SUBMITTED_AT, incidents=[f"{CANARY} a appelé."]
    )

    assert CANARY not in page(client, session, 3).content.decode()
    assert CANARY in page(client, session, 0, user=make_admin()).content.decode()

    build.approved(session, [f"{CANARY} a appelé."])
    services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)
    assert CANARY in page(client, session, 3).content.decode()


def test_who_has_not_declared_is_led_to_declare_then_reads_nothing(client):
    session = build.make_session(declared=False)
    chair = build.seat(session, 1)
    services.declare_conflicts(chair, [], by=chair.sitting.user, at=build.OPENED_AT)

    assert page(client, session, 3).status_code == 302


# Approving on screen


def test_a_recused_member_approves_without_the_hash_of_the_whole(client, session):
    closed(session)
    draft = services.submit_minutes(session, by=build.chair_of(session), at=build.SUBMITTED_AT)

    shown = page(client, session, RECUSED).content.decode()
    assert draft.sha256 not in shown
    assert CANARY not in shown
    answer = post(client, session, RECUSED, "juries:approve_minutes", {"submitted_at": build.SUBMITTED_AT.isoformat()})

    assert MinutesApproval.objects.filter(seat__number=RECUSED, sha256=draft.sha256).exists()
    assert draft.sha256 not in answer.content.decode()


def test_the_page_tells_why_the_minutes_wait(client, session):
    closed(session)
    post(client, session, 1, "juries:submit_minutes", {"incidents": "Une pause.\n\nUne autre."})

    shown = post(client, session, 1, "juries:seal").content.decode()

    assert "attend encore des approbations" in shown
    assert not Minutes.objects.exists()


def test_a_page_read_before_a_correction_approves_nothing(client, session):
    closed(session)
    services.submit_minutes(session, by=build.chair_of(session), at=build.SUBMITTED_AT)
    services.submit_minutes(session, by=build.chair_of(session), at=build.APPROVED_AT, incidents=["Une pause."])

    shown = post(
        client, session, 3, "juries:approve_minutes", {"submitted_at": build.SUBMITTED_AT.isoformat()}
    ).content.decode()

    assert "a changé depuis que vous l’avez lu" in shown
    assert not MinutesApproval.objects.filter(seat__number=3).exists()


# The sealed paper


def test_the_content_says_who_came_and_went_how_it_was_put_and_what_lapsed(session):
    seat, dossier = build.seat(session, 3), build.dossier_of(session, 2)
    PresenceEvent.objects.create(seat=seat, member=seat.member, change="joined", means="remote", at=build.OPENED_AT)
    PresenceEvent.objects.create(seat=seat, member=seat.member, change="lost", means="remote", at=build.VOTED_AT)
    motion = Motion.objects.create(session=session, seat=build.seat(session, 1), opened_at=build.VOTED_AT)
    MotionItem.objects.create(motion=motion, dossier=dossier)
    lapsed = services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=build.VOTED_AT)
    Deliberation.objects.filter(pk=lapsed.pk).update(state="lapsed", closed_at=build.CLOSED_AT)

    content = minutes_content(session, chair=build.seat(session, 1), incidents=[])

    changes = [(row["change"], row["means"]) for row in content["seats"][2]["movements"]]
    assert changes[-2:] == [("arrivé", "à distance"), ("connexion perdue", "à distance")]
    first, second = content["dossiers"]
    assert first["blocks"][0]["decision"] == "sans décision, faute de quorum"
    assert (first["en_bloc"], second["en_bloc"]["is_pulled"]) == (None, False)
    assert first["presided_by"] == [build.chair_of(session).full_name]
    assert [seat["office"] for seat in content["seats"][:3]] == ["présidence", "vice-présidence", ""]


def test_a_departure_is_printed_with_its_ground_and_its_words(session):
    deliberation = services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=build.VOTED_AT)
    build.vote(deliberation, BallotChoice.NOT_ACQUIRED)
    services.close_vote(deliberation, by=build.chair_of(session), at=build.VOTED_AT)
    fields = {"state": "decided", "outcome": "not_acquired", "decided_at": build.VOTED_AT}
    Deliberation.objects.filter(pk=deliberation.pk).update(
        departure_ground=DepartureGround.INSUFFICIENT, departure_reason="Travaux non personnels.", **fields
    )

    (departure,) = minutes_content(session, chair=build.seat(session, 1), incidents=[])["departures"]

    assert (departure["ground"], departure["reason"]) == ("preuves insuffisantes", "Travaux non personnels.")


def test_the_paper_prints_the_signatures(session):
    minutes = sealed(session).minutes

    text = text_of(draw_minutes(minutes))

    for approval in minutes.context["approvals"]:
        assert approval["name"] in text
    assert "Signatures" in text


def test_minutes_sealed_under_version_1_still_draw_and_show(client, session):
    """As they were frozen then: the chair alone signs, movements and grounds are not said."""
    session = closed(session)
    build.approved(session)
    content = minutes_content(session, chair=build.seat(session, 1), incidents=["Une pause."])
    first = json.loads(json.dumps(content)) | {"sealed_at": build.SEALED_AT.isoformat(), "template_version": "1"}
    for part in ("window", "is_anonymous"):
        del first["session"][part]
    for seat in first["seats"]:
        for part in ("office", "attends_by", "movements"):
            del seat[part]
    for dossier in first["dossiers"]:
        del dossier["en_bloc"]
        dossier["presided_by"] = []
        for block in dossier["blocks"]:
            del block["departure_ground"]
    chair = build.chair_of(session)
    minutes = Minutes.objects.create(
        session=session,
        context=first,
        sha256=sha256_of(first),
        template_version="1",
        sealed_by=chair,
        sealed_at=build.SEALED_AT,
    )
    type(session).objects.filter(pk=session.pk).update(state=SessionState.SEALED, sealed_at=build.SEALED_AT)

    assert chair.full_name in text_of(draw_minutes(minutes))
    assert "Une pause." in page(client, session, 3).content.decode()


# Addenda


def test_an_addendum_is_numbered_signed_and_names_the_minutes_that_it_corrects(
    session, django_capture_on_commit_callbacks
):
    sealed(session)
    chair = build.chair_of(session)
    with django_capture_on_commit_callbacks(execute=True):
        first = services.add_addendum(session, by=chair, at=build.RATIFIED_AT, **WORDS)
        second = services.add_addendum(
            session, by=chair, at=build.RATIFIED_AT, dossier=build.dossier_of(session), **WORDS
        )

    assert (first.number, second.number) == (1, 2)
    reference = build.dossier_of(session).enrolment.reference
    assert second.context["dossier"] == reference
    told = [entry.after.get("enrolment") for entry in Entry.objects.filter(action="session.addendum").order_by("seq")]
    assert told == [None, reference]
    text = text_of(SessionPaperFile.objects.get(paper=first).content)
    assert session.minutes.sha256 in text.replace(" ", "")
    assert "Huit voix pour." in text
    assert chair.full_name in text


def test_an_addendum_corrects_sealed_minutes_and_is_the_chair_s(session):
    with pytest.raises(refusals.WrongMoment):
        services.add_addendum(session, by=build.chair_of(session), at=build.RATIFIED_AT, **WORDS)
    sealed(session)
    with pytest.raises(refusals.NotTheChair):
        services.add_addendum(session, by=build.seat(session, 3).sitting.user, at=build.RATIFIED_AT, **WORDS)
    with pytest.raises(refusals.AddendumEmpty):
        services.add_addendum(session, by=build.chair_of(session), at=build.RATIFIED_AT, corrects="Un mot.", text="  ")
    elsewhere = build.dossier_of(build.make_session(state=SessionState.CONVENED))
    with pytest.raises(refusals.OtherSession):
        services.add_addendum(session, by=build.chair_of(session), at=build.RATIFIED_AT, dossier=elsewhere, **WORDS)
    assert not SessionPaper.objects.filter(kind=PaperKind.ADDENDUM).exists()


def test_an_addendum_on_a_withdrawn_dossier_is_not_shown(client, session, django_capture_on_commit_callbacks):
    sealed(session)
    with django_capture_on_commit_callbacks(execute=True):
        services.add_addendum(
            session,
            by=build.chair_of(session),
            at=build.RATIFIED_AT,
            dossier=build.dossier_of(session),
            corrects="Un mot secret.",
            text="Un autre mot secret.",
        )
        services.add_addendum(session, by=build.chair_of(session), at=build.RATIFIED_AT, **WORDS)

    shown = page(client, session, RECUSED).content.decode()
    assert "secret" not in shown
    assert CANARY not in shown
    assert WORDS["text"] in shown
    assert session.minutes.sha256 not in shown
    for number in (1, 2):
        url = reverse("juries:addendum", args=[session.reference, number])
        assert client.get(url).status_code == 302

    assert "Un mot secret." in page(client, session, 3).content.decode()
    assert client.get(reverse("juries:addendum", args=[session.reference, 1])).content.startswith(b"%PDF")


# Extracts


def test_an_extract_tells_of_its_dossier_alone(client, session, django_capture_on_commit_callbacks):
    sealed(session)
    services.add_addendum(
        session, by=build.chair_of(session), at=build.RATIFIED_AT, dossier=build.dossier_of(session, 2), **WORDS
    )
    build.published(session)
    admin = make_admin()
    with django_capture_on_commit_callbacks(execute=True):
        paper = services.make_extract(build.dossier_of(session), by=admin, at=build.PUBLISHED_AT)
        again = services.make_extract(build.dossier_of(session), by=admin, at=build.PUBLISHED_AT)

    assert again == paper
    other = build.dossier_of(session, 2).enrolment
    said = json.dumps(paper.context, ensure_ascii=False)
    assert OTHER not in said
    assert other.reference not in said
    text = text_of(SessionPaperFile.objects.get(paper=paper).content)
    assert CANARY.upper() in text.upper()
    assert OTHER.upper() not in text.upper()
    assert other.reference not in text
    assert WORDS["text"] not in text
    assert session.minutes.sha256 in text.replace(" ", "")
    assert session.minutes.context["approvals"][1]["name"] in text

    client.force_login(admin)
    url = reverse("juries:extract", args=[session.reference, build.dossier_of(session).enrolment.reference])
    assert client.get(url).content.startswith(b"%PDF")
    client.force_login(build.seat(session, 3).sitting.user)
    assert client.get(url).status_code == 403


def test_an_extract_waits_for_the_publication(session):
    sealed(session)

    with pytest.raises(refusals.WrongMoment):
        services.make_extract(build.dossier_of(session), by=make_admin(), at=build.PUBLISHED_AT)


@pytest.mark.parametrize("state", [SessionState.CLOSED, SessionState.PUBLISHED])
def test_the_page_asks_as_many_questions_for_one_dossier_as_for_three(client, state):
    counts = []
    for number in (1, 3):
        session = build.make_session([_evaluated() for _ in range(number)], state)
        page(client, session, 3)
        with CaptureQueriesContext(connection) as queries:
            page(client, session, 3)
        counts.append(len(queries))

    assert counts[0] == counts[1]
