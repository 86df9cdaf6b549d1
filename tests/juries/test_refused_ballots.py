"""Every ballot that is not one: refused with its reason, and nothing changed."""

import pytest

from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, DeliberationState, Presence
from juries.models import Ballot, Deliberation
from juries.services import refusals
from rulebook.verdict import CheckCode
from tests.builders import juries as build
from tests.builders.organisations import make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
YES, NO = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED


@pytest.fixture
def session():
    session = build.make_session()
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    return session


def cast(session, number, choice=YES, *, by=None):
    seat = build.seat(session, number)
    return services.cast_ballot(build.deliberation_on(session), seat, choice, by=by or seat.sitting.user, at=AT)


def late(session):
    cast(session, 2)
    services.close_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT)
    return lambda: cast(session, 3)


def changed_too_late(session):
    cast(session, 3)
    services.close_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT)
    return lambda: cast(session, 3, NO)


def recused(session):
    seat = build.seat(session, 3)
    conflict = services.Conflict(build.dossier_of(session))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)
    return lambda: cast(session, 3)


def gone(session):
    services.record_presence(session, {3: Presence.LEFT}, by=build.chair_of(session), at=AT)
    return lambda: cast(session, 3)


def without_a_quorum(session):
    away = dict.fromkeys(range(7, 14), Presence.LEFT)
    services.record_presence(session, away, by=build.chair_of(session), at=AT)
    return lambda: cast(session, 3)


def lapsed(session):
    without_a_quorum(session)
    services.lapse_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    back = dict.fromkeys(range(7, 14), Presence.PRESENT)
    services.record_presence(session, back, by=build.chair_of(session), at=AT)
    return lambda: cast(session, 3)


def in_the_seat_of_another(session):
    return lambda: cast(session, 3, by=build.seat(session, 4).sitting.user)


def by_a_stranger(session):
    return lambda: cast(session, 3, by=make_user())


def told_everything():
    """What a refusal leaves as it was."""
    return (
        list(Ballot.objects.order_by("pk").values_list("deliberation", "seat", "choice")),
        list(Deliberation.objects.order_by("pk").values_list("state", "acquired_count", "not_acquired_count")),
        Entry.objects.count(),
    )


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (late, CheckCode.BALLOT_OPEN),
        (changed_too_late, CheckCode.BALLOT_OPEN),
        (lapsed, CheckCode.BALLOT_OPEN),
        (recused, CheckCode.BALLOT_NOT_RECUSED),
        (gone, CheckCode.BALLOT_PRESENT),
        (without_a_quorum, CheckCode.BALLOT_QUORATE),
        (in_the_seat_of_another, CheckCode.BALLOT_MEMBER),
        (by_a_stranger, CheckCode.BALLOT_MEMBER),
    ],
)
def test_it_is_refused_with_its_reason_and_changes_nothing(session, prepare, code):
    gesture = prepare(session)
    before = told_everything()

    with pytest.raises(refusals.BallotRefused) as refused:
        gesture()

    assert [reason.code for reason in refused.value.reasons] == [code]
    assert told_everything() == before


def test_a_vote_is_given_up_only_once_its_quorum_is_lost(session):
    dossier, chair = build.dossier_of(session), build.chair_of(session)
    with pytest.raises(refusals.StillQuorate):
        services.lapse_votes(dossier, by=chair, at=AT)
    without_a_quorum(session)
    with pytest.raises(refusals.NotTheChair):
        services.lapse_votes(dossier, by=build.seat(session, 3).sitting.user, at=AT)

    services.lapse_vote(build.deliberation_on(session), by=chair, at=AT)
    lapsed_rows = services.lapse_votes(dossier, by=chair, at=AT)

    assert len(lapsed_rows) == 6
    assert set(dossier.deliberations.values_list("state", "closed_at", "acquired_count")) == {
        (DeliberationState.LAPSED, AT, None)
    }
    assert Entry.objects.filter(action="session.vote_lapsed").count() == 2
    with pytest.raises(refusals.WrongMoment):
        services.lapse_votes(dossier, by=chair, at=AT)
    assert services.close_session(session, by=chair, at=build.CLOSED_AT)
