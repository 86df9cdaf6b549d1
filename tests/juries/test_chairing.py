"""Who presides: the chair; on what they are recused from, the vice-chair; somebody else once the chair has moved."""

from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import Entry
from juries import services
from juries.enums import DeliberationState, Presence, SessionState
from juries.facts import bench_of
from juries.invariants import INVARIANTS
from juries.models import Deliberation, Seat
from juries.services import refusals
from juries.todo import to_do
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _told(response):
    return response.content.decode().replace("\xa0", " ")


def _user(session, number):
    return build.seat(session, number).sitting.user


def _withdraw(session, number, position=1):
    conflict = services.Conflict(build.dossier_of(session, position))
    services.declare_conflicts(build.seat(session, number), [conflict], by=_user(session, number), at=AT)


def _away(session, presence=Presence.LEFT):
    services.record_presence(session, {1: presence}, by=build.chair_of(session), at=AT)


def _offices(session):
    rows = Seat.objects.filter(session=session)
    return rows.get(is_chair=True).number, rows.get(is_vice_chair=True).number


@pytest.fixture
def two_dossiers():
    """Open; the chair is recused from the first."""
    enrolments = [make_enrolment(), make_enrolment()]
    for enrolment in enrolments:
        submit_all(enrolment, blocks=["BC1"])
    session = build.make_session(enrolments)
    _withdraw(session, 1)
    return session


# Taking the chair


@pytest.mark.parametrize("presence", [Presence.LEFT, Presence.LOST])
def test_the_vice_chair_takes_the_place_of_a_chair_who_is_not_there(presence):
    session = build.make_session()
    Seat.objects.filter(session=session, number=1).update(presence=presence)

    services.take_over_chair(session, by=_user(session, 2), at=AT)

    assert _offices(session) == (2, 1)
    entry = Entry.objects.get(action="session.chair")
    assert (entry.before, entry.after) == ({"seat": 1}, {"seat": 2})


def test_not_while_the_chair_is_there():
    session = build.make_session()

    with pytest.raises(refusals.ChairPresent):
        services.take_over_chair(session, by=_user(session, 2), at=AT)


def test_nobody_else_takes_it():
    session = build.make_session()
    _away(session)

    for number in (1, 3):
        with pytest.raises(refusals.NotTheViceChair):
            services.take_over_chair(session, by=_user(session, number), at=AT)


def test_a_vice_chair_who_is_away_does_not_take_it():
    session = build.make_session(absent=[2])
    _away(session)

    with pytest.raises(refusals.MemberAway):
        services.take_over_chair(session, by=_user(session, 2), at=AT)


def test_nor_before_having_declared():
    session = build.make_session(declared=False)
    _away(session)

    with pytest.raises(refusals.ConflictsNotDeclared):
        services.take_over_chair(session, by=_user(session, 2), at=AT)


def test_nor_before_the_day_of_the_session():
    session = build.make_session(state=SessionState.CONVENED)
    build.declare_nothing(session, 2)

    with pytest.raises(refusals.TooSoonToTakeOver):
        services.take_over_chair(session, by=_user(session, 2), at=build.OPENED_AT - timedelta(days=1))
    services.take_over_chair(session, by=_user(session, 2), at=build.OPENED_AT)

    assert services.open_session(session, by=_user(session, 2), at=build.OPENED_AT).is_open


def test_a_second_click_is_refused():
    session = build.make_session()
    _away(session)
    services.take_over_chair(session, by=_user(session, 2), at=AT)

    with pytest.raises(refusals.NotTheViceChair):
        services.take_over_chair(session, by=_user(session, 2), at=AT)


def test_a_vote_under_way_goes_on_with_the_vice_chair():
    session = build.make_session()
    deliberation = services.open_vote(build.deliberation_on(session), by=_user(session, 1), at=AT)
    build.vote(deliberation, "acquired")
    _away(session)

    services.take_over_chair(session, by=_user(session, 2), at=AT)

    assert services.close_vote(deliberation, by=_user(session, 2), at=AT).state == DeliberationState.DECIDED


def test_who_comes_back_is_given_the_chair_again():
    session = build.make_session()
    _away(session)
    services.take_over_chair(session, by=_user(session, 2), at=AT)
    services.record_presence(session, {1: Presence.PRESENT}, by=_user(session, 2), at=AT)

    services.hand_over_chair(build.seat(session, 1), by=_user(session, 2), at=AT)

    assert _offices(session) == (1, 2)


def test_a_member_who_never_declared_is_not_given_the_chair_of_a_closed_session():
    session = build.make_session(declared=False, absent=[13])
    build.declare_nothing(session, *range(2, 13))
    build.deliberated(session)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)

    with pytest.raises(refusals.MemberSilent):
        services.hand_over_chair(build.seat(session, 13), by=make_admin(), at=build.CLOSED_AT)
    services.hand_over_chair(build.seat(session, 12), by=make_admin(), at=build.CLOSED_AT)


def test_the_button_is_shown_when_it_serves(client):
    session = build.make_session()
    client.force_login(_user(session, 2))
    offered = "Prendre la présidence"
    assert offered not in _told(client.get(_page("session", session)))
    _away(session)

    assert offered in _told(client.get(_page("session", session)))
    assert offered in _told(client.get(_page("console", session)))
    assert client.post(_page("take_over", session)).url == _page("console", session)
    assert _offices(session) == (2, 1)

    client.force_login(_user(session, 3))
    assert offered not in _told(client.get(_page("session", session)))
    assert client.post(_page("take_over", session)).status_code == 403


def test_a_refusal_is_told(client):
    session = build.make_session()
    client.force_login(_user(session, 2))

    shown = client.post(_page("take_over", session), follow=True)

    assert refusals.ChairPresent.message in _told(shown)


# What the chair is recused from


def test_it_is_the_vice_chair_s_with_no_gesture(two_dossiers):
    session, vice_chair = two_dossiers, _user(two_dossiers, 2)
    dossier, other = build.dossier_of(session), build.dossier_of(session, 2)

    (opened,) = services.open_votes(dossier, by=vice_chair, at=AT)
    build.vote(opened, "acquired")
    services.close_votes(dossier, by=vice_chair, at=AT)

    assert Deliberation.objects.get(pk=opened.pk).presided_by == build.seat(session, 2).sitting
    entry = Entry.objects.get(action="session.vote_opened")
    assert (entry.after["enrolment"], entry.after["presided_by"]) == (dossier.enrolment.reference, 2)
    assert _offices(session) == (1, 2)
    with pytest.raises(refusals.ChairRecused):
        services.open_vote(build.deliberation_on(session, "BC2"), by=_user(session, 1), at=AT)
    with pytest.raises(refusals.NotTheChair):
        services.open_votes(other, by=vice_chair, at=AT)


def test_its_commands_are_shown_to_whoever_leads_it(client, two_dossiers):
    session = two_dossiers
    opening = [_page("open_votes", session, build.dossier_of(session, row).enrolment.reference) for row in (1, 2)]
    pages = [_page("dossier", session, build.dossier_of(session, row).enrolment.reference) for row in (1, 2)]

    offered = {}
    for number in (1, 2, 3):
        client.force_login(_user(session, number))
        shown = [_told(client.get(page)) for page in pages]
        offered[number] = [f'action="{address}"' in page for address, page in zip(opening, shown, strict=True)]

    assert offered == {1: [False, True], 2: [True, False], 3: [False, False]}


def test_the_console_offers_each_what_they_lead(client, two_dossiers):
    session = two_dossiers
    called = [f'name="enrolment" value="{build.dossier_of(session, row).enrolment.reference}"' for row in (1, 2)]

    offered = {}
    for number in (1, 2):
        client.force_login(_user(session, number))
        shown = _told(client.get(_page("console", session)))
        offered[number] = [field in shown for field in called]

    assert offered == {1: [False, True], 2: [True, False]}


def test_the_vice_chair_s_session_lists_what_is_theirs_to_lead(client, two_dossiers):
    client.force_login(_user(two_dossiers, 2))

    shown = _told(client.get(_page("session", two_dossiers)))

    assert "1 dossier vous revient : la présidence en est retirée." in shown
    assert shown.count("à conduire par vous") == 1
    client.force_login(_user(two_dossiers, 3))
    assert "à conduire par vous" not in _told(client.get(_page("session", two_dossiers)))


def test_so_does_what_is_left_to_them(two_dossiers):
    dossier, vice_chair = build.dossier_of(two_dossiers), _user(two_dossiers, 2)
    services.open_votes(dossier, by=vice_chair, at=AT)
    services.open_votes(build.dossier_of(two_dossiers, 2), by=_user(two_dossiers, 1), at=AT)

    left = {number: _left(_user(two_dossiers, number)) for number in (1, 2, 3)}

    assert {number: todos.get("Votes à clore") for number, todos in left.items()} == {1: 1, 2: 1, 3: None}


def _left(user):
    return {todo.label: todo.count for todo in to_do(user, on=build.HELD_ON) if todo.count}


def test_when_both_are_recused_the_chair_is_told_how_many_and_not_which(client, two_dossiers):
    session = two_dossiers
    client.force_login(_user(session, 1))
    assert "la vice-présidence en conduit les votes" in _told(client.get(_page("console", session)))

    _withdraw(session, 2)
    shown = _told(client.get(_page("console", session)))

    assert bench_of(session).leaderless == 1
    assert "1 dossier retiré de votre vue, dont 1 aussi à la vice-présidence" in shown
    assert build.dossier_of(session).enrolment.reference not in shown
    services.hand_over_chair(build.seat(session, 3), by=_user(session, 1), at=AT)
    assert len(services.open_votes(build.dossier_of(session), by=_user(session, 3), at=AT)) == 1


# What is checked afterwards


def test_a_convened_session_without_vice_chair_is_told():
    session = build.make_session(state=SessionState.CONVENED)
    (checked,) = [row for row in INVARIANTS if row.code == "juries.offices"]
    assert list(checked.find()) == []

    Seat.objects.filter(session=session).update(is_vice_chair=False)

    assert list(checked.find()) == [session.subject]
