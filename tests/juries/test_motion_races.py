"""Everybody adopts at once while the motion closes. On PostgreSQL only: SQLite writes one at a time."""

import pytest

from juries import services
from juries.enums import BallotChoice
from juries.models import Ballot, Deliberation
from juries.services.motions import Adopted
from juries.services.polls import Count
from juries.services.refusals import MotionMoved, NothingCounted, WrongMoment
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
AT = build.VOTED_AT


def proposed():
    enrolments = [make_enrolment(), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment)
    session = build.make_session(enrolments)
    return session, services.propose_motion(session, by=build.chair_of(session), at=AT)


def adopting(motion, seat):
    return lambda: services.adopt_motion(motion, by=seat.sitting.user, at=AT)


def closing(motion, chair):
    return lambda: services.close_motion(motion, by=chair, at=AT)


def race(session, motion):
    chair, seats = build.chair_of(session), build.seats_of(session)
    services.adopt_motion(motion, by=chair, at=AT)
    for seat in seats[1:7]:
        services.adopt_motion(motion, by=seat.sitting.user, at=AT)
    *answers, closed = at_once(*(adopting(motion, seat) for seat in seats[7:]), closing(motion, chair))
    assert isinstance(closed, Count)
    return 7 + sum(isinstance(answer, Adopted) for answer in answers), answers


def test_who_was_told_that_they_adopt_is_counted_and_nobody_else():
    for _ in range(3):
        session, motion = proposed()

        acknowledged, answers = race(session, motion)

        assert all(isinstance(answer, Adopted | MotionMoved | WrongMoment) for answer in answers)
        rows = Deliberation.objects.filter(dossier__session=session)
        assert set(rows.values_list("state", "acquired_count")) == {("decided", acknowledged)}
        assert Ballot.objects.filter(deliberation__in=rows).count() == 14 * acknowledged


def test_two_closings_count_once():
    session, motion = proposed()
    chair = build.chair_of(session)
    for seat in build.seats_of(session):
        services.adopt_motion(motion, by=seat.sitting.user, at=AT)

    answers = at_once(*(closing(motion, chair) for _ in range(4)))

    assert sum(isinstance(answer, Count) for answer in answers) == 1
    assert sum(isinstance(answer, WrongMoment) for answer in answers) == 3


def test_twenty_clicks_of_each_member_are_one_ballot_on_each_block():
    session, motion = proposed()
    seats = build.seats_of(session)[:3]

    answers = at_once(*(adopting(motion, seat) for seat in seats for _ in range(20)))

    assert all(isinstance(answer, Adopted) for answer in answers)
    assert sum(answer.ballots for answer in answers) == Ballot.objects.count() == 3 * 14


def test_twenty_clicks_on_one_block_are_one_ballot():
    session, _ = proposed()
    deliberation, seats = build.deliberation_on(session), build.seats_of(session)[:3]
    choices = list(BallotChoice)

    answers = at_once(
        *(
            lambda seat=seat, choice=choices[rank % 3]: services.cast_ballot(
                deliberation, seat, choice, by=seat.sitting.user, at=AT
            )
            for seat in seats
            for rank in range(20)
        )
    )

    assert all(isinstance(answer, Ballot) for answer in answers)
    assert deliberation.ballots.count() == 3


def test_nobody_adopting_leaves_the_motion_open_to_a_second_closing():
    session, motion = proposed()

    answers = at_once(*(closing(motion, build.chair_of(session)) for _ in range(2)))

    assert all(isinstance(answer, NothingCounted) for answer in answers)
