"""What comes before a jury, and what comes back."""

from datetime import timedelta

import pytest

from juries import services
from juries.agenda import blocks_to_decide, unscheduled_enrolments
from juries.enums import BallotChoice, Presence, SessionState
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit, submit_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    enrolment = make_enrolment()
    submit_all(enrolment, rating="not_acquired")
    return enrolment


def refused(enrolment):
    """A session that refused every block of this enrolment, published."""
    session = build.make_session([enrolment])
    build.deliberated(session, BallotChoice.NOT_ACQUIRED)
    return build.published(session)


def codes(enrolment):
    return set(blocks_to_decide().filter(enrolment=enrolment).values_list("block__code", flat=True))


def test_an_enrolment_comes_before_the_jury_once(enrolment):
    assert list(unscheduled_enrolments()) == [enrolment]

    build.make_session([enrolment], state=SessionState.CONVENED)

    assert not unscheduled_enrolments().exists()


def test_what_a_jury_refused_does_not_come_back_as_it_was(enrolment):
    refused(enrolment)

    assert not unscheduled_enrolments().exists()
    assert codes(enrolment) == set()


def test_what_is_evaluated_again_since_comes_back_alone(enrolment):
    refused(enrolment)

    submit(enrolment, "BC4", attempt=2, at=build.PUBLISHED_AT + timedelta(days=60))

    assert codes(enrolment) == {"BC4"}
    assert list(unscheduled_enrolments()) == [enrolment]


def test_what_the_cpnefp_sent_back_is_decided_again_as_it_stands(enrolment):
    session = build.make_session([enrolment])
    build.deliberated(session, BallotChoice.NOT_ACQUIRED)
    build.services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    build.approved(session)
    build.services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)
    session.refresh_from_db()
    build.ratified(session, exceptions={build.deliberation_on(session, "BC2"): "Une pièce manquait au dossier."})

    build.published(session)

    assert codes(enrolment) == {"BC2"}


def test_a_vote_given_up_for_want_of_a_quorum_comes_back_once_its_session_is_published():
    enrolment = make_enrolment()
    submit_all(enrolment)
    session = build.make_session([enrolment])
    dossier, chair = build.dossier_of(session), build.chair_of(session)
    services.open_votes(dossier, by=chair, at=build.VOTED_AT)
    away = dict.fromkeys(range(7, 14), Presence.LEFT)
    services.record_presence(session, away, by=chair, at=build.VOTED_AT)
    services.lapse_votes(dossier, by=chair, at=build.VOTED_AT)
    assert enrolment not in unscheduled_enrolments()

    build.published(session)

    assert enrolment in unscheduled_enrolments()
    assert blocks_to_decide().filter(enrolment=enrolment).count() == 7
