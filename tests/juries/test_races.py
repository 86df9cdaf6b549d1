"""Thirteen people click at once, while the chair closes. On PostgreSQL only: SQLite writes one at a time."""

from datetime import timedelta
from random import Random
from threading import Event
from time import sleep

import pytest

from blocks.enums import CollegeCode
from juries import services
from juries.enums import BallotChoice, SessionState
from juries.models import Ballot, Deliberation, JuryMember
from juries.services.refusals import (
    BallotRefused,
    HasVoted,
    MandateOverlaps,
    MemberSeated,
    SeatingRefused,
    WrongMoment,
)
from tests.builders import juries as build
from tests.builders.organisations import make_admin
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
AT = build.VOTED_AT
YES, NO = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED
BLOCKS = ("BC1", "BC2", "BC3", "BC4", "BC5", "BC6")


def _open(session, block="BC1"):
    return services.open_vote(build.deliberation_on(session, block), by=build.chair_of(session), at=AT)


def _caster(deliberation, seat, choice=YES, delay=0.0, after=None):
    def cast():
        sleep(delay)
        if after:
            after.wait(timeout=60)
        return services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=AT)

    return cast


def _closer(deliberation, chair, delay=0.0, tell=None):
    def close():
        sleep(delay)
        try:
            return services.close_vote(deliberation, by=chair, at=AT)
        finally:
            if tell:
                tell.set()

    return close


def test_thirteen_votes_at_once_are_thirteen_ballots():
    """The control: without a close in their way, all are taken."""
    session = build.make_session()
    deliberation = _open(session)

    answers = at_once(*(_caster(deliberation, seat) for seat in build.seats_of(session)))

    assert all(isinstance(answer, Ballot) for answer in answers)
    assert deliberation.ballots.count() == 13


def test_what_was_acknowledged_is_counted_and_nothing_else():
    chance = Random(31395)  # noqa: S311
    session = build.make_session()
    chair, seats = build.chair_of(session), build.seats_of(session)
    for block in BLOCKS:
        deliberation, closed = _open(session, block), Event()
        services.cast_ballot(deliberation, seats[0], YES, by=chair, at=AT)  # before the close, whatever the chance
        voters = [_caster(deliberation, seat, delay=chance.uniform(0, 0.15)) for seat in seats[1:-1]]
        late = _caster(deliberation, seats[-1], after=closed)

        *answers, of_late, _ = at_once(*voters, late, _closer(deliberation, chair, chance.uniform(0, 0.1), tell=closed))

        assert isinstance(of_late, BallotRefused)
        assert all(isinstance(answer, Ballot | BallotRefused) for answer in answers)
        taken = sum(isinstance(answer, Ballot) for answer in answers)
        deliberation.refresh_from_db()
        assert deliberation.is_decided
        assert deliberation.acquired_count == taken + 1 == deliberation.ballots.count()


def test_one_member_clicking_many_times_casts_one_ballot():
    session = build.make_session()
    deliberation, seat = _open(session), build.seat(session, 2)

    answers = at_once(*(_caster(deliberation, seat, (YES, NO)[rank % 2]) for rank in range(8)))

    assert all(isinstance(answer, Ballot) for answer in answers)
    assert deliberation.ballots.count() == 1


def test_two_closes_make_one_tally():
    session = build.make_session()
    deliberation, chair = _open(session), build.chair_of(session)
    build.vote(deliberation, YES)

    answers = at_once(*(_closer(deliberation, chair) for _ in range(4)))

    assert sum(isinstance(answer, Deliberation) for answer in answers) == 1
    assert sum(isinstance(answer, WrongMoment) for answer in answers) == 3


def test_a_member_noted_absent_has_voted_or_not_never_both():
    session = build.make_session()
    chair = build.chair_of(session)
    for block in ("BC1", "BC2", "BC3"):
        deliberation, seat = _open(session, block), build.seat(session, 3)
        services.cast_ballot(deliberation, build.seat(session, 1), YES, by=chair, at=AT)

        vote, absence = at_once(
            _caster(deliberation, seat), lambda: services.record_presence(session, {3: "absent"}, by=chair, at=AT)
        )

        assert isinstance(vote, Ballot) == isinstance(absence, HasVoted)
        if not isinstance(absence, HasVoted):
            services.record_presence(session, {3: "present"}, by=chair, at=AT)
        services.close_vote(deliberation, by=chair, at=AT)


def test_one_of_two_mandates_of_a_new_person_at_once_is_refused():
    admin = make_admin()

    def mandate():
        return services.mandate(
            email="maelle@example.org",
            first_name="Maëlle",
            last_name="Kervella",
            college=CollegeCode.UNION,
            body="Syndicat",
            starts_on=build.HELD_ON,
            by=admin,
            at=build.PREPARED_AT,
        )

    answers = at_once(mandate, mandate)

    assert {type(answer) for answer in answers} == {JuryMember, MandateOverlaps}


def test_a_mandate_does_not_end_while_its_member_is_being_seated():
    admin, members = make_admin(), build.make_members(2)
    session = build.make_session([], SessionState.PREPARED, members=[], by=admin)
    seatings = [services.Seating(member) for member in members]
    day_before = build.HELD_ON - timedelta(days=1)

    composed, ended = at_once(
        lambda: services.compose(session, seatings, by=admin, at=build.PREPARED_AT),
        lambda: services.end_mandate(members[0], on=day_before, by=admin, at=build.PREPARED_AT),
    )

    assert isinstance(composed, SeatingRefused) is not isinstance(ended, MemberSeated)
