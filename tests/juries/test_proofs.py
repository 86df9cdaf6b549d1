"""What a jury online promises, tried many times (ROUNDS=200 for the figures), on PostgreSQL: SQLite writes in turn."""

import os
from collections import Counter
from collections.abc import Iterator
from random import Random
from time import sleep

import pytest
from django.test import Client
from django.urls import reverse

from journal.models import Entry
from juries import services
from juries.enums import BallotChoice
from juries.models import Ballot, Deliberation, JurySession, Seat
from juries.services.refusals import BallotRefused, WrongMoment
from tests.builders import juries as build
from tests.load.sittings import BLOCK, make_agenda
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
ROUNDS = int(os.environ.get("ROUNDS", "6"))
CLICKS = 20
AT = build.VOTED_AT
YES, NO, ABSTAIN = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN
chance = Random(31395)  # noqa: S311


@pytest.fixture
def session() -> JurySession:
    return build.make_session(make_agenda(ROUNDS))


def votes_opened(session: JurySession) -> Iterator[Deliberation]:
    """One after the other, as many as there are dossiers."""
    chair = build.chair_of(session)
    for position in range(1, ROUNDS + 1):
        deliberation = build.deliberation_on(session, BLOCK, position=position)
        yield services.open_vote(deliberation, by=chair, at=AT)


def casting(deliberation: Deliberation, seat: Seat, choice: BallotChoice, *, within: float = 0.0):
    delay = chance.uniform(0, within)

    def cast() -> Ballot:
        sleep(delay)
        return services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=AT)

    return cast


def closing(deliberation: Deliberation, *, within: float = 0.0):
    chair, delay = build.chair_of(deliberation.dossier.session), chance.uniform(0, within)

    def close() -> Deliberation:
        sleep(delay)
        return services.close_vote(deliberation, by=chair, at=AT)

    return close


def tally_of(deliberation: Deliberation) -> Counter[str]:
    deliberation.refresh_from_db()
    counts = (deliberation.acquired_count, deliberation.not_acquired_count, deliberation.abstain_count)
    return Counter(dict(zip((YES, NO, ABSTAIN), (count or 0 for count in counts), strict=True)))


def closes_of(session: JurySession) -> int:
    return Entry.objects.filter(subject=session.subject, action="session.vote_closed").count()


def test_twenty_posts_at_once_are_one_ballot_of_each_member(session: JurySession):
    """F10: every request is answered, whatever it chose."""
    deliberation = next(votes_opened(session))
    address = reverse("juries:vote", args=[session.reference, deliberation.dossier.enrolment.reference, BLOCK])
    members = build.seats_of(session)[:ROUNDS]

    for seat in members:
        clients = [Client() for _ in range(CLICKS)]
        for client in clients:
            client.force_login(seat.sitting.user)
        answers = at_once(
            *(
                lambda client=client, choice=choice: client.post(
                    address, {"choice": choice}, headers={"HX-Request": "true"}
                )
                for client, choice in zip(clients, [YES, NO] * (CLICKS // 2), strict=True)
            )
        )
        assert [answer.status_code for answer in answers] == [200] * CLICKS

    assert deliberation.ballots.count() == len(members)
    assert set(Counter(deliberation.ballots.values_list("seat", flat=True)).values()) == {1}


def test_a_vote_racing_the_close_is_counted_or_refused(session: JurySession):
    """F11: thirteen voters and one close at random instants."""
    seats, refused = build.seats_of(session), 0
    differences = []

    for deliberation in votes_opened(session):
        services.cast_ballot(deliberation, seats[0], YES, by=seats[0].sitting.user, at=AT)
        voters = [casting(deliberation, seat, chance.choice((YES, NO, ABSTAIN)), within=0.3) for seat in seats[1:]]
        *answers, closed = at_once(*voters, closing(deliberation, within=0.3))
        assert isinstance(closed, Deliberation)
        assert all(isinstance(answer, Ballot | BallotRefused) for answer in answers)
        acknowledged = Counter(answer.choice for answer in answers if isinstance(answer, Ballot)) + Counter([YES])
        refused += sum(isinstance(answer, BallotRefused) for answer in answers)
        if +tally_of(deliberation) != acknowledged:
            differences.append((deliberation.pk, acknowledged))

    assert differences == []
    assert closes_of(session) == ROUNDS
    assert 0 < refused < 12 * ROUNDS  # Both sides of the close were met.


def test_the_last_two_votes_at_once_make_one_tally(session: JurySession):
    """F12: and so do two closes, pressed in two windows with them."""
    seats, differences = build.seats_of(session), []

    for deliberation in votes_opened(session):
        for seat in seats[:11]:
            services.cast_ballot(deliberation, seat, YES, by=seat.sitting.user, at=AT)
        last = [casting(deliberation, seat, NO, within=0.02) for seat in seats[11:]]
        *ballots, first, second = at_once(*last, *(closing(deliberation, within=0.05) for _ in range(2)))
        assert {type(first), type(second)} == {Deliberation, WrongMoment}
        taken = sum(isinstance(ballot, Ballot) for ballot in ballots)
        if +tally_of(deliberation) != +Counter({YES: 11, NO: taken}):
            differences.append(deliberation.pk)

    assert differences == []
    assert closes_of(session) == ROUNDS
