"""Two clicks on the seal, an approval while the chair corrects. On PostgreSQL only: SQLite writes one at a time."""

import pytest

from juries import services
from juries.enums import SessionState
from juries.models import Minutes, MinutesApproval, MinutesDraft
from juries.services.refusals import MinutesChanged, WrongMoment
from tests.builders import juries as build
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")


def test_two_clicks_seal_once():
    session = build.make_session(state=SessionState.CLOSED)
    build.approved(session)
    chair = build.chair_of(session)

    told = at_once(*[lambda: services.seal_minutes(session, by=chair, at=build.SEALED_AT)] * 2)

    assert sorted(type(each) for each in told if isinstance(each, WrongMoment)) == [WrongMoment]
    assert Minutes.objects.count() == 1


def test_an_approval_is_of_what_was_read_or_is_refused():
    session = build.make_session(state=SessionState.CLOSED)
    chair, member = build.chair_of(session), build.seat(session, 3).sitting.user
    first = services.submit_minutes(session, by=chair, at=build.SUBMITTED_AT)

    approval, _ = at_once(
        lambda: services.approve_minutes(session, submitted_at=build.SUBMITTED_AT, by=member, at=build.APPROVED_AT),
        lambda: services.submit_minutes(session, by=chair, at=build.APPROVED_AT, incidents=["Une pause."]),
    )

    assert isinstance(approval, MinutesChanged) or approval.sha256 == first.sha256
    corrected = MinutesDraft.objects.get().sha256
    assert not MinutesApproval.objects.filter(seat__number=3, sha256=corrected).exists()
