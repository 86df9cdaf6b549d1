"""What the declaration to the CDC would lack of a candidate is told at enrolment, and bars nothing."""

import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.declaration import code_of_place, doubt_of_place, faults_of, to_complete
from candidates.enums import EnrolmentState, Initiative
from candidates.models import Candidate, Cohort, Enrolment
from tests.builders.candidates import current_version, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import make_admin, make_training_organisation

pytestmark = pytest.mark.django_db

ENROL, LIST, COMMUNES = (reverse(f"candidates:{name}") for name in ("enrol", "list", "communes"))


@pytest.fixture(autouse=True)
def _standard():
    current_version()


@pytest.fixture
def typed(organisation):
    return {
        "birth_name": "Lefèvre",
        "first_names": "Zoé",
        "sex": "F",
        "birth_date": "1998-03-21",
        "birth_country": "FR",
        "birth_place": "Vienne",
        "birth_commune_code": "38544",
        "route": "apprenticeship",
        "entered_on": "2020-09-14",
        "training_organisation": organisation.pk,
        "initiative": "EMPLOYEUR",
        "options": ["BC6", "BC8"],
    }


def page(response) -> str:
    return response.content.decode().replace("&#x27;", "'")


# The place of birth


def test_a_place_that_agrees_is_enrolled_at_once(client, member, typed):
    response = client.post(ENROL, typed)

    assert response.status_code == 302
    assert Enrolment.objects.get().initiative == Initiative.EMPLOYER


def test_without_scripts_the_only_commune_of_that_name_gives_its_code(client, member, typed):
    client.post(ENROL, typed | {"birth_place": "besancon", "birth_commune_code": ""})

    assert Candidate.objects.get().birth_commune_code == "25056"


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        pytest.param("Saint-Denis", "", "Plusieurs communes", id="several of that name"),
        pytest.param("Nulle-Part", "", "Aucune commune", id="none of that name"),
        pytest.param("Vienne", "38999", "aucune commune connue", id="an unknown code"),
        pytest.param("Vienne", "69123", "Lyon (69)", id="the code of another"),
    ],
)
def test_a_doubt_is_told_then_confirmed_and_never_refused(client, member, typed, place, code, said):
    typed |= {"birth_place": place, "birth_commune_code": code}

    asked = client.post(ENROL, typed)
    assert asked.status_code == 422
    assert said in page(asked)
    assert 'name="birth_place_confirmed"' in page(asked)
    assert not Enrolment.objects.exists()

    assert client.post(ENROL, typed | {"birth_place_confirmed": "on"}).status_code == 302
    assert (Candidate.objects.get().birth_place, Candidate.objects.get().birth_commune_code) == (place, code)


def test_the_tick_is_not_shown_when_nothing_is_in_doubt(client, member):
    assert 'name="birth_place_confirmed"' not in page(client.get(ENROL))


def test_an_unknown_name_has_no_code_and_a_good_pair_no_doubt():
    assert (code_of_place("Besançon"), code_of_place("Saint-Denis"), code_of_place("Nulle-Part")) == ("25056", "", "")
    assert doubt_of_place("Vienne", "38544") == ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"birth_place": "vienn", "birth_country": "FR"}, True),
        ({"birth_place": "vienn", "birth_country": "AT"}, False),
        ({"birth_place": "v"}, False),
        ({}, False),
    ],
)
def test_communes_are_suggested_for_a_birth_in_france(client, member, query, found):
    response = client.get(COMMUNES, query)

    assert response.status_code == 200
    assert ('data-commune="38544"' in page(response)) is found


# What is missing


@pytest.mark.parametrize(("button", "said"), [("done", "Rien n’empêche"), ("next", "Inscription faite. À compléter")])
def test_what_is_missing_is_told_once_enrolled_on_whatever_page_follows(client, member, typed, button, said):
    response = client.post(
        ENROL, typed | {"first_names": "", "initiative": "", "birth_name": "é" * 61, button: "1"}, follow=True
    )

    shown = page(response).lower()
    for words in (said, "sans prénom", "initiative de l’inscription à renseigner", "de plus de 60 caractères"):
        assert words.lower() in shown
    assert len(to_complete(Enrolment.objects.get())) == 3


def test_nothing_is_told_of_a_whole_enrolment(client, member, typed):
    response = client.post(ENROL, typed, follow=True)

    assert "À compléter avant la déclaration" not in page(response)


def test_the_list_says_what_is_missing_and_leads_there(client):
    client.force_login(make_admin())
    complete = make_enrolment(initiative=Initiative.HOLDER)
    without_code = make_enrolment(initiative="OF", candidate=make_candidate(birth_commune_code=""))
    without_initiative = make_enrolment()

    shown = page(client.get(LIST, {"state": EnrolmentState.TO_COMPLETE}))

    assert complete.reference not in shown
    assert reverse("candidates:identity", args=[without_code.reference]) in shown
    assert reverse("candidates:follow_up", args=[without_initiative.reference]) in shown


def test_an_organisation_is_not_led_where_it_may_not_go(client, member, organisation):
    enrolment = make_enrolment(organisation=organisation, candidate=make_candidate(first_names=""), initiative="OF")

    shown = page(client.get(LIST, {"state": EnrolmentState.TO_COMPLETE}))

    assert enrolment.reference in shown
    assert reverse("candidates:identity", args=[enrolment.reference]) not in shown


def test_the_list_asks_as_many_queries_for_three_as_for_thirty(client):
    client.force_login(make_admin())

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST, {"state": EnrolmentState.TO_COMPLETE})
        return len(queries)

    organisation = make_training_organisation()
    for _ in range(3):
        make_enrolment(organisation=organisation, referred=False)
    client.get(LIST)
    few = asked()
    for _ in range(27):
        make_enrolment(organisation=organisation, referred=False)

    assert asked() == few


def test_the_list_agrees_with_the_rules_on_random_people():
    draw = random.Random(5)  # noqa: S311  people to compare, not secrets
    organisation = make_training_organisation()
    names = ["Zoé", "Zoé Anne", "x" * 60, "x" * 61, "x" * 40 + " " + "y" * 40, "Zoé, Anne", "Zoé " + "z" * 61]
    for _ in range(60):
        abroad = draw.random() < 0.3
        candidate = make_candidate(
            birth_name=draw.choice(["Lefèvre", "é" * 60, "é" * 61]) + str(draw.random())[2:9] * draw.choice([0, 1]),
            usual_name=draw.choice(["", "", "x" * 60, "x" * 61]),
            first_names=draw.choice([*names, ""]),
            birth_country="VN" if abroad else "FR",
            birth_commune_code="" if abroad else draw.choice(["69381", "2A004", "", "99350", "00123"]),
            birth_date=date(1990, 1, 1 + draw.randrange(28)),
            birth_place=f"Lieu {draw.random()}",
        )
        make_enrolment(
            candidate=candidate,
            organisation=organisation,
            referred=False,
            initiative=draw.choice(["", "OF", "OF", "AUTRE"]),
        )
    by_rules = {enrolment.pk for enrolment in Enrolment.objects.all() if faults_of(enrolment)}

    assert set(Enrolment.objects.to_complete().values_list("pk", flat=True)) == by_rules
    assert 0 < len(by_rules) < 60


# The exam centre


def test_a_cohort_keeps_the_postcode_of_its_exam_centre(client, member, organisation):
    cohort = make_cohort(organisation=organisation)
    address = reverse("candidates:deadlines", args=[cohort.pk])

    assert client.post(address, {"exam_postcode": "6900"}).status_code == 422
    assert client.post(address, {"exam_postcode": "69001"}).status_code == 302
    assert Cohort.objects.get().exam_postcode == "69001"
