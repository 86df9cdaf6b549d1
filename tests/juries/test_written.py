"""A jury that votes in writing: a window, those who come, a quorum counted at the close."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from blocks.sentences import sentence
from correspondence.composing import composer_of
from correspondence.models import Mail
from journal.models import Entry
from juries import periodic, services
from juries.enums import AttendanceMeans, BallotChoice, DeliberationState, Presence, SessionMeans, SessionState
from juries.models import Ballot, Deliberation, Motion, PresenceEvent, Seat
from juries.reminders import Stage, days_of, stage_on
from juries.services import refusals
from rulebook.jury import VotingWindow
from rulebook.verdict import CheckCode
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all

pytestmark = pytest.mark.django_db
OPENS = datetime(2021, 6, 14, 7, 0, tzinfo=UTC)  # a Monday, 9 h in Paris
CLOSES = datetime(2021, 6, 18, 16, 0, tzinfo=UTC)  # the Friday, 18 h in Paris
DURING = datetime(2021, 6, 15, 9, 0, tzinfo=UTC)
AFTER = CLOSES + timedelta(minutes=5)
YES, NO = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED


def evaluated(**fields):
    enrolment = make_enrolment()
    submit_all(enrolment, **fields)
    return enrolment


def convened(*enrolments):
    session = build.make_session(
        enrolments or [evaluated(blocks=["BC1", "BC2"])],
        SessionState.CONVENED,
        held_on=CLOSES.date(),
        means=SessionMeans.WRITTEN,
        written_opens_at=OPENS,
        written_closes_at=CLOSES,
    )
    for seat in build.seats_of(session):
        services.declare_conflicts(seat, [], by=seat.sitting.user, at=build.CONVENED_AT)
    return session


@pytest.fixture
def session():
    session = convened()
    return services.open_session(session, by=build.chair_of(session), at=OPENS)


def cast(session, number, choice=YES, *, block="BC1", at=DURING):
    seat = build.seat(session, number)
    return services.cast_ballot(build.deliberation_on(session, block), seat, choice, by=seat.sitting.user, at=at)


def vote(session, numbers, blocks=("BC1", "BC2")):
    for number in numbers:
        for block in blocks:
            cast(session, number, block=block)


def count(session, at=AFTER):
    return services.count_written_votes(session, by=build.chair_of(session), at=at)


def test_opening_puts_every_complete_block_to_the_vote_without_anybody_there(session):
    states = dict(Deliberation.objects.values_list("enrolled_block__block__code", "state"))

    assert {code for code, state in states.items() if state == DeliberationState.OPEN} == {"BC1", "BC2"}
    assert not PresenceEvent.objects.exists()
    assert {seat.presence for seat in build.seats_of(session)} == {Presence.EXPECTED}


def test_unanimous_dossiers_make_a_motion():
    session = convened(evaluated(), evaluated(blocks=["BC1"]))

    services.open_session(session, by=build.chair_of(session), at=OPENS)

    assert [item.dossier.position for item in Motion.objects.get().items.all()] == [1]


def test_it_does_not_open_before_its_hour():
    session = convened()

    with pytest.raises(refusals.WindowNotOpen):
        services.open_session(session, by=build.chair_of(session), at=OPENS - timedelta(seconds=1))


def test_the_clock_opens_in_the_name_of_the_chair(monkeypatch):
    session = convened()
    assert services.written_to_open(OPENS - timedelta(seconds=1)) == []
    assert services.written_to_open(CLOSES) == []
    monkeypatch.setattr(periodic.timezone, "now", lambda: OPENS)

    periodic.open_written_sessions()
    periodic.open_written_sessions()

    session.refresh_from_db()
    assert session.is_open
    entry = Entry.objects.get(action="session.open")
    assert (entry.actor, entry.on_behalf_of) == ("system", build.chair_of(session).reference)
    opened = Entry.objects.get(action="session.vote_opened")
    assert opened.actor == "system"


def test_nobody_notes_who_is_there(session):
    with pytest.raises(refusals.AttendedInWriting):
        services.record_presence(session, {5: Presence.PRESENT}, by=build.chair_of(session), at=DURING)

    assert build.seat(session, 5).presence == Presence.EXPECTED
    assert not PresenceEvent.objects.exists()


def test_a_substitute_is_there_once_they_vote_too():
    session = convened()
    seat = build.seat(session, 5)
    Seat.objects.filter(pk=seat.pk).update(substitute=build.make_member())

    services.substitute(build.seat(session, 5), by=build.chair_of(session), at=build.CONVENED_AT)

    assert build.seat(session, 5).presence == Presence.EXPECTED


def test_the_console_tells_who_has_voted_and_offers_no_presence(session, client):
    cast(session, 5)
    client.force_login(build.chair_of(session))

    page = client.get(reverse("juries:console", args=[session.reference])).content.decode()

    assert page.count("a voté") == 1
    assert "<strong>1</strong> ont voté sur 13" in page
    assert "Enregistrer les présences" not in page
    assert "quorum non réuni" not in page


def test_whoever_votes_is_there_from_then_on(session):
    cast(session, 5)
    cast(session, 5, NO)

    seat = build.seat(session, 5)
    assert (seat.presence, seat.attends_by) == (Presence.PRESENT, AttendanceMeans.WRITTEN)
    event = PresenceEvent.objects.get()
    assert (event.seat, event.means, event.at) == (seat, AttendanceMeans.WRITTEN, DURING)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param(CLOSES, "18\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}00", id="at-the-close"),
        pytest.param(AFTER, "18\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05", id="after-it"),
    ],
)
def test_a_late_ballot_is_refused_with_the_moment_of_its_arrival(session, at, words):

    with pytest.raises(refusals.BallotRefused) as refused:
        cast(session, 5, at=at)

    (reason,) = refused.value.reasons
    assert reason.code == CheckCode.BALLOT_WINDOW
    assert words in sentence(reason)
    assert not Ballot.objects.exists()
    assert build.seat(session, 5).presence == Presence.EXPECTED


def test_the_last_moment_before_the_close_is_in_time(session):
    assert cast(session, 5, at=CLOSES - timedelta(microseconds=1))


def test_it_is_counted_at_the_close_on_those_who_voted(session):
    vote(session, range(4, 11))

    result = count(session)

    assert len(result.closed) == 2
    row = build.deliberation_on(session)
    assert (row.acquired_count, row.quorum_count, row.is_decided) == (7, 7, True)


def test_it_is_counted_before_the_close_only_when_everybody_has_voted(session):
    vote(session, range(1, 14), blocks=["BC1"])
    vote(session, range(1, 13), blocks=["BC2"])

    result = count(session, at=DURING)

    assert [row.code for row in result.closed] == ["BC1"]
    assert isinstance(result.left[0][1], refusals.WindowNotOver)
    with pytest.raises(refusals.WindowNotOver):
        count(session, at=DURING)


def test_the_quorum_is_counted_block_by_block(session):
    vote(session, range(4, 11), blocks=["BC1"])
    vote(session, range(4, 10), blocks=["BC2"])

    result = count(session)

    assert [row.code for row in result.closed] == ["BC1"]
    assert [type(refusal) for _, refusal in result.left] == [refusals.NotQuorate]


def test_without_a_quorum_the_chair_waits_longer_or_gives_up(session):
    vote(session, range(4, 10))
    chair = build.chair_of(session)
    with pytest.raises(refusals.NothingCounted):
        count(session)

    later = CLOSES + timedelta(days=3)
    services.extend_window(session, later, by=chair, at=AFTER)
    vote_at = AFTER + timedelta(hours=1)
    cast(session, 11, at=vote_at)
    assert len(count(session, at=later).closed) == 1
    (lapsed,) = services.lapse_votes(build.dossier_of(session), by=chair, at=later)

    assert lapsed.code == "BC2"
    assert Mail.objects.filter(kind="juries.window_extended").count() == 13
    session.refresh_from_db()
    closed = services.close_session(session, by=chair, at=later)
    assert closed.state == SessionState.CLOSED


def test_extending_is_refused_backwards_and_when_every_vote_has_a_quorum(session):
    chair = build.chair_of(session)
    with pytest.raises(refusals.WindowNotExtended):
        services.extend_window(session, CLOSES, by=chair, at=DURING)
    with pytest.raises(refusals.NotTheChair):
        services.extend_window(session, AFTER, by=build.seat(session, 3).sitting.user, at=DURING)
    vote(session, range(4, 11))
    with pytest.raises(refusals.QuorumReached):
        services.extend_window(session, AFTER, by=chair, at=DURING)


def test_nothing_is_given_up_before_the_close_nor_with_a_quorum(session):
    dossier, chair = build.dossier_of(session), build.chair_of(session)
    with pytest.raises(refusals.WindowNotOver):
        services.lapse_votes(dossier, by=chair, at=DURING)
    vote(session, range(4, 11))
    with pytest.raises(refusals.StillQuorate):
        services.lapse_votes(dossier, by=chair, at=AFTER)


class TestReminders:
    def test_three_days_never_at_the_week_end(self):
        monday = VotingWindow(OPENS, CLOSES)
        saturday = VotingWindow(OPENS - timedelta(days=2), CLOSES + timedelta(days=2))

        assert [day.isoformat() for day in days_of(monday).values()] == ["2021-06-14", "2021-06-16", "2021-06-18"]
        assert [day.isoformat() for day in days_of(saturday).values()] == ["2021-06-14", "2021-06-16", "2021-06-18"]
        assert stage_on(monday, OPENS.date() - timedelta(days=1)) is None
        assert stage_on(monday, datetime(2021, 6, 17, tzinfo=UTC).date()) == Stage.HALFWAY

    def test_a_close_at_midnight_is_the_day_before(self):
        midnight = VotingWindow(OPENS, datetime(2021, 6, 17, 22, 0, tzinfo=UTC))

        assert days_of(midnight)[Stage.LAST_DAY].isoformat() == "2021-06-17"

    def test_a_short_window_reminds_less(self):
        assert list(days_of(VotingWindow(OPENS, OPENS + timedelta(hours=4)))) == [Stage.OPENING]

    def test_who_has_not_voted_on_everything_is_told_once_a_stage(self, session):
        vote(session, [3])
        cast(session, 4)

        assert services.remind_voters(session, at=DURING) == 12
        assert services.remind_voters(session, at=DURING + timedelta(hours=1)) == 0
        assert services.remind_voters(session, at=datetime(2021, 6, 16, 9, 0, tzinfo=UTC)) == 12

    @pytest.mark.parametrize("at", [datetime(2021, 6, 15, 22, 0, tzinfo=UTC), AFTER])
    def test_nobody_is_told_at_night_or_once_it_is_over(self, session, at):
        assert services.remind_voters(session, at=at) == 0

    def test_the_mail_says_until_when_and_is_dropped_once_it_has_no_object(self, session):
        services.remind_voters(session, at=DURING)
        mail = Mail.objects.filter(kind="juries.written_vote").get(facts__seat=build.seat(session, 3).pk)
        compose = composer_of(mail.kind)

        assert "18 juin 2021 à 18" in compose(mail, DURING).body.replace("\N{NO-BREAK SPACE}", " ")
        assert compose(mail, AFTER) is None
        vote(session, [3])
        assert compose(mail, DURING) is None


class TestPages:
    def test_a_member_reads_until_when_they_vote(self, client, session, monkeypatch):
        monkeypatch.setattr("juries.views.juror.timezone.now", lambda: DURING)
        client.force_login(build.seat(session, 3).sitting.user)

        page = client.get(reverse("juries:session", args=[session.reference])).text

        assert "2\N{NO-BREAK SPACE}blocs attendent votre vote, jusqu’au 18\N{NO-BREAK SPACE}juin" in page

    def test_the_console_calls_no_dossier_in_writing(self, client, session):
        client.force_login(build.chair_of(session))

        page = client.get(reverse("juries:console", args=[session.reference])).text

        assert 'id="console-agenda"' in page
        assert reverse("juries:call", args=[session.reference]) not in page

    def test_the_chair_counts_from_the_console(self, client, session, monkeypatch):
        vote(session, range(1, 14))
        monkeypatch.setattr("juries.views.chair.timezone.now", lambda: DURING)
        client.force_login(build.chair_of(session))

        assert (
            "13 membres sur 13 ont voté partout" in client.get(reverse("juries:console", args=[session.reference])).text
        )
        client.post(reverse("juries:count_written_votes", args=[session.reference]))

        assert build.deliberation_on(session).is_decided
