"""A vote opens while somebody reopens what it would hear. On PostgreSQL only: SQLite writes one at a time."""

from collections.abc import Callable
from threading import Event
from time import sleep

import pytest
from django.db import connection

from evaluations.models import Evaluation, Reopening
from evaluations.services import ReopeningRefused, reopen
from evaluations.services import reopening as steps
from journal.guards import all_guards
from journal.models import Entry
from juries import services
from juries.enums import SessionState
from juries.models import Deliberation, JurySession
from juries.services.refusals import BlockIncomplete
from tests.builders import evaluations as entry
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin
from tests.races import at_once

from .test_resits import AT as PUBLISHED_SINCE
from .test_resits import DUE, refusing

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
AT = build.VOTED_AT
BLOCKS = ("BC1", "BC2", "BC3", "BC4", "BC5")


@pytest.fixture
def session() -> JurySession:
    enrolment = make_enrolment()
    entry.submit_all(enrolment)
    return build.make_session([enrolment], SessionState.OPEN)


def opener(session: JurySession, block: str) -> Callable[[], Deliberation]:
    chair, deliberation = build.chair_of(session), build.deliberation_on(session, block)
    return lambda: services.open_vote(deliberation, by=chair, at=AT)


def reopener(block: str) -> Callable[[], Reopening]:
    evaluation = Evaluation.objects.get(enrolled_block__block__code=block, channel__code="panel")
    admin = make_admin()
    return lambda: reopen(evaluation, reason="Une erreur.", due_on=None, by=admin, at=AT)


def both(session: JurySession, block: str) -> bool:
    """Whether a vote heard what was reopened."""
    opened = build.deliberation_on(session, block).opened_at is not None
    return opened and Reopening.objects.filter(evaluation__enrolled_block__block__code=block).exists()


def meanwhile(monkeypatch, session: JurySession) -> list:
    """The vote opens once the reopening has found nothing in its way, and before it is written."""
    checked, opened = Event(), Event()
    known = steps.obstacle_to_reopening

    def checking(*about) -> str:
        found = known(*about)
        checked.set()
        opened.wait(timeout=10)
        return found

    def open_meanwhile() -> Deliberation:
        checked.wait(timeout=10)
        try:
            return opener(session, "BC1")()
        finally:
            opened.set()

    monkeypatch.setattr(steps, "obstacle_to_reopening", checking)
    return at_once(reopener("BC1"), open_meanwhile)


def test_without_its_guard_a_reopening_slips_past_the_vote(session, monkeypatch):
    """The control."""
    for guard in all_guards():
        if guard.name == "juries_reopening_deliberated":
            guard.remove(connection)

    meanwhile(monkeypatch, session)

    assert both(session, "BC1")


def test_with_it_the_database_has_the_last_word(session, monkeypatch):
    refusal, opened = meanwhile(monkeypatch, session)

    assert isinstance(refusal, ReopeningRefused)
    assert isinstance(opened, Deliberation)
    assert not Reopening.objects.exists()


def test_a_vote_waits_for_the_reopening_that_came_first(session, monkeypatch):
    written = Event()
    write = steps.write_reopenings

    def slowly(*rows) -> list[Reopening]:
        made = write(*rows)
        written.set()
        sleep(0.5)  # The vote is being opened meanwhile.
        return made

    def open_afterwards() -> Deliberation:
        written.wait(timeout=10)
        return opener(session, "BC1")()

    monkeypatch.setattr(steps, "write_reopenings", slowly)
    reopening, refusal = at_once(reopener("BC1"), open_afterwards)

    assert isinstance(reopening, Reopening)
    assert isinstance(refusal, BlockIncomplete)


def test_together_one_of_them_wins(session):
    answers = [at_once(opener(session, block), reopener(block)) for block in BLOCKS]

    assert [both(session, block) for block in BLOCKS] == [False] * len(BLOCKS)
    for opened, reopening in answers:
        won = (isinstance(opened, Deliberation), isinstance(reopening, Reopening))
        assert won in {(True, False), (False, True)}, answers


def test_resits_opened_by_six_people_are_opened_once():
    session = refusing(make_enrolment())
    admin = make_admin()

    def open_all() -> list[Reopening]:
        return services.open_resits(session, session.dossiers.all(), due_on=DUE, by=admin, at=PUBLISHED_SINCE)

    opened = at_once(*[open_all] * 6)

    assert sorted(len(rows) for rows in opened) == [0, 0, 0, 0, 0, 6]
    assert Reopening.objects.count() == 6
    assert Entry.objects.filter(action="session.resits_opened").count() == 1


def test_an_evaluation_is_reopened_once(session):
    opened = at_once(*[reopener("BC1")] * 6)

    assert sum(isinstance(row, Reopening) for row in opened) == 1
    assert Reopening.objects.count() == 1
