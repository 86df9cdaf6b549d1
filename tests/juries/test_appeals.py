"""Who contests what was published: in time or late, settled once; upheld, the block comes back as it stands."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from journal.models import Entry
from juries import services
from juries.agenda import blocks_to_decide
from juries.enums import AppealOutcome, BallotChoice, DeliberationState, SessionState
from juries.models import Appeal, Deliberation
from juries.services import refusals
from juries.todo import to_do
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db
GROUNDS = "La grille de la voie 3 n’est pas celle de mon année."
RECEIVED_ON = date(2021, 7, 20)
LAST_DAY = date(2021, 9, 2)  # two months after the publication
LATER = build.PUBLISHED_AT + timedelta(days=200)


@pytest.fixture
def session():
    """Two dossiers, all of it refused, and published."""
    enrolments = [make_enrolment(), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment)
    session = build.make_session(enrolments)
    build.deliberated(session, BallotChoice.NOT_ACQUIRED)
    for row in Deliberation.objects.filter(dossier__session=session, state=DeliberationState.CLOSED):
        services.decide(row, by=build.chair_of(session), at=build.VOTED_AT, ground="evidence", reason="Travaux copiés.")
    return build.published(session)


def _appeal(session, received_on=RECEIVED_ON, position=1, **fields):
    return services.record_appeal(
        build.dossier_of(session, position),
        received_on=received_on,
        **{"grounds": GROUNDS, "by": make_admin(), "at": LATER} | fields,
    )


def _settle(appeal, outcome=AppealOutcome.UPHELD, **fields):
    given = {"outcome_on": date(2021, 8, 1), "reason": "La grille était fausse.", "by": make_admin(), "at": LATER}
    return services.settle_appeal(appeal, outcome=outcome, **given | fields)


@pytest.mark.parametrize(
    ("received_on", "is_late"),
    [(date(2021, 7, 2), False), (LAST_DAY, False), (LAST_DAY + timedelta(days=1), True)],
    ids=["the-first-day", "the-last-day", "the-day-after"],
)
def test_it_is_recorded_in_time_or_late(session, received_on, is_late):
    appeal = _appeal(session, received_on)

    assert (appeal.deadline_on, appeal.is_late, appeal.is_pending) == (LAST_DAY, is_late, True)


def test_the_journal_keeps_no_word_of_it(session):
    _settle(_appeal(session))

    entries = Entry.objects.filter(action__in=["session.appeal_recorded", "session.appeal_settled"])
    written = [str(entry.after) for entry in entries]
    assert len(written) == 2
    assert not [text for text in written if "grille" in text]
    assert entries.first().after["enrolment"] == build.dossier_of(session).enrolment.reference


@pytest.mark.parametrize("received_on", [date(2021, 7, 1), date(2023, 1, 1)], ids=["before-publication", "to-come"])
def test_a_day_that_cannot_be_is_refused(session, received_on):
    with pytest.raises(refusals.AppealMisdated):
        _appeal(session, received_on)


def test_one_at_a_time(session):
    first = _appeal(session)
    with pytest.raises(refusals.AppealUnderWay):
        _appeal(session)

    _settle(first, AppealOutcome.REJECTED)
    assert _appeal(session).is_pending


def test_nothing_is_contested_before_it_is_published():
    session = build.make_session(state=SessionState.RATIFIED)

    with pytest.raises(refusals.WrongMoment):
        _appeal(session)
    with pytest.raises(IntegrityError, match="publié"), transaction.atomic():
        Appeal.objects.create(
            dossier=build.dossier_of(session),
            received_on=RECEIVED_ON,
            deadline_on=LAST_DAY,
            grounds=GROUNDS,
            recorded_by=make_admin(),
            recorded_at=LATER,
        )


def test_its_outcome_is_written_once(session):
    appeal = _settle(_appeal(session), AppealOutcome.INADMISSIBLE)

    with pytest.raises(refusals.AppealSettled):
        _settle(appeal)
    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(outcome=AppealOutcome.UPHELD)


@pytest.mark.parametrize(
    "fields", [{"outcome_on": date(2021, 7, 19)}, {"outcome_on": date(2023, 1, 1)}, {"reason": " "}], ids=str
)
def test_an_outcome_has_a_day_and_a_reason(session, fields):
    with pytest.raises(refusals.OutcomeMisdated):
        _settle(_appeal(session), **fields)


@pytest.mark.parametrize(
    ("outcome", "comes_back"),
    [(AppealOutcome.UPHELD, 7), (AppealOutcome.REJECTED, 0), (AppealOutcome.INADMISSIBLE, 0)],
    ids=str,
)
def test_upheld_what_was_refused_comes_back_as_it_stands(session, outcome, comes_back):
    _settle(_appeal(session), outcome)

    contested, other = (build.dossier_of(session, position).enrolment for position in (1, 2))
    assert blocks_to_decide().filter(enrolment=contested).count() == comes_back
    assert blocks_to_decide().filter(enrolment=other).count() == 0


def test_a_later_jury_sees_why_it_is_back_and_its_refusal_stands(session, client):
    _settle(_appeal(session))
    enrolment = build.dossier_of(session).enrolment
    later = build.make_session([enrolment], state=SessionState.CONVENED, held_on=build.HELD_ON + timedelta(days=90))
    client.force_login(make_admin())

    html = client.get(reverse("juries:dossier", args=[later.reference, enrolment.reference])).content.decode()

    assert "recours accueilli" in html
    assert "1er\u00a0août 2021" in html or "1<sup>er</sup>" in html


def test_what_the_cpnefp_sent_back_comes_back_with_its_reason(client):
    session = build.make_session(state=SessionState.SEALED)
    build.ratified(session, exceptions={build.deliberation_on(session, "BC2"): "Le sujet était celui de 2019."})
    build.published(session)
    enrolment = build.dossier_of(session).enrolment
    later = build.make_session([enrolment], state=SessionState.CONVENED, held_on=build.HELD_ON + timedelta(days=90))
    client.force_login(make_admin())

    back = Deliberation.objects.filter(dossier__session=later)
    html = client.get(reverse("juries:dossier", args=[later.reference, enrolment.reference])).content.decode()

    assert [row.code for row in back] == ["BC2"]
    assert "renvoyé par la CPNEFP" in html
    assert "Le sujet était celui de 2019." in html


# The pages


def test_the_secretariat_records_then_settles(session, client):
    admin, dossier = make_admin(), build.dossier_of(session)
    client.force_login(admin)
    assert (
        "Enregistrer un recours"
        in client.get(reverse("juries:record_appeal", args=[session.reference])).content.decode()
    )

    sent = client.post(
        reverse("juries:record_appeal", args=[session.reference]),
        {"dossier": dossier.pk, "received_on": "2021-09-20", "grounds": GROUNDS},
    )
    appeal = Appeal.objects.get()
    assert (sent.status_code, appeal.is_late) == (302, True)
    assert {todo.label: todo.count for todo in to_do(admin, on=RECEIVED_ON)}["Recours à trancher"] == 1
    page = client.get(reverse("juries:appeal", args=[appeal.pk])).content.decode()
    assert GROUNDS in page
    assert "hors délai" in page

    client.post(
        reverse("juries:appeal", args=[appeal.pk]),
        {"outcome": "rejected", "outcome_on": "2021-10-01", "reason": "Reçu trop tard."},
    )
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.settled_by) == (AppealOutcome.REJECTED, admin)
    assert "Reçu trop tard." in client.get(reverse("juries:appeal", args=[appeal.pk])).content.decode()


def test_a_refusal_is_told_beside_the_form(session, client):
    client.force_login(make_admin())

    answer = client.post(
        reverse("juries:record_appeal", args=[session.reference]),
        {"dossier": build.dossier_of(session).pk, "received_on": "2021-07-01", "grounds": GROUNDS},
    )

    assert answer.status_code == 422
    assert refusals.AppealMisdated.message in answer.content.decode()


def test_the_list_is_filtered(session, client):
    _settle(_appeal(session))
    _appeal(session, LAST_DAY + timedelta(days=3), position=2)
    client.force_login(make_admin())
    url = reverse("juries:appeals")
    first, second = (build.dossier_of(session, position).enrolment.reference for position in (1, 2))

    def listed(query):
        html = client.get(f"{url}?{query}").content.decode()
        return [reference for reference in (first, second) if reference in html]

    assert listed("") == [first, second]
    assert listed("state=pending") == listed("late=late") == listed(f"q={second}") == [second]
    assert listed("state=upheld") == listed("late=no") == [first]
    assert listed("state=nothing") == [first, second]


def test_nobody_else_reads_one(session, client):
    appeal = _appeal(session)
    trainer = make_training_member(appeal.dossier.enrolment.training_organisation)

    for person in (trainer, build.chair_of(session)):
        client.force_login(person)
        assert client.get(reverse("juries:appeals")).status_code == 403
        assert client.get(reverse("juries:appeal", args=[appeal.pk])).status_code == 404
        assert client.post(reverse("juries:appeal", args=[appeal.pk])).status_code == 404
