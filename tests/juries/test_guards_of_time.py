"""What the database refuses because its moment is past or has not come.

Each write is refused, then passes once its guard is lifted: it is the guard that refuses, and no accident.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from juries import services
from juries.enums import BallotChoice, DeliberationState, MotionState, SessionMeans, SessionState
from juries.guards import GUARDS
from juries.models import (
    BallotErasure,
    ConveningNotice,
    Deliberation,
    JurySession,
    Motion,
    MotionItem,
    Remark,
)
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.visitors import undone

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
OPENS = datetime(2021, 6, 14, 7, 0, tzinfo=UTC)
CLOSES = datetime(2021, 6, 18, 16, 0, tzinfo=UTC)
COUNTS = {"acquired_count": 7, "not_acquired_count": 0, "abstain_count": 0, "quorum_count": 7}


def refused_by(name, write):
    """By this guard alone."""
    guard = next(guard for guard in GUARDS if guard.name == name)
    with pytest.raises(IntegrityError, match=guard.message), transaction.atomic():
        write()
    with undone():
        if connection.vendor == "postgresql":
            run("SET CONSTRAINTS ALL IMMEDIATE")  # No foreign key left to check when a trigger goes.
        guard.remove(connection)
        write()


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


# A vote in writing


@pytest.fixture
def written():
    session = build.make_session(
        state=SessionState.CONVENED,
        held_on=CLOSES.date(),
        means=SessionMeans.WRITTEN,
        written_opens_at=OPENS,
        written_closes_at=CLOSES,
    )
    for seat in build.seats_of(session):
        services.declare_conflicts(seat, [], by=seat.sitting.user, at=build.CONVENED_AT)
    return services.open_session(session, by=build.chair_of(session), at=OPENS)


def close_by_hand(session, at):
    rows = Deliberation.objects.filter(pk=build.deliberation_on(session).pk)
    rows.update(state=DeliberationState.CLOSED, closed_at=at, **COUNTS)


def vote(session, numbers):
    for number in numbers:
        seat = build.seat(session, number)
        services.cast_ballot(
            build.deliberation_on(session), seat, BallotChoice.ACQUIRED, by=seat.sitting.user, at=OPENS
        )


def test_a_written_vote_counted_before_its_close_while_some_are_awaited(written):
    vote(written, range(1, 13))
    before = CLOSES - timedelta(seconds=1)
    refused_by("juries_deliberation_window", lambda: close_by_hand(written, before))

    vote(written, [13])
    close_by_hand(written, before)


def test_a_written_vote_given_up_before_its_close(written):
    rows = Deliberation.objects.filter(pk=build.deliberation_on(written).pk)

    refused_by("juries_deliberation_window", lambda: rows.update(state=DeliberationState.LAPSED, closed_at=OPENS))
    rows.update(state=DeliberationState.LAPSED, closed_at=CLOSES)


def test_a_window_made_shorter(written):
    rows = JurySession.objects.filter(pk=written.pk)

    for change in ({"written_closes_at": CLOSES - timedelta(hours=1)}, {"written_opens_at": build.CONVENED_AT}):
        refused_by("juries_session_window", lambda change=change: rows.update(**change))
    rows.update(written_closes_at=CLOSES + timedelta(days=1))


def test_a_written_session_opened_before_its_window(written):
    with pytest.raises(IntegrityError, match="juries_session_written_opening"), transaction.atomic():
        JurySession.objects.filter(pk=written.pk).update(opened_at=OPENS - timedelta(seconds=1))


# Motions


@pytest.fixture
def motion():
    enrolments = [make_enrolment(), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment)
    session = build.make_session(enrolments)
    return services.propose_motion(session, by=build.chair_of(session), at=AT)


def adopted(motion):
    for seat in build.seats_of(motion.session):
        services.adopt_motion(motion, by=seat.sitting.user, at=AT)
    services.close_motion(motion, by=build.chair_of(motion.session), at=AT)


def pull(motion, position=1):
    item = motion.items.filter(dossier__position=position)
    item.update(pulled_by=build.seat(motion.session, 3), pulled_at=AT)


def test_a_dossier_pulled_out_of_a_motion_that_is_closed(motion):
    adopted(motion)

    refused_by("juries_motionitem_pulled", lambda: pull(motion))


def test_a_dossier_put_back_into_a_motion(motion):
    pull(motion)

    refused_by("juries_motionitem_pulled", lambda: motion.items.update(pulled_by=None, pulled_at=None))


def test_a_dossier_added_to_a_motion_that_is_closed(motion):
    late = Motion.objects.create(
        session=motion.session,
        seat=build.seat(motion.session, 2),
        state=MotionState.CLOSED,
        opened_at=AT,
        closed_at=AT,
    )

    refused_by(
        "juries_motionitem_added",
        lambda: MotionItem.objects.create(motion=late, dossier=build.dossier_of(motion.session)),
    )


def test_a_dossier_of_another_session_in_a_motion(motion):
    stranger = build.dossier_of(build.make_session(complete=False))

    refused_by("juries_motionitem_added", lambda: MotionItem.objects.create(motion=motion, dossier=stranger))


def test_a_motion_opened_again(motion):
    adopted(motion)

    refused_by(
        "juries_motion_closed",
        lambda: Motion.objects.filter(pk=motion.pk).update(state=MotionState.OPEN, closed_at=None),
    )


# Remarks


def remark_on(session, number=4):
    seat = build.seat(session, number)
    Remark.objects.create(
        dossier=build.dossier_of(session), seat=seat, member=seat.member, text="Un mot.", written_at=AT
    )


@pytest.mark.parametrize("state", [SessionState.PREPARED, SessionState.CLOSED, SessionState.PUBLISHED])
def test_a_remark_outside_of_the_session(state):
    session = build.make_session(state=state)

    refused_by("juries_remark_made", lambda: remark_on(session))


def test_a_remark_of_whoever_is_withdrawn(motion):
    session, seat = motion.session, build.seat(motion.session, 4)
    remark_on(session)
    conflict = services.Conflict(build.dossier_of(session))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)

    refused_by("juries_remark_made", lambda: remark_on(session))


# Convening notices


def answer_by_hand(session):
    ConveningNotice.objects.filter(seat__session=session, seat__number=3).update(answer="room", answered_at=AT)


def test_an_answer_after_the_opening():
    session = build.make_session(state=SessionState.CONVENED)
    answer_by_hand(session)
    ConveningNotice.objects.update(answer=None, answered_at=None)
    build.opened(session)

    refused_by("juries_conveningnotice_answered", lambda: answer_by_hand(session))
    ConveningNotice.objects.filter(seat__number=3).update(token_hash="0" * 64)  # Not an answer.


def test_a_notice_after_the_opening():
    session = build.make_session(state=SessionState.CONVENED)
    notice = ConveningNotice.objects.get(seat__number=3)
    build.opened(session)
    notice.pk, notice.member = None, build.make_member("union")
    paper = notice.paper
    paper.pk, paper.member = None, notice.member
    paper.save()
    notice.paper = paper

    refused_by("juries_conveningnotice_made", lambda: notice.save(force_insert=True))


# Erasing


@pytest.mark.parametrize(
    ("published_at", "first_day"),
    [
        (datetime(2021, 7, 2, 8, 0, tzinfo=UTC), datetime(2021, 9, 2, 0, 0, tzinfo=UTC)),
        (datetime(2021, 12, 31, 8, 0, tzinfo=UTC), datetime(2022, 3, 1, 0, 0, tzinfo=UTC)),
    ],
    ids=["two months", "to the end of February"],
)
def test_ballots_erased_during_the_appeal_period(published_at, first_day):
    """The day in UTC, from the last day to contest on: the service alone knows midnight in Paris."""
    session = build.make_session(state=SessionState.RATIFIED)
    services.publish(session, by=session.created_by, at=published_at)

    def erase(at):
        BallotErasure.objects.create(session=session, ballots=91, remarks=0, erased_at=at)

    refused_by("juries_erasure_published", lambda: erase(first_day - timedelta(seconds=1)))
    erase(first_day)


# Departing from the proposal


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "not_acquired", "departure_reason": "", "departure_ground": None},
        {"outcome": "not_acquired", "departure_reason": "", "departure_ground": "evidence"},
        {"outcome": "deferred", "departure_reason": "", "departure_ground": None},
        {"outcome": "acquired", "departure_reason": "Motif.", "departure_ground": None},
        {"outcome": "acquired", "departure_reason": "", "departure_ground": "evidence"},
        {"outcome": None, "state": "closed", "departure_reason": "", "departure_ground": "evidence"},
    ],
    ids=[
        "no reason",
        "a ground and no reason",
        "deferred and no reason",
        "a reason and no departure",
        "a ground and no departure",
        "a ground and no decision",
    ],
)
def test_a_departure_goes_with_its_reason(fields):
    session = build.make_session()
    deliberation = services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT)
    build.vote(deliberation, BallotChoice.NOT_ACQUIRED)
    services.close_vote(deliberation, by=build.chair_of(session), at=AT)
    decided = {"state": "decided", "decided_at": AT} | fields
    rows = Deliberation.objects.filter(pk=deliberation.pk)

    with pytest.raises(IntegrityError, match="juries_deliberation_departure"), transaction.atomic():
        rows.update(**decided)
    rows.update(**decided | {"state": "decided", "outcome": "not_acquired", "departure_reason": "Motif."})


# Emptying a table


EMPTIED = [guard for guard in GUARDS if "TRUNCATE" in guard.events]


@pytest.mark.parametrize("table", [guard.table for guard in EMPTIED])
def test_a_table_that_proves_is_not_emptied(table, postgresql):
    """Nor with those that refer to it, of which another may refuse first."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="|".join(guard.message for guard in EMPTIED)), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")
