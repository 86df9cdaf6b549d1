"""A referent's home: their candidates, what is left of each, one tap to the next entry."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.followed import followed
from juries.models import JuryMember
from organisations.enums import Role
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.evaluations import draft, submit
from tests.builders.juries import make_members, make_session
from tests.builders.organisations import make_company, make_membership, make_referent, make_training_organisation
from tests.builders.referents import come_by, make_link

pytestmark = pytest.mark.django_db
TODAY = date(2021, 7, 5)
HOME = reverse("home")
BLOCKS = ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7"]


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def referent(company):
    return make_referent(company, first_name="Sophie")


@pytest.fixture
def follow(company, referent):
    def enrolled(name="Aubry", **fields):
        fields = {"company": company, "referent": referent} | fields
        return make_enrolment(candidate=make_candidate(birth_name=name, first_names=""), **fields)

    return enrolled


def page(user) -> str:
    client = Client()
    client.force_login(user)
    return client.get(HOME).content.decode().replace("\xa0", " ")


def codes(steps) -> list[str]:
    return [step.place.block for step in steps]


def test_each_candidate_has_what_is_left_and_what_is_done(follow, referent):
    enrolment = follow()
    submit(enrolment, "BC1", "company")
    make_acquired_block(enrolment.candidate, "BC3")

    (row,) = followed(referent, on=TODAY)

    assert codes(row.done) == ["BC1"]
    assert codes(row.left) == ["BC2", "BC4", "BC5", "BC6", "BC7"]
    assert (row.next.place.block, row.next.verb) == ("BC2", "Saisir")


def test_what_was_begun_comes_first(follow, referent):
    draft(follow(), "BC5", "company")

    (row,) = followed(referent, on=TODAY)

    assert (row.next.place.block, row.next.verb) == ("BC5", "Reprendre")
    assert codes(row.others) == ["BC1", "BC2", "BC3", "BC4", "BC6", "BC7"]


def test_the_most_urgent_first_and_the_finished_last(follow, referent):
    organisation = make_training_organisation()
    for name, due_on in [("Zoé", date(2021, 6, 1)), ("Anne", date(2021, 8, 1)), ("Béa", None)]:
        follow(name, cohort=make_cohort(organisation=organisation, due_on=due_on))
    finished = follow("Alice")
    for block in BLOCKS:
        submit(finished, block, "company")

    rows = followed(referent, on=TODAY)

    assert [row.enrolment.candidate.birth_name for row in rows] == ["Zoé", "Anne", "Béa", "Alice"]
    assert [row.due_on for row in rows] == [date(2021, 6, 1), date(2021, 8, 1), None, None]
    assert rows[-1].next is None


def test_neither_another_s_candidate_nor_a_withdrawn_one(follow, referent, company):
    follow("Colleague", referent=make_referent(company))
    follow("Left", withdrawn_on=TODAY)
    follow("Elsewhere", company=make_company())

    assert followed(referent, on=TODAY) == []
    assert "Aucun candidat ne vous est confié" in page(referent)


def test_other_channels_count_for_nothing(follow, referent):
    enrolment = follow()
    submit(enrolment, "BC1", "training")
    draft(enrolment, "BC2", "panel")

    (row,) = followed(referent, on=TODAY)

    assert (codes(row.done), row.next.place.block, row.next.is_begun) == ([], "BC1", False)


def test_the_page_leads_to_the_next_entry_in_one_tap(follow, referent):
    enrolment = follow()
    submit(enrolment, "BC1", "company")

    shown = page(referent)

    url = reverse("evaluations:enter", args=[enrolment.reference, "BC2", "company"])
    assert "Bonjour Sophie" in shown
    assert "6 évaluations à rendre" in shown
    assert f'href="{url}"' in shown
    assert "<strong>Saisir BC2</strong>" in shown
    assert shown.count("btn-primary followed-next") == 1


def test_when_all_is_handed_in_it_says_so(follow, referent):
    enrolment = follow()
    for block in BLOCKS:
        submit(enrolment, block, "company")

    assert "Tout est rendu" in page(referent)


def test_who_comes_by_a_link_and_who_has_a_password_see_the_same(follow, referent):
    follow()
    by_link = come_by(Client(), make_link(referent)).get(HOME).content.decode()

    assert "Saisir BC1" in by_link
    assert "Saisir BC1" in page(referent)
    assert "site-nav" not in by_link


def test_whoever_has_other_roles_too_keeps_the_list_of_tasks(follow, referent):
    follow()
    make_membership(referent, Role.TRAINING_MEMBER, make_training_organisation())

    shown = page(referent)

    assert "Saisir BC1" not in shown
    assert "todo-list" in shown


def test_nor_a_juror(follow, referent):
    follow()
    members = make_members()
    JuryMember.objects.filter(pk=members[0].pk).update(user=referent)
    make_session(members=members)

    assert "Saisir BC1" not in page(referent)


def test_one_candidate_or_many_cost_as_many_queries(follow, referent):
    follow()
    client = Client()
    client.force_login(referent)
    client.get(HOME)

    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for number in range(5):
        draft(follow(f"Candidat {number}"), "BC1", "company")
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)

    assert len(many) == len(one)
