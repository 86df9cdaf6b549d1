"""The certifier's pages on requests for VAE: the clock, the decision, the enrolment that follows."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.models import AdmissibilityRequest, Enrolment
from tests.builders.candidates import make_admissibility, make_candidate, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
)
from tests.builders.standard import load

pytestmark = pytest.mark.django_db
LIST, RECORD = reverse("candidates:admissibility_requests"), reverse("candidates:record_admissibility")
TODAY, COMPLETE = date(2021, 2, 20), date(2020, 12, 31)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2021-02-20T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


@pytest.fixture
def pending():
    return make_admissibility(make_candidate(email="candidate@example.org"), complete_on=COMPLETE)


def page_of(request):
    return reverse("candidates:admissibility", args=[request.pk])


def read(response):
    return re.sub(r"[ \n]+", " ", response.content.decode())


@pytest.mark.parametrize("make", [make_training_member, make_referent, make_panel_assessor])
def test_nobody_else_reads_them(client, pending, make):
    client.force_login(make())

    answers = {client.get(path).status_code for path in (LIST, RECORD, page_of(pending))}

    assert answers == {403}


# The list


def test_the_list_shows_the_clock_and_the_most_urgent_first(client, admin, pending):
    silent = make_admissibility(complete_on=date(2020, 12, 1))
    make_admissibility()

    response = client.get(LIST)

    assert [admission.request for admission in response.context["admissions"]][:2] == [pending, silent]
    page = read(response)
    assert "encore 8\xa0jours" in page
    assert "acceptée par le silence le 02/02/2021" in page
    assert "dossier à compléter" in page


def test_filters_narrow_it(client, admin, pending):
    make_admissibility(make_candidate(birth_name="Ormesson"))

    def found(**filters):
        return [admission.request for admission in client.get(LIST, filters).context["admissions"]]

    assert found(stage="pending") == [pending]
    assert [request.candidate.birth_name for request in found(q="ormess")] == ["Ormesson"]
    assert len(found(stage="unknown")) == 2
    assert found(stage="pending", q="ormess") == []


def test_thirty_lines_cost_as_many_queries_as_three(client, admin, django_assert_num_queries):
    def add(count):
        for number in range(count):
            make_admissibility(complete_on=COMPLETE + timedelta(days=number))

    add(3)
    make_enrolment("vae")
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    add(27)

    with django_assert_num_queries(len(few)):
        client.get(LIST)


# Recording


@pytest.fixture
def typed():
    load()
    return {
        "birth_name": "Lefèvre",
        "first_names": "Zoé Anne",
        "sex": "F",
        "birth_date": "1988-03-21",
        "birth_country": "FR",
        "birth_place": "Lyon 1er Arrondissement",
        "birth_commune_code": "69381",
        "email": "zoe@example.org",
        "received_on": "2021-02-10",
        "complete_on": "2021-02-15",
    }


def test_it_records_a_request(client, admin, typed):
    response = client.post(RECORD, typed)

    request = AdmissibilityRequest.objects.get()
    assert response.url == page_of(request)
    assert (request.received_on, request.complete_on, request.reply_due_on) == (
        date(2021, 2, 10),
        date(2021, 2, 15),
        date(2021, 4, 15),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": "2021-02-21", "complete_on": ""}, "received_on"),
        ({"complete_on": "2021-02-21"}, "complete_on"),
        ({"complete_on": "2021-02-09"}, "complete_on"),
    ],
)
def test_impossible_days_are_told_beside_their_field(client, admin, typed, changes, field):
    response = client.post(RECORD, typed | changes)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not AdmissibilityRequest.objects.exists()


def test_a_request_under_way_is_told_at_the_head(client, admin, typed):
    client.post(RECORD, typed)

    response = client.post(RECORD, typed)

    assert response.status_code == 422
    assert "déjà en cours" in str(response.context["form"].non_field_errors())


# The page


def test_it_says_what_is_left_and_what_silence_will_mean(client, admin, pending):
    page = read(client.get(page_of(pending)))

    assert "Encore 8\xa0jours pour décider" in page
    assert "Sans décision jusqu’au 28\xa0février 2021 compris, le silence accepte la demande." in page
    assert "code de l’éducation, R335-7" in page


@time_machine.travel("2021-02-28T23:30:00+01:00", tick=False)
def test_the_last_day_is_still_a_day(client, admin, pending):
    client.force_login(admin)
    assert "Dernier jour pour décider" in read(client.get(page_of(pending)))


@time_machine.travel("2021-03-01T00:30:00+01:00", tick=False)
def test_the_day_after_silence_has_accepted_and_says_so(client, admin, pending):
    client.force_login(admin)
    page = read(client.get(page_of(pending)))

    assert "Acceptée par le silence le 1er\xa0mars 2021" in page
    assert reverse("candidates:enrol_admitted", args=[pending.pk]) in page
    assert reverse("candidates:decide_admissibility", args=[pending.pk]) not in page


def test_the_route_plan_is_that_of_the_standard(client, admin, pending):
    response = client.get(page_of(pending))

    assert [channel.code for channel in response.context["plan"]["channels"]] == ["company", "panel"]
    assert "à confirmer par la CSCA" in read(response)


def test_the_last_piece_starts_the_clock(client, admin):
    request = make_admissibility(received_on=date(2021, 2, 1))
    path = reverse("candidates:complete_admissibility", args=[request.pk])

    refused = client.post(path, {"complete_on": "2021-01-31"})
    response = client.post(path, {"complete_on": "2021-02-19"})

    request.refresh_from_db()
    assert refused.status_code == 422
    assert "complete_on" in refused.context["complete_form"].errors
    assert (response.url, request.reply_due_on) == (page_of(request), date(2021, 4, 19))


def test_a_decision_is_recorded_and_told(client, admin, pending):
    path = reverse("candidates:decide_admissibility", args=[pending.pk])

    response = client.post(path, {"decision": "admissible", "decided_on": "2021-02-19"}, follow=True)

    pending.refresh_from_db()
    assert (pending.decision, pending.decided_on, pending.decided_by) == ("admissible", date(2021, 2, 19), admin)
    assert "le candidat en est averti par courriel" in read(response)
    assert "Recevable depuis le 19\xa0février 2021" in read(response)


def test_without_an_address_the_secretariat_is_asked_to_write(client, admin):
    request = make_admissibility(complete_on=COMPLETE)

    response = client.post(
        reverse("candidates:decide_admissibility", args=[request.pk]),
        {"decision": "inadmissible", "decided_on": "2021-02-19", "reason": "Huit mois <d’expérience>."},
        follow=True,
    )

    assert "avertissez le candidat par courrier" in read(response)
    assert "Huit mois &lt;d’expérience&gt;." in read(response)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision": "inadmissible"}, "reason"),
        ({"decided_on": "2020-12-30"}, "decided_on"),
        ({"decided_on": "2021-02-21"}, "decided_on"),
        ({"decision": "perhaps"}, "decision"),
    ],
)
def test_a_refused_decision_is_told_beside_its_field(client, admin, pending, changes, field):
    path = reverse("candidates:decide_admissibility", args=[pending.pk])

    response = client.post(path, {"decision": "admissible", "decided_on": "2021-02-19"} | changes)

    assert response.status_code == 422
    assert field in response.context["decision_form"].errors
    assert AdmissibilityRequest.objects.get().decision == ""


# Enrolling


@pytest.fixture
def admitted():
    return make_admissibility(complete_on=COMPLETE, decided_on=date(2021, 1, 20))


def test_it_enrols_on_the_day_of_the_admission(client, admin, admitted):
    company = make_company()
    referent = make_referent(company)
    path = reverse("candidates:enrol_admitted", args=[admitted.pk])

    page = read(client.get(path))
    response = client.post(path, {"options": ["BC6", "BC7"], "followed_by": f"{company.pk}-{referent.pk}"})

    enrolment = Enrolment.objects.get()
    assert "20\xa0janvier 2021" in page
    assert response.url == reverse("candidates:dossier", args=[enrolment.reference])
    assert (enrolment.route.code, enrolment.entered_on, enrolment.referent) == ("vae", date(2021, 1, 20), referent)
    assert (enrolment.candidate, enrolment.admissibility) == (admitted.candidate, admitted)
    assert "recevabilité par décision" in read(client.get(response.url))
    assert enrolment.reference in read(client.get(page_of(admitted)))


def test_what_cannot_be_enrolled_leads_back_to_its_page(client, admin, pending):
    path = reverse("candidates:enrol_admitted", args=[pending.pk])

    answers = [client.get(path), client.post(path, {"options": ["BC6", "BC7"]})]

    assert {answer.url for answer in answers} == {page_of(pending)}
    assert not Enrolment.objects.exists()


def test_a_wrong_choice_of_options_is_told_beside_them(client, admin, admitted):
    response = client.post(reverse("candidates:enrol_admitted", args=[admitted.pk]), {"options": ["BC6"]})

    assert response.status_code == 422
    assert "options" in response.context["form"].errors


@time_machine.travel("2021-12-20T10:00:00+01:00", tick=False)
def test_an_admission_outside_every_registration_asks_for_a_tick(client, admin):
    client.force_login(admin)
    late = make_admissibility(decided_on=date(2021, 12, 1))
    path = reverse("candidates:enrol_admitted", args=[late.pk])

    asked = client.post(path, {"options": ["BC6", "BC7"]})
    client.post(path, {"options": ["BC6", "BC7"], "acknowledged": "on"})

    assert "Aucun enregistrement au RNCP" in read(asked)
    assert Enrolment.objects.get().entered_on == date(2021, 12, 1)


def test_a_refusal_that_comes_meanwhile_is_told(client, admin, admitted, monkeypatch):
    """Somebody else has just enrolled this person: the page says so instead of failing."""
    from candidates import admissibility_pages

    def already(*args, **facts):
        raise admissibility_pages.services.AdmissibilityMissing

    monkeypatch.setattr(admissibility_pages.services, "enrol", already)

    response = client.post(reverse("candidates:enrol_admitted", args=[admitted.pk]), {"options": ["BC6", "BC7"]})

    assert "qui n’a pas encore servi" in read(response)
