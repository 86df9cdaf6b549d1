"""Results published by the clock while somebody clicks. On PostgreSQL only: SQLite writes one at a time."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError

from candidates.models import AcquiredBlock
from correspondence.models import Mail
from journal.models import Entry
from juries import services
from juries.enums import PaperKind, SessionState
from juries.models import RESULT_MAIL, JurySession, SessionPaper
from juries.services import publication
from juries.services.refusals import WrongMoment
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
DUE = build.RATIFIED_AT + timedelta(days=3)
PEOPLE = 2


@pytest.fixture
def session() -> JurySession:
    """To be published at its moment, by an admin; each candidate has an address."""
    enrolments = [make_enrolment() for _ in range(PEOPLE)]
    for rank, enrolment in enumerate(enrolments):
        enrolment.candidate.email = f"personne{rank}@example.org"
        enrolment.candidate.save(update_fields=["email"])
        submit_all(enrolment)
    session = build.make_session(enrolments, SessionState.RATIFIED)
    return services.schedule_publication(session, due_at=DUE, by=session.created_by, at=build.RATIFIED_AT)


def clock(session: JurySession) -> Callable[[], list[AcquiredBlock]]:
    return lambda: services.publish_scheduled(session, at=DUE)


def click(session: JurySession) -> Callable[[], list[AcquiredBlock]]:
    admin = make_admin()
    return lambda: services.publish(session, by=admin, at=DUE)


def published() -> dict[str, int]:
    return {
        "publications": Entry.objects.filter(action="session.published").count(),
        "blocks": AcquiredBlock.objects.count(),
        "letters": SessionPaper.objects.filter(kind=PaperKind.LETTER).count(),
        "mails": Mail.objects.filter(kind=RESULT_MAIL).count(),
    }


ONCE = {"publications": 1, "blocks": 7 * PEOPLE, "letters": PEOPLE, "mails": PEOPLE}


@pytest.mark.parametrize("second", [click, clock], ids=["a click", "a second worker"])
def test_the_clock_and_another_publish_once(session, second):
    answers = at_once(clock(session), second(session))

    assert sorted(type(answer) for answer in answers if not isinstance(answer, list)) == [WrongMoment]
    assert published() == ONCE


def test_without_the_lock_both_publish_and_the_database_has_the_last_word(session, monkeypatch):
    """The control."""
    both = Barrier(2, timeout=10)

    def unlocked(session: JurySession, target: SessionState) -> JurySession:
        found = JurySession.objects.get(pk=session.pk)
        both.wait()
        return found

    monkeypatch.setattr(publication, "lock_for", unlocked)
    answers = at_once(clock(session), clock(session))

    (refused,) = (answer for answer in answers if not isinstance(answer, list))
    assert isinstance(refused, IntegrityError)
    assert published() == ONCE
