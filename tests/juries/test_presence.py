"""Who is there, to the moment: what the chair notes, who joins from afar, who is lost and who comes back."""

from datetime import timedelta

import pytest

from journal.models import Entry
from juries import services
from juries.enums import AttendanceMeans, ConveningAnswer, Presence, PresenceChange, SessionMeans, SessionState
from juries.models import ConveningNotice, PresenceEvent, Seat, Sitting
from juries.services import refusals
from tests.builders import juries as build

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
ROOM, REMOTE = AttendanceMeans.ROOM, AttendanceMeans.REMOTE


def _after(seconds):
    return AT + timedelta(seconds=seconds)


def _events(session, number):
    rows = PresenceEvent.objects.filter(seat__session=session, seat__number=number).order_by("pk")
    return list(rows.values_list("change", "means"))


def _user(session, number):
    return build.seat(session, number).sitting.user


def _signal(session, number, seconds):
    services.signal(session, by=_user(session, number), at=_after(seconds))


def _presence(session, number):
    return build.seat(session, number).presence


@pytest.fixture
def mixed():
    """Seats 3 and 4 attend from afar since AT, everybody else in the room."""
    session = build.make_session(means=SessionMeans.MIXED)
    for number in (3, 4):
        services.join_session(session, by=_user(session, number), at=AT)
    return session


def test_whoever_announced_that_they_attend_from_afar_is_noted_so():
    session = build.make_session(state=SessionState.CONVENED, means=SessionMeans.MIXED)
    for number, answer in {4: ConveningAnswer.REMOTE, 5: ConveningAnswer.ROOM}.items():
        notice = ConveningNotice.objects.get(seat__session=session, seat__number=number)
        services.answer_convening(notice, answer, by=notice.member.user, at=build.CONVENED_AT, by_link=False)

    build.opened(session)

    assert [build.seat(session, number).attends_by for number in (3, 4, 5)] == [ROOM, REMOTE, ROOM]
    assert _events(session, 4) == [(PresenceChange.JOINED, REMOTE)]


def test_unless_the_chair_sees_them_in_the_room():
    session = build.make_session(state=SessionState.CONVENED, means=SessionMeans.MIXED)
    notice = ConveningNotice.objects.get(seat__session=session, seat__number=4)
    services.answer_convening(
        notice, ConveningAnswer.REMOTE, by=notice.member.user, at=build.CONVENED_AT, by_link=False
    )

    services.record_presence(session, {4: Presence.PRESENT}, by=build.chair_of(session), at=AT, means={4: ROOM})

    assert build.seat(session, 4).attends_by == ROOM


CHANGES = [
    pytest.param(Presence.EXPECTED, Presence.PRESENT, [PresenceChange.JOINED], id="arrives"),
    pytest.param(Presence.EXPECTED, Presence.EXCUSED, [], id="is-excused"),
    pytest.param(Presence.PRESENT, Presence.LEFT, [PresenceChange.LEFT], id="leaves"),
    pytest.param(Presence.PRESENT, Presence.ABSENT, [PresenceChange.LEFT], id="was-noted-there-by-mistake"),
    pytest.param(Presence.LEFT, Presence.PRESENT, [PresenceChange.JOINED], id="comes-again"),
    pytest.param(Presence.LOST, Presence.PRESENT, [PresenceChange.BACK], id="is-found-again"),
    pytest.param(Presence.LOST, Presence.LEFT, [PresenceChange.LEFT], id="is-said-to-have-left"),
    pytest.param(Presence.PRESENT, Presence.PRESENT, [], id="stays"),
]


@pytest.mark.parametrize(("before", "after", "changes"), CHANGES)
def test_each_move_is_kept_to_the_moment(before, after, changes):
    session = build.make_session()
    PresenceEvent.objects.filter(seat__session=session)
    already = len(_events(session, 3))
    Seat.objects.filter(session=session, number=3).update(presence=before)

    services.record_presence(session, {3: after}, by=build.chair_of(session), at=AT)

    assert _events(session, 3)[already:] == [(change, ROOM) for change in changes]
    assert _presence(session, 3) == after


def test_the_chair_notes_how_each_attends():
    session = build.make_session(means=SessionMeans.MIXED)

    services.record_presence(session, {}, by=build.chair_of(session), at=AT, means={5: REMOTE})

    assert build.seat(session, 5).attends_by == REMOTE
    assert _events(session, 5)[-1] == (PresenceChange.JOINED, REMOTE)
    assert Entry.objects.filter(action="session.attendance").last().after == {"5": "present", "means": {"5": "remote"}}


def test_noting_what_is_already_noted_says_nothing():
    session = build.make_session()
    known = Entry.objects.count()

    services.record_presence(session, {3: Presence.PRESENT}, by=build.chair_of(session), at=AT)

    assert Entry.objects.count() == known


def test_a_meeting_held_from_afar_is_attended_from_afar():
    session = build.make_session(means=SessionMeans.REMOTE)

    assert {seat.attends_by for seat in build.seats_of(session)} == {REMOTE}


def test_a_member_joins_from_afar_and_leaves():
    session = build.make_session(means=SessionMeans.MIXED, absent=[3])

    services.join_session(session, by=_user(session, 3), at=AT)
    services.join_session(session, by=_user(session, 3), at=_after(1))
    services.leave_session(session, by=_user(session, 3), at=_after(2))

    assert _events(session, 3) == [(PresenceChange.JOINED, REMOTE), (PresenceChange.LEFT, REMOTE)]
    assert _presence(session, 3) == Presence.LEFT
    with pytest.raises(refusals.MemberAway):
        services.leave_session(session, by=_user(session, 3), at=_after(3))


def test_whoever_presides_in_the_room_says_that_they_go_and_the_vice_chair_takes_over():
    session = build.make_session()

    services.leave_session(session, by=_user(session, 1), at=AT)
    services.take_over_chair(session, by=_user(session, 2), at=_after(1))

    assert _presence(session, 1) == Presence.LEFT
    assert build.seat(session, 2).is_chair


def test_nobody_joins_a_meeting_held_in_a_room():
    session = build.make_session(absent=[3])

    with pytest.raises(refusals.NotAttendedFromAfar):
        services.join_session(session, by=_user(session, 3), at=AT)
    with pytest.raises(refusals.NotAttendedFromAfar):
        services.leave_session(session, by=_user(session, 4), at=AT)


def test_nobody_joins_before_the_session_opens():
    session = build.make_session(state=SessionState.CONVENED, means=SessionMeans.REMOTE)

    with pytest.raises(refusals.WrongMoment):
        services.join_session(session, by=_user(session, 3), at=AT)


def test_a_stranger_neither_joins_nor_signals(mixed):
    stranger = _user(build.make_session(), 3)

    for act in (services.join_session, services.leave_session, services.signal):
        with pytest.raises(refusals.NotYourSeat):
            act(mixed, by=stranger, at=AT)


def test_a_minute_of_silence_is_a_connection_lost(mixed):
    for seconds in range(0, 60, 20):
        _signal(mixed, 1, seconds)
        _signal(mixed, 3, seconds)
    assert _presence(mixed, 4) == Presence.PRESENT

    _signal(mixed, 3, 60)

    assert [_presence(mixed, number) for number in (1, 3, 4, 5)] == ["present", "present", "lost", "present"]
    assert _events(mixed, 4)[-1] == (PresenceChange.LOST, REMOTE)
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.actor, entry.before, entry.after) == (
        "session.lost",
        "system",
        {"4": "present"},
        {"4": "lost"},
    )


def test_whoever_is_lost_is_back_at_their_next_signal(mixed):
    for seconds in range(0, 61, 20):
        _signal(mixed, 3, seconds)
    assert _presence(mixed, 4) == Presence.LOST

    _signal(mixed, 4, 75)
    _signal(mixed, 3, 80)

    assert _presence(mixed, 4) == Presence.PRESENT
    assert _events(mixed, 4)[-2:] == [(PresenceChange.LOST, REMOTE), (PresenceChange.BACK, REMOTE)]
    assert Entry.objects.latest("seq").action == "session.back"


def test_a_restart_of_ours_loses_nobody(mixed):
    for seconds in (0, 20):
        for number in (1, 3, 4):
            _signal(mixed, number, seconds)

    _signal(mixed, 1, 300)  # Nobody was heard for nearly five minutes: it is we who were away.
    _signal(mixed, 3, 310)
    _signal(mixed, 1, 350)
    assert _presence(mixed, 4) == Presence.PRESENT

    _signal(mixed, 1, 361)
    assert _presence(mixed, 3) == Presence.PRESENT
    assert _presence(mixed, 4) == Presence.LOST


def test_nobody_in_the_room_is_missed(mixed):
    for seconds in range(0, 200, 20):
        for number in (3, 4):
            _signal(mixed, number, seconds)

    assert {seat.presence for seat in build.seats_of(mixed)} == {Presence.PRESENT}


def test_a_meeting_opened_before_signals_were_heard_loses_nobody(mixed):
    Sitting.objects.filter(session=mixed).delete()

    for seconds in range(0, 200, 20):
        _signal(mixed, 3, seconds)

    assert _presence(mixed, 4) == Presence.PRESENT


def test_a_signal_waits_for_no_decision(mixed, django_assert_num_queries):
    _signal(mixed, 3, 0)
    user = _user(mixed, 3)

    with django_assert_num_queries(6):  # the transaction's two, the seat, the sitting, what it has heard, the seat's
        services.signal(mixed, by=user, at=_after(10))


def test_the_ballot_of_whoever_is_lost_is_refused_until_they_are_back(mixed):
    deliberation = services.open_vote(build.deliberation_on(mixed), by=build.chair_of(mixed), at=AT)
    for seconds in range(0, 61, 20):
        _signal(mixed, 3, seconds)
    seat = build.seat(mixed, 4)

    with pytest.raises(refusals.BallotRefused) as refused:
        services.cast_ballot(deliberation, seat, "acquired", by=seat.sitting.user, at=_after(62))
    assert [reason.code.value for reason in refused.value.reasons] == ["ballot.present"]

    _signal(mixed, 4, 70)
    services.cast_ballot(deliberation, seat, "acquired", by=seat.sitting.user, at=_after(71))
    assert deliberation.ballots.count() == 1


def test_a_substitute_comes_in_as_the_titular_goes_out():
    session = build.make_session(substitutes={5: build.make_member("union")})
    titular = build.seat(session, 5).sitting

    seat = services.substitute(build.seat(session, 5), by=build.chair_of(session), at=AT)

    moves = PresenceEvent.objects.filter(seat=seat).order_by("pk").values_list("member", "change")
    assert list(moves)[-2:] == [(titular.pk, PresenceChange.LEFT), (seat.sitting.pk, PresenceChange.JOINED)]
