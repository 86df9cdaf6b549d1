"""The home page: what is left to each, and nothing that tells of a withdrawn dossier."""

import pytest
from django.urls import reverse

from juries import services
from juries.enums import SessionState
from juries.todo import to_do
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin, make_referent

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


def _left(user):
    return {todo.label: todo.count for todo in to_do(user, on=build.HELD_ON) if todo.count}


def test_a_juror_declares_then_votes():
    session = build.make_session(declared=False)
    seat = build.seat(session, 2)
    assert _left(seat.sitting.user) == {"Déclarer vos conflits d’intérêts": 1}

    services.declare_conflicts(seat, [], by=seat.sitting.user, at=AT)
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    assert _left(seat.sitting.user) == {"Votes qui vous attendent": 7}

    services.cast_ballot(build.deliberation_on(session), seat, "acquired", by=seat.sitting.user, at=AT)
    assert _left(seat.sitting.user) == {"Votes qui vous attendent": 6}


def test_a_withdrawn_dossier_is_in_no_count():
    session = build.make_session()
    seat = build.seat(session, 2)
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    services.declare_conflicts(seat, [services.Conflict(build.dossier_of(session))], by=seat.sitting.user, at=AT)

    assert _left(seat.sitting.user) == {}


def test_a_member_who_is_away_is_asked_for_no_vote():
    session = build.make_session(absent=[2])
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)

    assert _left(build.seat(session, 2).sitting.user) == {}


def test_the_chair_opens_closes_settles_and_signs():
    session = build.make_session(state=SessionState.CONVENED)
    chair = build.chair_of(session)
    services.declare_conflicts(build.seat(session, 1), [], by=chair, at=AT)
    assert _left(chair) == {"Session de jury à ouvrir": 1, "Répondre à la convocation": 1}

    session = build.opened(session)
    deliberation = services.open_vote(build.deliberation_on(session), by=chair, at=AT)
    build.vote(deliberation, "not_acquired")
    assert _left(chair) == {"Votes à clore": 1}

    services.close_vote(deliberation, by=chair, at=AT)
    assert _left(chair) == {"Blocs à trancher": 1}

    closed = build.make_session(state=SessionState.CLOSED)
    assert _left(build.chair_of(closed)) == {"Procès-verbal à relire et à soumettre": 1}
    build.approved(closed)
    assert _left(build.chair_of(closed)) == {"Procès-verbal à sceller": 1}


def test_the_secretariat_convenes_records_publishes_and_presents():
    admin = make_admin()
    submit_all(make_enrolment())
    assert _left(admin) == {"Candidats évalués, à présenter à un jury": 1}

    prepared = build.make_session([], SessionState.PREPARED)
    build.make_session(state=SessionState.SEALED)
    build.make_session(state=SessionState.RATIFIED)

    assert _left(admin) == {
        "Candidats évalués, à présenter à un jury": 1,
        "Sessions de jury à convoquer": 1,
        "Décisions de la CPNEFP à enregistrer": 1,
        "Résultats à publier": 1,
    }
    urls = {todo.label: todo.url for todo in to_do(admin, on=build.HELD_ON)}
    assert urls["Sessions de jury à convoquer"] == reverse("juries:administration", args=[prepared.reference])


def test_others_have_nothing_to_do_with_juries():
    build.make_session(state=SessionState.SEALED)

    assert to_do(make_referent(), on=build.HELD_ON) == []
