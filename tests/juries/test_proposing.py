"""A composition proposed: whose turn it is, who presides, and what recusals would leave."""

from datetime import date

import pytest
from django.urls import reverse

from blocks.enums import CollegeCode
from juries import services
from juries.enums import SessionState
from juries.forecast import outlook_of
from juries.models import Seat
from juries.proposing import Mandated, mandated_for, propose_places, proposed_initial
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_company, make_training_organisation

SEATS = {"union": 2, "employer": 2, "training": 1}


def one(key, college="union", **facts) -> Mandated:
    return Mandated(key=key, person=facts.pop("person", key), college=college, **facts)


def keys(places):
    return [(place.member.key, place.substitute.key if place.substitute else None) for place in places]


def officers(places):
    chair = next((place.member.key for place in places if place.is_chair), None)
    return chair, next((place.member.key for place in places if place.is_vice_chair), None)


def test_the_seats_of_each_college_are_filled_then_their_substitutes():
    places = propose_places(SEATS, [one(key) for key in (1, 2, 3)] + [one(4, "employer")])

    assert keys(places) == [(1, 3), (2, None), (4, None)]


def test_who_sat_least_recently_comes_first():
    people = [one(1, last_sat_on=date(2021, 3, 1)), one(2, last_sat_on=date(2020, 3, 1)), one(3)]

    assert keys(propose_places({"union": 2}, people)) == [(3, 1), (2, None)]


def test_of_those_who_sat_the_same_day_who_sat_least_often():
    day = date(2021, 3, 1)
    people = [one(1, last_sat_on=day, times_sat=4), one(2, last_sat_on=day, times_sat=1)]

    assert keys(propose_places({"union": 1}, people)) == [(2, 1)]


def test_the_officers_of_the_last_session_go_on():
    day = date(2021, 3, 1)
    people = [
        one(1),
        one(2, last_sat_on=day, was_vice_chair=True),
        one(3, "employer"),
        one(4, "employer", last_sat_on=day, was_chair=True),
    ]
    places = propose_places({"union": 1, "employer": 1}, people)

    assert keys(places) == [(2, 1), (4, 3)]
    assert officers(places) == (4, 2)


def test_the_vice_chair_is_of_another_college_than_the_chair():
    people = [one(1, was_chair=True), one(2, was_vice_chair=True), one(3, "employer")]

    assert officers(propose_places(SEATS, people)) == (1, 3)


def test_with_one_college_the_two_officers_are_of_it():
    assert officers(propose_places({"union": 2}, [one(1), one(2)])) == (1, 2)


def test_one_person_alone_has_no_vice_chair():
    assert officers(propose_places(SEATS, [one(1)])) == (1, None)


def test_the_vice_chair_sees_what_the_chair_does_not():
    people = [
        one(1, was_chair=True, withdrawn=frozenset({7})),
        one(2, "employer", withdrawn=frozenset({7})),
        one(3, "employer"),
    ]

    assert officers(propose_places(SEATS, people)) == (1, 3)


def test_a_person_with_two_mandates_has_one_place():
    people = [one(1), one(2, "employer", person=1)]

    assert keys(propose_places(SEATS, people)) == [(1, None)]


@pytest.fixture
def admin(db):
    return make_admin()


def test_it_reads_the_mandates_in_force_that_day(admin):
    build.make_member("union", ends_on=date(2021, 6, 14))
    members = build.make_members()
    session = build.make_session([], SessionState.PREPARED, members=[], by=admin)

    initial = proposed_initial(session)

    assert [initial[f"member_{number}"] for number in range(1, 14)] == [member.pk for member in members]
    assert initial["chair"] != initial["vice_chair"]


def test_it_remembers_who_sat_and_who_presided(admin):
    earlier = build.make_session(state=SessionState.CONVENED, held_on=date(2021, 5, 4), by=admin)
    session = build.make_session([], SessionState.PREPARED, members=[], by=admin)

    found = {one.key: one for one in mandated_for(session)}

    seats = build.seats_of(earlier)
    assert {found[seat.member_id].last_sat_on for seat in seats} == {date(2021, 5, 4)}
    assert [number for number, seat in enumerate(seats, 1) if found[seat.member_id].was_chair] == [1]
    assert [number for number, seat in enumerate(seats, 1) if found[seat.member_id].was_vice_chair] == [2]


def test_the_proposal_can_be_saved_and_convened(admin, client):
    build.make_members()
    session = build.make_session(state=SessionState.PREPARED, members=[], by=admin)
    client.force_login(admin)
    page = client.get(reverse("juries:administration", args=[session.reference]), {"proposer": ""})

    assert not session.seats.exists()
    data = {name: value for name, value in page.context["composition_form"].initial.items() if value}
    client.post(reverse("juries:compose", args=[session.reference]), data)

    assert services.convene(session, by=admin, at=build.CONVENED_AT).state == SessionState.CONVENED


def in_memory(members, **officers_):
    return [
        Seat(
            pk=number,
            number=number,
            college=member.college,
            member=member,
            is_chair=officers_.get("chair") == number,
            is_vice_chair=officers_.get("vice_chair") == number,
        )
        for number, member in enumerate(members, start=1)
    ]


def test_the_representative_is_withdrawn_from_their_own_candidates_alone(admin):
    organisation = make_training_organisation()
    members = [*build.make_members(12), build.make_member(CollegeCode.TRAINING, training_organisation=organisation)]
    session = build.make_session(
        [make_enrolment(organisation=organisation), make_enrolment()], SessionState.PREPARED, members=[], by=admin
    )

    outlook = outlook_of(session, in_memory(members), visible=set(session.dossiers.values_list("pk", flat=True)))

    ((withdrawn),) = outlook.withdrawn
    assert (withdrawn.member, withdrawn.count, outlook.dossiers) == (members[12], 1, 2)
    assert outlook.at_risk == ()


@pytest.mark.parametrize(
    ("tied", "expected"),
    [
        pytest.param(range(1, 3), [(False, True)], id="both officers"),
        pytest.param(range(7, 14), [(True, False)], id="seven members"),
        pytest.param(range(1, 8), [(True, True)], id="seven members, both officers"),
        pytest.param(range(2, 8), [], id="six members, the chair left"),
    ],
)
def test_a_dossier_that_recusals_would_stop_is_told(admin, tied, expected):
    company = make_company()
    places = ["union"] * 5 + ["employer"] * 5 + ["expert"] * 2 + ["training"]
    members = [
        build.make_member(college, company=company if number in tied else None)
        for number, college in enumerate(places, start=1)
    ]
    session = build.make_session([make_enrolment(company=company)], SessionState.PREPARED, members=[], by=admin)
    seats = in_memory(members, chair=1, vice_chair=2)

    outlook = outlook_of(session, seats, visible=set(session.dossiers.values_list("pk", flat=True)))

    assert [(risk.lacks_quorum, risk.lacks_leader) for risk in outlook.at_risk] == expected
    assert outlook_of(session, seats, visible=set()).at_risk == ()
