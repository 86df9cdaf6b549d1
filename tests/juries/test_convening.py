"""The call of a jury, the answers to it, the substitutes who then take a seat."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from correspondence import sending
from correspondence.models import Mail
from correspondence.tokens import token_of
from journal.models import Entry
from juries import services
from juries.enums import ConveningAnswer, PaperKind, RecusalReason, SessionMeans, SessionState
from juries.models import ConveningNotice, Recusal, SessionPaper, SessionPaperFile, vacant_seats
from juries.services import refusals
from juries.todo import to_do
from organisations.tokens import hash_token
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_company, make_user

pytestmark = pytest.mark.django_db

ROOM, REMOTE, EXCUSED = ConveningAnswer.ROOM, ConveningAnswer.REMOTE, ConveningAnswer.EXCUSED
AT = datetime(2021, 6, 3, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
STARTS_AT = datetime(2021, 6, 15, 7, 30, tzinfo=UTC)


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def substitute():
    return build.make_member("union")


@pytest.fixture
def convened(admin, substitute):
    """Seat 3 has a substitute, seat 4 has none."""
    return build.make_session(
        state=SessionState.CONVENED,
        substitutes={3: substitute},
        by=admin,
        means=SessionMeans.MIXED,
        starts_at=STARTS_AT,
        expected_minutes=210,
    )


def notice_of(session, number, member=None) -> ConveningNotice:
    seat = build.seat(session, number)
    return ConveningNotice.objects.select_related("seat__session", "member__user").get(
        seat=seat, member=member or seat.member
    )


def answer(session, number, given, *, member=None, at=AT):
    notice = notice_of(session, number, member)
    return services.answer_convening(notice, given, by=notice.member.user, at=at)


def test_each_titular_has_a_paper_a_notice_and_a_mail(convened):
    papers = SessionPaper.objects.filter(kind=PaperKind.NOTICE, session=convened)
    notices = ConveningNotice.objects.filter(seat__session=convened)

    assert (papers.count(), notices.count(), Mail.objects.filter(kind="juries.convening").count()) == (13, 13, 13)
    assert {notice.member_id for notice in notices} == {seat.member_id for seat in build.seats_of(convened)}
    assert not notices.exclude(token_hash="").exists()


def test_a_notice_says_where_when_and_for_what_seat(convened):
    context = notice_of(convened, 1).paper.context

    assert context["session"] | {"reference": "", "means": ""} == {
        "reference": "",
        "means": "",
        "held_on": "2021-06-15",
        "starts_at": STARTS_AT.isoformat(),
        "duration": "3\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30",
        "place": "10 rue Auber, 75009 Paris",
        "window": None,
    }
    assert (context["addressee"]["seat"], context["office"], context["dossiers"]) == (1, "présidence", 1)
    assert notice_of(convened, 2).paper.context["office"] == "vice-présidence"


def test_the_journal_keeps_how_many_days_were_left(convened):
    assert Entry.objects.get(action="session.convened").after == {
        "state": "convened",
        "days_ahead": 14,
        "short_notice": True,
    }


def test_the_mail_carries_the_paper_a_calendar_and_a_link_that_works(convened):
    notice = notice_of(convened, 3)
    row = Mail.objects.get(about=notice.subject)

    assert sending.send(row.pk, at=AT)

    notice.refresh_from_db()
    (message,) = mail.outbox
    names = [attachment[0] for attachment in message.attachments]
    assert names == ["convocation-JURY-2021-06-15.pdf", "JURY-2021-06-15.ics"]
    assert bytes(message.attachments[0][1]).startswith(b"%PDF")
    assert notice.token_hash == hash_token(token_of(row))
    assert reverse("convening:answer", args=[token_of(row)]) in message.body
    assert token_of(row) not in str(message.attachments[1][1])
    assert SessionPaperFile.objects.get(paper=notice.paper).drawn_at == AT


def test_a_mail_that_comes_too_late_is_dropped(convened):
    row = Mail.objects.get(about=notice_of(convened, 3).subject)
    build.opened(convened)

    sending.send(row.pk, at=AT)

    row.refresh_from_db()
    assert (row.state, mail.outbox) == ("dropped", [])


def test_sent_again_the_last_link_alone_works(convened, admin):
    notice = notice_of(convened, 3)
    first = Mail.objects.get(about=notice.subject)

    services.resend_notice(notice, by=admin, at=AT)

    second = Mail.objects.exclude(pk=first.pk).get(about=notice.subject)
    sending.send(second.pk, at=LATER)
    sending.send(first.pk, at=LATER)
    first.refresh_from_db()
    assert first.state == "dropped"
    assert list(ConveningNotice.objects.open_with(token_of(second))) == [notice]
    assert not ConveningNotice.objects.open_with(token_of(first)).exists()
    assert Entry.objects.get(action="session.notice_resent").after["seat"] == 3


def test_no_empty_token_opens_anything(convened):
    assert not ConveningNotice.objects.open_with("").exists()


@pytest.mark.parametrize("given", [ROOM, REMOTE, EXCUSED])
def test_an_answer_is_kept_and_written_in_the_journal(convened, given):
    answer(convened, 4, given)

    assert (notice_of(convened, 4).answer, notice_of(convened, 4).answered_at) == (given, AT)
    entry = Entry.objects.get(action="session.convening_answered")
    assert entry.subject == convened.subject
    assert entry.before == {"answer": None}
    assert entry.after == {
        "seat": 4,
        "member": build.seat(convened, 4).member_id,
        "answer": given,
        "by_link": False,
    }


def test_an_answer_may_change_and_the_same_one_writes_nothing(convened):
    answer(convened, 4, ROOM)
    answer(convened, 4, ROOM, at=LATER)
    answer(convened, 4, REMOTE, at=LATER)

    assert notice_of(convened, 4).answer == REMOTE
    assert Entry.objects.filter(action="session.convening_answered").count() == 2


def test_nobody_answers_for_another(convened, admin):
    with pytest.raises(refusals.NotYourSeat):
        services.answer_convening(notice_of(convened, 4), ROOM, by=admin, at=AT)


def test_once_open_the_answers_stay(convened):
    build.opened(convened)

    with pytest.raises(refusals.WrongMoment):
        answer(convened, 4, ROOM)


@pytest.mark.parametrize(
    ("means", "given"), [(SessionMeans.ON_SITE, REMOTE), (SessionMeans.REMOTE, ROOM)], ids=["on site", "remote"]
)
def test_one_comes_as_the_session_is_held(means, given):
    session = build.make_session(state=SessionState.CONVENED, means=means)

    with pytest.raises(refusals.AnswerNotOffered):
        answer(session, 4, given)


def test_a_titular_who_declines_calls_the_substitute_once(convened, substitute):
    answer(convened, 3, EXCUSED)
    answer(convened, 3, ROOM, at=LATER)
    answer(convened, 3, EXCUSED, at=LATER)

    notice = notice_of(convened, 3, substitute)
    assert notice.paper.context["stands_in_for"] == build.seat(convened, 3).member.user.full_name
    assert Mail.objects.filter(to=substitute.user.email, kind="juries.convening").count() == 1
    assert Entry.objects.filter(action="session.substitute_called").count() == 1
    assert not build.seat(convened, 3).is_substituted


def test_a_substitute_who_accepts_takes_the_seat_with_their_own_ties(admin):
    company = make_company()
    tied = build.make_member("union", company=company)
    session = build.make_session(
        [make_enrolment(company=company)], SessionState.CONVENED, substitutes={3: tied}, by=admin
    )
    services.declare_conflicts(build.seat(session, 3), [], by=build.seat(session, 3).member.user, at=AT)
    answer(session, 3, EXCUSED)

    answer(session, 3, ROOM, member=tied)

    seat = build.seat(session, 3)
    assert (seat.is_substituted, seat.sitting, seat.conflicts_declared_at) == (True, tied, None)
    assert Recusal.objects.get(member=tied).reason == RecusalReason.EMPLOYER
    assert Entry.objects.get(action="session.substituted").after == {"seat": 3, "member": tied.pk}


def test_a_seat_taken_over_is_not_taken_back(convened, substitute):
    answer(convened, 3, EXCUSED)
    answer(convened, 3, ROOM, member=substitute)

    with pytest.raises(refusals.SeatTakenOver):
        answer(convened, 3, ROOM)


def test_a_substitute_whose_titular_comes_after_all_answers_nothing(convened, substitute):
    answer(convened, 3, EXCUSED)
    answer(convened, 3, ROOM, at=LATER)

    with pytest.raises(refusals.WrongMoment):
        answer(convened, 3, ROOM, member=substitute)


def test_a_substitute_who_withdraws_gives_the_seat_back(convened, substitute):
    answer(convened, 3, EXCUSED)
    answer(convened, 3, ROOM, member=substitute)
    answer(convened, 3, EXCUSED, member=substitute, at=LATER)

    assert not build.seat(convened, 3).is_substituted
    assert list(vacant_seats()) == [build.seat(convened, 3)]
    answer(convened, 3, ROOM, at=LATER)
    assert not vacant_seats().exists()


def test_the_secretariat_is_told_of_a_seat_that_nobody_fills(convened, admin):
    answer(convened, 4, EXCUSED)

    left = {todo.label: (todo.count, todo.url) for todo in to_do(admin, on=build.HELD_ON)}
    assert left["Sièges sans remplaçant"] == (1, reverse("juries:administration", args=[convened.reference]))


def test_a_substitute_who_is_called_is_told_at_home(convened, substitute):
    assert not [todo for todo in to_do(substitute.user, on=build.HELD_ON) if todo.count]

    answer(convened, 3, EXCUSED)

    (todo,) = to_do(substitute.user, on=build.HELD_ON)
    assert (todo.label, todo.url) == (
        "Répondre à la convocation",
        reverse("juries:convocation", args=[convened.reference]),
    )


def test_a_late_substitute_is_named_and_called(convened, admin):
    late = build.make_member("union")
    answer(convened, 4, EXCUSED)

    services.name_substitute(build.seat(convened, 4), late, by=admin, at=LATER)

    assert build.seat(convened, 4).substitute == late
    assert notice_of(convened, 4, late).called_at == LATER
    assert Entry.objects.get(action="session.substitute_named").after == {"seat": 4, "member": late.pk}


def test_a_substitute_who_has_not_declined_is_kept(convened, admin):
    answer(convened, 3, EXCUSED)

    with pytest.raises(refusals.SubstituteKept):
        services.name_substitute(build.seat(convened, 3), build.make_member("union"), by=admin, at=AT)


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(lambda session: build.make_member("employer"), id="of another college"),
        pytest.param(lambda session: build.make_member("union", ends_on=date(2021, 6, 14)), id="no longer mandated"),
        pytest.param(lambda session: build.seat(session, 5).member, id="seated already"),
        pytest.param(lambda session: build.seat(session, 3).substitute, id="a substitute already"),
        pytest.param(lambda session: build.make_member("union", make_user(is_active=False)), id="a closed account"),
    ],
)
def test_a_late_substitute_is_of_the_college_free_and_mandated(convened, admin, late):
    answer(convened, 4, EXCUSED)

    with pytest.raises(refusals.SubstituteRefused):
        services.name_substitute(build.seat(convened, 4), late(convened), by=admin, at=AT)


def test_who_declined_a_seat_is_not_called_to_it_again(convened, admin, substitute):
    answer(convened, 3, EXCUSED)
    answer(convened, 3, EXCUSED, member=substitute)

    with pytest.raises(refusals.SubstituteRefused):
        services.name_substitute(build.seat(convened, 3), substitute, by=admin, at=AT)


def test_nothing_is_sent_again_once_open(convened, admin):
    build.opened(convened)

    with pytest.raises(refusals.WrongMoment):
        services.resend_notice(notice_of(convened, 3), by=admin, at=AT)


def test_a_vice_chair_is_asked_for(admin):
    session = build.make_session(state=SessionState.PREPARED)
    seatings = [
        services.Seating(seat.member, is_chair=seat.number == 1) for seat in session.seats.select_related("member")
    ]
    services.compose(session, seatings, by=admin, at=build.PREPARED_AT)

    with pytest.raises(refusals.ViceChairMissing):
        services.convene(session, by=admin, at=build.CONVENED_AT)

    assert not ConveningNotice.objects.exists()


WINDOW = {
    "written_opens_at": datetime(2021, 6, 10, 6, 0, tzinfo=UTC),
    "written_closes_at": datetime(2021, 6, 15, 16, 0, tzinfo=UTC),
}


def test_a_vote_in_writing_has_its_window_on_paper():
    session = build.make_session(state=SessionState.CONVENED, means=SessionMeans.WRITTEN, **WINDOW)

    assert notice_of(session, 4).paper.context["session"]["window"] == {
        "opens_at": "2021-06-10T06:00:00+00:00",
        "closes_at": "2021-06-15T16:00:00+00:00",
    }
    assert Entry.objects.get(action="session.convened").after["days_ahead"] == 9


@pytest.mark.parametrize(
    "times",
    [
        pytest.param({"starts_at": STARTS_AT + timedelta(days=1)}, id="an hour of another day"),
        pytest.param(WINDOW, id="a window for a meeting"),
        pytest.param({"means": SessionMeans.WRITTEN}, id="no window in writing"),
        pytest.param({"means": SessionMeans.WRITTEN, "starts_at": STARTS_AT, **WINDOW}, id="an hour in writing"),
        pytest.param(
            {"means": SessionMeans.WRITTEN, **WINDOW, "held_on": date(2021, 6, 14)}, id="closing on another day"
        ),
    ],
)
def test_a_session_is_timed_as_it_is_held(times):
    with pytest.raises(refusals.SessionMistimed):
        build.make_session(state=SessionState.PREPARED, **times)
