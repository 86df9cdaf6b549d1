"""Cohorts: the list, opening one, its deadlines."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.models import Cohort
from tests.builders.candidates import ENTERED_ON, make_cohort, make_enrolment
from tests.builders.organisations import make_admin, make_referent, make_training_organisation
from tests.builders.standard import load

pytestmark = pytest.mark.django_db
COHORTS, OPEN = reverse("candidates:cohorts"), reverse("candidates:open_cohort")


@pytest.fixture
def organisation():
    load()
    return make_training_organisation()


@pytest.fixture
def typed(organisation):
    return {
        "name": "Lyon, septembre 2020",
        "training_organisation": organisation.pk,
        "starts_on": "2020-09-01",
        "ends_on": "2021-08-31",
        "due_training": "2021-05-31",
        "due_company": "",
        "due_panel": "2021-06-30",
    }


def deadlines_page(cohort):
    return reverse("candidates:deadlines", args=[cohort.pk])


def test_a_referent_has_no_cohorts(client):
    client.force_login(make_referent())

    assert [client.get(COHORTS).status_code, client.get(OPEN).status_code] == [403, 403]


def test_an_organisation_sees_its_own(client, member, organisation):
    cohort = make_cohort(organisation=organisation, due_on=date(2021, 6, 1))
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort, withdrawn_on=ENTERED_ON)
    foreign = make_cohort(organisation=make_training_organisation())

    response = client.get(COHORTS)

    assert [(row, row.enrolment_count) for row in response.context["page"]] == [(cohort, 1)]
    assert client.get(deadlines_page(foreign)).status_code == 404
    assert client.post(deadlines_page(foreign), {}).status_code == 404


def test_an_admin_sees_all(client, organisation):
    make_cohort(organisation=organisation)
    make_cohort()
    client.force_login(make_admin())

    assert len(client.get(COHORTS).context["page"]) == 2


def test_an_empty_list_says_what_to_do(client, member):
    assert "Ouvrir la première" in client.get(COHORTS).content.decode()


def test_a_cohort_is_opened(client, member, organisation, typed):
    response = client.post(OPEN, typed)

    cohort = Cohort.objects.get()
    assert response.url == COHORTS
    assert (cohort.name, cohort.training_organisation) == ("Lyon, septembre 2020", organisation)
    assert dict(cohort.deadlines.values_list("channel__code", "due_on")) == {
        "training": date(2021, 5, 31),
        "panel": date(2021, 6, 30),
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"training_organisation": ""}, "training_organisation"),
        ({"ends_on": "2020-08-31"}, "ends_on"),
        ({"due_panel": "2020-08-31"}, "due_panel"),
        ({"due_panel": "demain"}, "due_panel"),
    ],
)
def test_each_fault_is_told_beside_its_field(client, member, typed, changes, field):
    response = client.post(OPEN, typed | changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Cohort.objects.exists()


def test_a_name_already_used_is_told(client, member, organisation, typed):
    make_cohort(name=typed["name"], organisation=organisation)

    response = client.post(OPEN, typed)

    assert list(response.context["form"].errors) == ["name"]


def test_another_organisation_is_not_a_choice(client, member, typed):
    response = client.post(OPEN, typed | {"training_organisation": make_training_organisation().pk})

    assert list(response.context["form"].errors) == ["training_organisation"]


def test_deadlines_start_from_what_is_known_and_change(client, member, organisation):
    cohort = make_cohort(organisation=organisation, due_on=date(2021, 6, 1))
    assert client.get(deadlines_page(cohort)).context["form"]["due_panel"].value() == date(2021, 6, 1)

    response = client.post(deadlines_page(cohort), {"due_training": "2021-05-01", "due_company": "", "due_panel": ""})

    assert response.url == COHORTS
    assert list(cohort.deadlines.values_list("channel__code", "due_on")) == [("training", date(2021, 5, 1))]


def test_a_deadline_before_the_start_is_told(client, member, organisation):
    cohort = make_cohort(organisation=organisation)

    response = client.post(deadlines_page(cohort), {"due_training": "2020-01-01"})

    assert list(response.context["form"].errors) == ["due_training"]


def test_thirty_lines_cost_as_many_queries_as_three(client, member, organisation):
    def queries(rows):
        for _ in range(rows):
            make_cohort(organisation=organisation, due_on=date(2021, 6, 1))
        with CaptureQueriesContext(connection) as queries:
            client.get(COHORTS)
        return len(queries)

    assert queries(3) == queries(27)
