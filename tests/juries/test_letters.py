"""The letters of results: frozen with the publication, mailed or printed, and telling nothing that is not theirs."""

from io import BytesIO

import pytest
from django.core import mail as outbox
from django.urls import reverse
from pypdf import PdfReader

from correspondence.models import Mail
from correspondence.sending import send
from journal.canonical import sha256_of
from juries import services
from juries.aftermath import letters_of
from juries.enums import BallotChoice, DeliberationState, PaperKind, SessionMeans
from juries.letters import letter_contexts
from juries.models import Deliberation, JurySession, SessionPaper
from juries.session_papers import keep_drawing
from tests.builders import juries as build
from tests.builders.candidates import current_version, make_acquired_block, make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db
REASON = "Le sujet de la voie 3 n’était pas celui de l’année."


def _enrolment(email="", **fields):
    enrolment = make_enrolment(candidate=make_candidate(email=email), **fields)
    submit_all(enrolment)
    return enrolment


def _refused(session, position, *blocks):
    """These blocks voted down, the others up."""
    chair, dossier = build.chair_of(session), build.dossier_of(session, position)
    for deliberation in services.open_votes(dossier, by=chair, at=build.VOTED_AT):
        choice = BallotChoice.NOT_ACQUIRED if deliberation.code in blocks else BallotChoice.ACQUIRED
        build.vote(deliberation, choice)
    services.close_votes(dossier, by=chair, at=build.VOTED_AT)
    for row in Deliberation.objects.filter(dossier=dossier, state=DeliberationState.CLOSED):
        services.decide(row, by=chair, at=build.VOTED_AT, ground="evidence", reason="Travaux non personnels.")


@pytest.fixture
def session():
    """A full award mailed, a partial one and what is sent back by post."""
    enrolments = [_enrolment("a.martin@example.org"), _enrolment(), _enrolment()]
    session = build.make_session(enrolments)
    _refused(session, 1)
    _refused(session, 2, "BC4")
    _refused(session, 3)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    build.approved(session)
    services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)
    session.refresh_from_db()
    return session


def _publish(session, **ratification):
    build.ratified(session, **ratification)
    services.publish(session, by=make_admin(), at=build.PUBLISHED_AT)
    session.refresh_from_db()
    return session


def _letter(session, position=1):
    return SessionPaper.objects.get(kind=PaperKind.LETTER, session=session, dossier__position=position)


def _codes(letter, part):
    return [block["code"] for block in letter.context["blocks"][part]]


def test_each_dossier_has_its_letter_frozen_with_the_publication(session):
    assert not SessionPaper.objects.filter(kind=PaperKind.LETTER).exists()

    _publish(session)

    assert [_letter(session, position).context["kind"] for position in (1, 2, 3)] == [
        "full_award",
        "partial_award",
        "full_award",
    ]
    letter = _letter(session, 2)
    assert sha256_of(letter.context) == letter.sha256
    assert _codes(letter, "refused") == ["BC4"]
    assert len(_codes(letter, "acquired")) == 6
    assert letter.context["appeal"] == {"months": "deux", "ends_on": "2021-09-02"}
    assert letter.context["next_session_on"] is None


def test_what_is_sent_back_is_told_with_its_reason(session):
    sent_back = build.deliberation_on(session, "BC2", position=3)

    _publish(session, exceptions={sent_back: REASON})

    letter = _letter(session, 3)
    assert letter.context["kind"] == "partial_award"
    assert [(row["code"], row["reason"]) for row in letter.context["blocks"]["deferred"]] == [("BC2", REASON)]


def test_what_was_held_before_is_told_apart(session):
    enrolment = build.dossier_of(session, 2).enrolment
    make_acquired_block(enrolment.candidate, "BC8")

    _publish(session)

    assert _codes(_letter(session, 2), "held") == ["BC8"]
    assert "BC8" not in _codes(_letter(session, 2), "acquired")


def test_the_next_session_is_the_next_that_is_prepared(session):
    services.prepare_session(
        version=current_version(),
        held_on=build.PUBLISHED_AT.date().replace(month=10),
        place="Paris",
        means=SessionMeans.ON_SITE,
        by=make_admin(),
        at=build.RATIFIED_AT,
    )

    _publish(session)

    assert _letter(session).context["next_session_on"] == "2021-10-02"


@pytest.mark.parametrize("position", [1, 2])
def test_the_paper_says_all_of_it_and_no_level(session, position):
    _publish(session)

    pdf = bytes(keep_drawing(_letter(session, position).pk, at=build.PUBLISHED_AT).content)

    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
    assert "2 septembre 2021 inclus" in text
    assert "pour la vie" in text
    assert ("vous sera communiquée" in text) == (position == 2)
    assert "niveau" not in text.lower()
    assert "RNCP" not in text
    assert keep_drawing(_letter(session, position).pk, at=build.PUBLISHED_AT).drawn_at == build.PUBLISHED_AT


def test_whoever_has_an_address_is_mailed_the_paper_and_the_subject_names_nobody(session):
    _publish(session)
    mail = Mail.objects.get(kind="juries.result")
    candidate = build.dossier_of(session, 1).enrolment.candidate

    assert send(mail.pk, at=build.PUBLISHED_AT)

    (message,) = outbox.outbox
    assert message.to == ["a.martin@example.org"]
    assert candidate.birth_name not in message.subject
    ((name, content, media_type),) = message.attachments
    assert (name, media_type) == (
        f"resultats-{build.dossier_of(session, 1).enrolment.reference}.pdf",
        "application/pdf",
    )
    assert content.startswith(b"%PDF")


def test_nothing_is_mailed_before_the_publication(session):
    build.ratified(session)

    assert not Mail.objects.filter(kind="juries.result").exists()


def test_the_page_tells_what_left_and_what_is_to_print(session, client, django_assert_max_num_queries):
    _publish(session)
    admin = make_admin()
    send(Mail.objects.get(kind="juries.result").pk, at=build.PUBLISHED_AT)
    for position in (1, 2, 3):
        keep_drawing(_letter(session, position).pk, at=build.PUBLISHED_AT)

    with django_assert_max_num_queries(8):
        lines = letters_of(session, admin).lines
    client.force_login(admin)
    html = client.get(reverse("juries:administration", args=[session.reference])).content.decode()
    one = client.get(reverse("juries:letter", args=[session.reference, lines[0].dossier.enrolment.reference]))
    printed = client.get(reverse("juries:letters", args=[session.reference]))

    assert [line.sending for line in lines] == ["sent", "to_print", "to_print"]
    assert "dont 2 à envoyer par courrier" in html
    assert one["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(printed.content)).pages
    assert sum("Contester cette décision" in page.extract_text() for page in pages) == 2


def test_a_mail_that_never_left_is_printed(session):
    _publish(session)
    Mail.objects.filter(kind="juries.result").update(state="failed")

    assert [line.sending for line in letters_of(session, make_admin()).lines] == ["failed", "to_print", "to_print"]


def test_nobody_else_reads_a_letter(session, client):
    _publish(session)
    reference = build.dossier_of(session).enrolment.reference
    trainer = make_training_member(build.dossier_of(session).enrolment.training_organisation)
    for person, status in ((trainer, 404), (build.chair_of(session), 403)):
        client.force_login(person)
        assert client.get(reverse("juries:letter", args=[session.reference, reference])).status_code == status
        assert client.get(reverse("juries:letters", args=[session.reference])).status_code == status


def test_letters_are_written_in_a_handful_of_queries(session, django_assert_max_num_queries):
    build.ratified(session)
    services.publish(session, by=make_admin(), at=build.PUBLISHED_AT)
    session = JurySession.objects.get(pk=session.pk)

    with django_assert_max_num_queries(22):
        assert len(list(letter_contexts(session, [], at=build.PUBLISHED_AT))) == 3
