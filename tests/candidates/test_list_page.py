"""The list: who sees which lines, what the filters of the address leave, and at what cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders.candidates import ENTERED_ON, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = reverse("candidates:list")


def listed(response):
    return [enrolment.reference for enrolment in response.context["page"]]


def test_an_admin_sees_all(client):
    references = [make_enrolment().reference for _ in range(3)]
    client.force_login(make_admin())

    assert sorted(listed(client.get(LIST))) == references


def test_an_organisation_sees_its_own(client, member, organisation):
    own = make_enrolment(organisation=organisation)
    make_enrolment()

    response = client.get(LIST)

    assert listed(response) == [own.reference]
    assert "1\N{NO-BREAK SPACE}dossier" in response.content.decode()


def test_a_referent_sees_those_they_follow(client):
    company = make_company()
    referent = make_referent(company)
    own = make_enrolment(company=company, referent=referent)
    make_enrolment(company=company)
    client.force_login(referent)

    response = client.get(LIST)

    assert listed(response) == [own.reference]
    assert reverse("candidates:enrol") not in response.content.decode()


@pytest.mark.parametrize("make", [make_panel_assessor, make_user])
def test_others_see_nobody(client, make):
    make_enrolment()
    client.force_login(make())

    response = client.get(LIST)

    assert listed(response) == []
    assert "Aucun candidat ne vous est confié." in response.content.decode()


def test_a_stranger_signs_in_first(client):
    assert client.get(LIST).url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "words",
    ["lefevre", "LEFÈVRE zoé", "zoe lef", "le goff", "2020-000001", " 2020-000001 ", "d'ormesson"],
)
def test_search_ignores_accents_case_and_punctuation(client, member, organisation, words):
    candidate = make_candidate(birth_name="Lefèvre-d’Ormesson", usual_name="Le Goff", first_names="Zoé")
    found = make_enrolment(candidate=candidate, organisation=organisation)
    make_enrolment(candidate=make_candidate(birth_name="Martin", first_names="Paul"), organisation=organisation)

    assert listed(client.get(LIST, {"q": words})) == [found.reference]


def test_each_filter_narrows_the_list(client, member, organisation):
    cohort = make_cohort(organisation=organisation)
    plain = make_enrolment(organisation=organisation)
    vae = make_enrolment("vae", organisation=organisation)
    grouped = make_enrolment(cohort=cohort)
    later = make_enrolment(organisation=organisation, entered_on=date(2021, 9, 13))
    withdrawn = make_enrolment(organisation=organisation, withdrawn_on=ENTERED_ON)
    alone = make_enrolment(organisation=organisation, referred=False)

    def found(**filters):
        return sorted(listed(client.get(LIST, filters)))

    everybody = sorted(row.reference for row in (plain, vae, grouped, later, withdrawn, alone))
    assert found() == everybody
    assert found(route="vae") == [vae.reference]
    assert found(cohort=cohort.pk) == [grouped.reference]
    assert found(year="2021") == [later.reference]
    assert found(state="withdrawn") == [withdrawn.reference]
    assert found(state="without_referent") == [alone.reference]
    assert found(state="unregistered") == [later.reference]
    assert found(route="vae", year="2021") == []
    assert found(route="abc", cohort="999999", year="x", state="y") == everybody


def test_an_admin_narrows_to_one_organisation(client, organisation):
    own = make_enrolment(organisation=organisation)
    make_enrolment()
    client.force_login(make_admin())

    assert listed(client.get(LIST, {"organisation": organisation.pk})) == [own.reference]


def test_a_foreign_cohort_filters_nothing_and_is_not_named(client, member, organisation):
    own = make_enrolment(organisation=organisation)
    foreign = make_cohort(name="Promotion secrète", organisation=make_training_organisation())

    response = client.get(LIST, {"cohort": foreign.pk})

    assert listed(response) == [own.reference]
    assert "Promotion secrète" not in response.content.decode()


def test_lines_are_in_the_order_of_the_names_they_show(client, member, organisation):
    for names in (("Zola", ""), ("Éluard", ""), ("Zidi", "Éon"), ("d’Ormesson", ""), ("ÉLIE", "")):
        candidate = make_candidate(birth_name=names[0], usual_name=names[1], first_names="")
        make_enrolment(candidate=candidate, organisation=organisation)

    names = [str(enrolment.candidate) for enrolment in client.get(LIST).context["page"]]

    assert names == ["d’Ormesson", "ÉLIE", "Éluard", "Éon", "Zola"]


def test_an_empty_list_says_what_to_do(client, member):
    assert "Inscrire le premier" in client.get(LIST).content.decode()


def test_a_search_without_answer_says_how_to_go_back(client, member, organisation):
    make_enrolment(organisation=organisation)

    assert "Effacer les filtres" in client.get(LIST, {"q": "personne"}).content.decode()


def test_an_entry_outside_every_registration_is_marked(client, member, organisation):
    make_enrolment(organisation=organisation, entered_on=date(2021, 9, 13))

    assert "hors RNCP" in client.get(LIST).content.decode()


def test_thirty_lines_cost_as_many_queries_as_three(client, member, organisation):
    cohort = make_cohort(organisation=organisation)

    def queries(rows):
        for _ in range(rows):
            make_enrolment(cohort=cohort)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        return len(queries)

    assert queries(3) == queries(27)
