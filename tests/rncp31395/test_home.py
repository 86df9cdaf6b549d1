from datetime import date

import pytest
from django.urls import reverse

from accounts.todo import ToDo, Urgency, by_urgency
from tests.builders.certificates import make_holder
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)


def test_a_stranger_signs_in_first(client):
    response = client.get(reverse("home"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("make", [make_admin, make_training_member, make_referent, make_panel_assessor, make_user])
def test_everybody_has_a_home(client, make):
    client.force_login(make())

    response = client.get(reverse("home"))

    assert response.status_code == 200
    assert ("À faire" if make is not make_referent else "Bonjour") in response.content.decode()


def test_the_certifier_sees_where_candidates_stand_and_what_to_issue(client):
    make_holder()
    client.force_login(make_admin())

    page = client.get(reverse("home")).content.decode()

    assert "Où en sont les candidats" in page
    assert "Délivrer les certificats attendus" in page
    assert reverse("certificates:to_issue") in page


def test_others_do_not_see_the_pipeline(client):
    client.force_login(make_training_member())

    assert "Où en sont les candidats" not in client.get(reverse("home")).content.decode()


def test_the_home_page_asks_the_same_queries_whatever_is_left(client, django_assert_max_num_queries):
    make_holder()
    client.force_login(make_admin())
    client.get(reverse("home"))
    with django_assert_max_num_queries(60) as for_one:
        client.get(reverse("home"))
    for _ in range(9):
        make_holder()

    with django_assert_max_num_queries(60) as for_ten:
        client.get(reverse("home"))

    assert len(for_ten) == len(for_one)


def test_what_is_late_comes_first_and_nothing_left_is_not_shown():
    late = ToDo("en retard", 2, "/", due_on=date(2021, 5, 20))
    soon = ToDo("bientôt", 1, "/", due_on=date(2021, 6, 10))
    undated = ToDo("un jour", 3, "/")
    done = ToDo("fait", 0, "/", due_on=date(2021, 1, 1))

    ordered = by_urgency([undated, soon, done, late])

    assert ordered == [late, soon, undated]
    assert [todo.urgency(TODAY) for todo in ordered] == [Urgency.LATE, Urgency.SOON, Urgency.NONE]
    assert ToDo("plus tard", 1, "/", due_on=date(2021, 9, 1)).urgency(TODAY) is Urgency.ON_TIME
