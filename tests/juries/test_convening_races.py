"""A member answers twice, or while the session opens. On PostgreSQL only: SQLite writes one at a time."""

from collections.abc import Callable
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection

from journal.models import Entry
from juries import services
from juries.enums import ConveningAnswer, SessionState
from juries.guards import GUARDS
from juries.models import ConveningNotice, JurySession, Seat
from juries.models.convening import ConveningNoticeQuerySet
from juries.services import convening as steps
from juries.services.refusals import WrongMoment
from tests.builders import juries as build
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
AT = build.CONVENED_AT
ROOM, EXCUSED = ConveningAnswer.ROOM, ConveningAnswer.EXCUSED
ROUNDS = 4


@pytest.fixture
def session() -> JurySession:
    """Seats 3 to 6 have a substitute, of the same college."""
    members = build.make_members()
    substitutes = {number: build.make_member(members[number - 1].college) for number in range(3, 3 + ROUNDS)}
    return build.make_session(state=SessionState.CONVENED, members=members, substitutes=substitutes)


def answering(session: JurySession, answer: ConveningAnswer, number: int = 3) -> Callable[[], ConveningNotice]:
    notice = ConveningNotice.objects.select_related("seat__session", "member__user").get(
        seat__session=session, seat__number=number
    )
    return lambda: services.answer_convening(notice, answer, by=notice.member.user, at=AT)


def opening(session: JurySession) -> Callable[[], JurySession]:
    chair = build.chair_of(session)
    return lambda: services.open_session(session, by=chair, at=build.OPENED_AT)


def answers_noted(number: int = 3) -> list[tuple[str | None, str]]:
    """From what to what, in the order of the journal."""
    entries = Entry.objects.filter(action="session.convening_answered", after__seat=number).order_by("pk")
    return [(entry.before["answer"], entry.after["answer"]) for entry in entries]


@pytest.fixture
def unlocked(monkeypatch) -> None:
    """As if an answer locked nothing."""

    def seats(session: JurySession):
        return Seat.objects.filter(session=session).select_related("member__user", "substitute__user")

    def read(session: JurySession, *states: SessionState) -> JurySession:
        return JurySession.objects.get(pk=session.pk, state__in=states)

    monkeypatch.setattr(steps, "lock", read)
    monkeypatch.setattr(steps, "_locked_seats", seats)
    monkeypatch.setattr(ConveningNoticeQuerySet, "select_for_update", lambda rows, **_: rows)


def before_writing(monkeypatch, gesture: Callable[[], object]) -> None:
    """An answer does this once it has found nothing in its way."""
    write = steps._write_answer

    def later(*args, **kwargs) -> None:
        gesture()
        write(*args, **kwargs)

    monkeypatch.setattr(steps, "_write_answer", later)


def test_without_their_locks_two_answers_are_one_too_many(session, unlocked, monkeypatch):
    """The control."""
    both = Barrier(2, timeout=10)
    before_writing(monkeypatch, both.wait)

    at_once(answering(session, ROOM), answering(session, ROOM))

    assert answers_noted() == [(None, ROOM)] * 2


def test_the_same_answer_twice_is_one(session):
    for number in range(3, 3 + ROUNDS):
        told = at_once(*[answering(session, EXCUSED, number)] * 2)

        assert [answer.answer for answer in told] == [EXCUSED] * 2
        assert answers_noted(number) == [(None, EXCUSED)]
        assert ConveningNotice.objects.filter(seat__number=number).count() == 2  # The substitute is called once.


def test_two_answers_follow_one_another(session):
    for number in range(3, 3 + ROUNDS):
        at_once(answering(session, ROOM, number), answering(session, EXCUSED, number))

        (_, first), (before, last) = answers_noted(number)
        titular = ConveningNotice.objects.get(seat__number=number, member=build.seat(session, number).member)
        assert {first, last} == {ROOM, EXCUSED}
        assert (before, titular.answer) == (first, last)
        assert ConveningNotice.objects.filter(seat__number=number).count() == 2


def answered_while_it_opens(session: JurySession, monkeypatch) -> list:
    """The session opens once the answer has found it convened, and before the answer is written."""
    checked, opened = Event(), Event()

    def wait() -> None:
        checked.set()
        opened.wait(timeout=10)

    def open_meanwhile() -> JurySession:
        checked.wait(timeout=10)
        try:
            return opening(session)()
        finally:
            opened.set()

    build.declare_nothing(session, 1)
    before_writing(monkeypatch, wait)
    return at_once(answering(session, EXCUSED), open_meanwhile)


def test_without_lock_and_guard_an_answer_slips_past_the_opening(session, unlocked, monkeypatch):
    """The control."""
    for guard in GUARDS:
        if guard.name.startswith("juries_conveningnotice_"):
            guard.remove(connection)

    answer, opened = answered_while_it_opens(session, monkeypatch)

    assert isinstance(opened, JurySession)
    assert isinstance(answer, ConveningNotice)
    assert answers_noted() == [(None, EXCUSED)]


def test_without_lock_the_database_has_the_last_word(session, unlocked, monkeypatch):
    answer, opened = answered_while_it_opens(session, monkeypatch)

    assert isinstance(opened, JurySession)
    assert isinstance(answer, IntegrityError)
    assert "avant l’ouverture" in str(answer)
    assert answers_noted() == []


def test_an_answer_comes_before_the_opening_or_is_refused(session):
    build.declare_nothing(session, 1)

    answer, opened = at_once(answering(session, EXCUSED), opening(session))

    assert isinstance(opened, JurySession)
    assert isinstance(answer, ConveningNotice | WrongMoment)
    assert bool(answers_noted()) == isinstance(answer, ConveningNotice)
