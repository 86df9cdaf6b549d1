"""The enrolment form: who may, what is kept, what is refused beside which field."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate, Enrolment
from tests.builders.candidates import (
    make_acquired_block,
    make_admissibility,
    make_candidate,
    make_cohort,
    make_enrolment,
)
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
)
from tests.builders.standard import load

pytestmark = pytest.mark.django_db
ENROL = reverse("candidates:enrol")


@pytest.fixture(autouse=True)
def standard():
    return load()


@pytest.fixture
def typed(organisation):
    return {
        "birth_name": "Lefèvre",
        "usual_name": "",
        "first_names": "Zoé Anne",
        "sex": "F",
        "birth_date": "1998-03-21",
        "birth_country": "FR",
        "birth_place": "Lyon 1er Arrondissement",
        "birth_commune_code": "69381",
        "email": "zoe@example.org",
        "route": "apprenticeship",
        "entered_on": "2020-09-14",
        "training_organisation": organisation.pk,
        "cohort": "",
        "followed_by": "",
        "options": ["BC6", "BC8"],
    }


def errors(response):
    assert response.status_code == 422
    return {field: list(messages) for field, messages in response.context["form"].errors.items()}


# Who may


@pytest.mark.parametrize("make", [make_referent, make_panel_assessor])
@pytest.mark.parametrize("method", ["get", "post"])
def test_those_who_do_not_enrol_are_refused(client, make, method):
    client.force_login(make())

    assert getattr(client, method)(ENROL).status_code == 403


def test_a_stranger_signs_in_first(client):
    assert client.get(ENROL).url.startswith(reverse("account_login"))


# What is written


def test_it_enrols_and_opens_the_dossier(client, member, organisation, typed):
    company = make_company()
    referent = make_referent(company)
    cohort = make_cohort(organisation=organisation)

    response = client.post(ENROL, typed | {"followed_by": f"{company.pk}-{referent.pk}", "cohort": cohort.pk})

    enrolment = Enrolment.objects.get()
    assert response.url == reverse("candidates:dossier", args=["2020-000001"])
    assert (enrolment.training_organisation, enrolment.company, enrolment.referent, enrolment.cohort) == (
        organisation,
        company,
        referent,
        cohort,
    )
    assert (enrolment.enrolled_by, enrolment.entered_on) == (member, date(2020, 9, 14))
    assert (enrolment.candidate.birth_name, enrolment.candidate.email) == ("Lefèvre", "zoe@example.org")


def test_a_company_may_come_without_its_referent(client, member, typed):
    company = make_company()

    client.post(ENROL, typed | {"followed_by": str(company.pk)})

    enrolment = Enrolment.objects.get()
    assert (enrolment.company, enrolment.referent) == (company, None)


def test_a_birth_abroad_has_a_country_and_no_code(client, member, typed):
    client.post(ENROL, typed | {"birth_country": "VN", "birth_place": "Hà Nội", "birth_commune_code": ""})

    assert Candidate.objects.get().born_in == "Hà Nội (Viêt Nam)"


def test_one_name_is_enough(client, member, typed):
    client.post(ENROL, typed | {"birth_name": "Sukarno", "first_names": ""})

    assert str(Candidate.objects.get()) == "Sukarno"


def test_vae_is_no_choice_here(client, typed):
    client.force_login(make_admin())

    response = client.post(ENROL, typed | {"route": "vae", "training_organisation": ""})

    assert "route" in errors(response)
    assert not Enrolment.objects.exists()


def test_an_admin_is_led_to_those_whom_a_vae_admits(client):
    client.force_login(make_admin())
    admitted, silent = (
        make_admissibility(decided_on=date(2020, 10, 1)),
        make_admissibility(complete_on=date(2020, 1, 6)),
    )
    pending = make_admissibility(complete_on=timezone.localdate())

    page = client.get(ENROL).content.decode()

    for request, is_offered in ((admitted, True), (silent, True), (pending, False)):
        assert (reverse("candidates:enrol_admitted", args=[request.pk]) in page) is is_offered
    assert "recevable depuis le 7\xa0mars 2020 par le silence" in page


def test_an_organisation_hears_nothing_of_requests(client, member):
    make_admissibility(decided_on=date(2020, 10, 1))

    assert "VAE" not in client.get(ENROL).content.decode()


# What saves typing


def test_the_next_one_starts_from_the_same_group(client, member, organisation, typed):
    cohort = make_cohort(organisation=organisation)

    response = client.post(ENROL, typed | {"cohort": cohort.pk, "next": "1"}, follow=True)

    form = response.context["form"]
    assert response.redirect_chain[0][0].startswith(f"{ENROL}?")
    assert form["cohort"].value() == str(cohort.pk)
    assert (form["route"].value(), form["entered_on"].value()) == ("apprenticeship", "2020-09-14")
    assert form["birth_name"].value() is None
    assert "2020-000001" in response.content.decode()


def test_another_day_starts_from_the_last_enrolment_one_made(client, member, organisation):
    cohort = make_cohort(organisation=organisation)
    make_enrolment(cohort=cohort, enrolled_by=member)
    make_enrolment(organisation=organisation, entered_on=date(2021, 2, 1))

    form = client.get(ENROL).context["form"]

    assert (form["cohort"].value(), form["entered_on"].value()) == (cohort.pk, date(2020, 9, 14))


def test_the_only_organisation_is_chosen(client, member, organisation):
    choices = list(client.get(ENROL).context["form"].fields["training_organisation"].choices)

    assert [label for _, label in choices] == [organisation.name]


# What is refused, beside its field, and what was typed stays


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"birth_name": ""}, "birth_name", "obligatoire"),
        ({"sex": ""}, "sex", "obligatoire"),
        ({"birth_date": "31/02/1998"}, "birth_date", "date valide"),
        ({"birth_date": "1898-03-21"}, "birth_date", "Vérifiez"),
        ({"birth_date": "2999-01-01"}, "birth_date", "Vérifiez"),
        ({"birth_country": "YU"}, "birth_country", "valide"),
        ({"birth_place": ""}, "birth_place", "obligatoire"),
        ({"birth_commune_code": "Lyon1"}, "birth_commune_code", "code INSEE"),
        ({"birth_country": "VN"}, "birth_commune_code", "à l’étranger"),
        ({"email": "zoe"}, "email", "valide"),
        ({"route": "student"}, "route", "Sélectionnez"),
        ({"entered_on": ""}, "entered_on", "obligatoire"),
        ({"entered_on": "2999-09-14"}, "entered_on", "vérifiez l’année"),
        ({"entered_on": "1990-01-01"}, "entered_on", "précède la naissance"),
        ({"entered_on": "2015-04-13"}, "entered_on", "intitulé"),
        ({"training_organisation": ""}, "training_organisation", "obligatoire"),
        ({"options": ["BC6"]}, "options", "2"),
        ({"options": ["BC6", "BC7", "BC8"]}, "options", "2"),
        ({"options": ["BC1", "BC6"]}, "options", "Sélectionnez"),
    ],
)
def test_each_fault_is_told_beside_its_field(client, member, typed, changes, field, words):
    response = client.post(ENROL, typed | changes)

    assert list(errors(response)) == [field]
    assert words in errors(response)[field][0]
    assert "Zoé Anne" in response.content.decode()
    assert not Enrolment.objects.exists()


def test_an_organisation_without_accreditation_is_told_at_once(client, typed):
    organisation = make_training_organisation(accredited_from=None)
    client.force_login(make_training_member(organisation))

    response = client.post(ENROL, typed | {"training_organisation": organisation.pk})

    assert "habilit" in errors(response)["training_organisation"][0]


def test_an_admin_is_told_that_the_route_supposes_an_organisation(client, typed):
    client.force_login(make_admin())

    response = client.post(ENROL, typed | {"training_organisation": ""})

    assert "cette voie en suppose un" in errors(response)["training_organisation"][0]


def test_nothing_left_to_acquire_is_told_beside_the_options(client, member, typed):
    known = make_candidate(birth_name="Lefèvre")
    for code in ("BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8"):
        make_acquired_block(known, code)

    assert list(errors(client.post(ENROL, typed))) == ["options"]


def test_the_same_entry_twice_is_told_at_the_head(client, member, typed):
    client.post(ENROL, typed)

    assert list(errors(client.post(ENROL, typed))) == ["__all__"]


def test_a_referent_who_leaves_meanwhile_is_told_beside_the_company(client, member, typed, monkeypatch):
    company = make_company()
    referent = make_referent(company)
    monkeypatch.setattr("candidates.services.enrolments._is_referent", lambda *args, **options: False)

    response = client.post(ENROL, typed | {"followed_by": f"{company.pk}-{referent.pk}"})

    assert list(errors(response)) == ["followed_by"]


def test_ids_of_others_are_not_choices(client, member, typed):
    foreign = make_training_organisation()
    cohort = make_cohort(organisation=foreign)

    response = client.post(ENROL, typed | {"training_organisation": foreign.pk, "cohort": cohort.pk})

    assert set(errors(response)) == {"training_organisation", "cohort"}


def test_fields_that_the_form_does_not_have_change_nothing(client, member, typed):
    client.post(ENROL, typed | {"reference": "1999-000001", "withdrawn_on": "2020-10-01", "search_key": "x"})

    enrolment = Enrolment.objects.get()
    assert (enrolment.reference, enrolment.withdrawn_on) == ("2020-000001", None)
    assert enrolment.candidate.search_key == "lefevre zoe anne"


# Another organisation's data


def test_a_known_person_is_enrolled_without_a_word(client, member, typed):
    make_enrolment(candidate=make_candidate(birth_name="LEFEVRE", email="ailleurs@example.org"))

    response = client.post(ENROL, typed, follow=True)

    assert Candidate.objects.count() == 1
    assert Enrolment.objects.count() == 2
    assert "ailleurs@example.org" not in response.content.decode()
    assert "2020-000001" not in response.content.decode()


# Outside every registration


def test_an_entry_outside_every_registration_asks_for_a_tick(client, member, typed):
    response = client.post(ENROL, typed | {"entered_on": "2021-09-13"})

    assert list(errors(response)) == ["acknowledged"]
    assert "ne mentionnera pas le RNCP" in response.content.decode()
    assert not Enrolment.objects.exists()


def test_once_ticked_it_is_saved(client, member, typed):
    client.post(ENROL, typed | {"entered_on": "2021-09-13", "acknowledged": "on"})

    assert Enrolment.objects.get().reference == "2021-000001"


def test_other_faults_come_first(client, member, typed):
    response = client.post(ENROL, typed | {"entered_on": "2021-09-13", "birth_name": ""})

    assert list(errors(response)) == ["birth_name"]
    assert "ne mentionnera pas le RNCP" in response.content.decode()


def test_within_a_registration_nothing_is_asked(client, member, typed):
    response = client.post(ENROL, typed | {"birth_name": ""})

    assert "ne mentionnera pas le RNCP" not in response.content.decode()
