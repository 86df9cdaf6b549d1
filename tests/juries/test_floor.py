"""What the presidency puts on the table, and how long it means to spend there."""

from datetime import timedelta

import pytest

from journal.models import Entry
from juries import services
from juries.enums import SessionState
from juries.models import Recusal, Sitting
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


@pytest.fixture
def session():
    """Two dossiers; the chair is withdrawn from the second, which the vice-chair leads."""
    session = build.make_session([make_enrolment(), make_enrolment()])
    chair, dossier = build.seat(session, 1), build.dossier_of(session, 2)
    Recusal.objects.create(dossier=dossier, seat=chair, member=chair.sitting, reason="declared", recorded_at=AT)
    return session


def _user(session, number):
    return build.seat(session, number).sitting.user


def _call(session, position, number=1, *, seconds=0):
    dossier = build.dossier_of(session, position) if position else None
    return services.call_dossier(session, dossier, by=_user(session, number), at=AT + timedelta(seconds=seconds))


def test_the_chair_calls_a_dossier(session):
    sitting = _call(session, 1)

    assert (sitting.dossier, sitting.called_at) == (build.dossier_of(session, 1), AT)
    entry = Entry.objects.latest("seq")
    reference = build.dossier_of(session, 1).enrolment.reference
    assert (entry.action, entry.before, entry.after) == (
        "session.called",
        {"enrolment": None},
        {"enrolment": reference},
    )


def test_a_dossier_called_again_keeps_its_clock(session):
    _call(session, 1)
    known = Entry.objects.count()

    assert _call(session, 1, seconds=90).called_at == AT
    assert Entry.objects.count() == known


def test_the_vice_chair_calls_what_the_chair_is_withdrawn_from_and_nothing_else(session):
    with pytest.raises(refusals.ChairRecused):
        _call(session, 2, 1)
    with pytest.raises(refusals.NotTheChair):
        _call(session, 1, 2)

    assert _call(session, 2, 2).dossier == build.dossier_of(session, 2)
    assert _call(session, 1, 1, seconds=5).dossier == build.dossier_of(session, 1)


def test_a_member_calls_nothing(session):
    for position in (1, None):
        with pytest.raises(refusals.NotTheChair):
            _call(session, position, 3)


def test_the_table_is_cleared_by_whoever_leads_what_is_there(session):
    _call(session, 2, 2)
    assert _call(session, None, 2).called_at is None

    with pytest.raises(refusals.NotTheChair):
        _call(session, None, 2)
    _call(session, 1, 1)
    with pytest.raises(refusals.NotTheChair):
        _call(session, None, 2)
    assert _call(session, None, 1).dossier is None


def test_nothing_is_called_outside_of_the_meeting():
    session = build.make_session(state=SessionState.CONVENED)

    with pytest.raises(refusals.WrongMoment):
        _call(session, 1)


def test_another_meeting_s_dossier_is_not_called(session):
    other = build.dossier_of(build.make_session())

    with pytest.raises(refusals.OtherSession):
        services.call_dossier(session, other, by=_user(session, 1), at=AT)


def test_a_meeting_opened_without_a_table_gets_one(session):
    Sitting.objects.all().delete()

    assert _call(session, 1).session == session


def test_the_chair_gives_minutes_to_each_dossier(session):
    sitting = services.give_minutes(session, 12, by=_user(session, 1), at=AT)
    services.give_minutes(session, 12, by=_user(session, 1), at=AT)

    assert sitting.minutes == 12
    assert Entry.objects.filter(action="session.minutes_given").get().after == {"minutes": 12}
    with pytest.raises(refusals.NotTheChair):
        services.give_minutes(session, 5, by=_user(session, 2), at=AT)
