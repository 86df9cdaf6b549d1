"""One enrolment's page and what may be done from it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.facts import option_codes
from tests.builders.candidates import (
    ENTERED_ON,
    current_version,
    make_acquired_block,
    make_candidate,
    make_cohort,
    make_enrolment,
)
from tests.builders.evaluations import submit
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_referent,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db
CHANGES = ["options", "follow_up", "withdrawal"]
CORRECTIONS = ["acquired_block", "identity"]


@pytest.fixture
def enrolment(organisation):
    return make_enrolment(organisation=organisation)


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def page(name, reference):
    return reverse(f"candidates:{name}", args=[getattr(reference, "reference", reference)])


def text(response):
    return response.content.decode()


# Who may


@pytest.mark.parametrize("name", ["dossier", *CHANGES, *CORRECTIONS])
def test_another_organisation_s_dossier_does_not_exist(client, member, name):
    foreign = make_enrolment()

    hidden = client.post(page(name, foreign))
    absent = client.post(page(name, "2020-999999"))
    if name != "withdrawal":
        hidden, absent = client.get(page(name, foreign)), client.get(page(name, "2020-999999"))

    assert hidden.status_code == absent.status_code == 404
    assert text(hidden).replace(foreign.reference, "") == text(absent).replace("2020-999999", "")


def test_the_referent_reads_and_changes_nothing(client, enrolment):
    client.force_login(enrolment.referent)

    response = client.get(page("dossier", enrolment))

    assert response.status_code == 200
    assert not any(page(name, enrolment) in text(response) for name in CHANGES + CORRECTIONS)
    assert {client.post(page(name, enrolment)).status_code for name in CHANGES + CORRECTIONS} == {403}


def test_the_organisation_follows_and_corrects_nothing(client, member, enrolment):
    response = client.get(page("dossier", enrolment))

    assert all(page(name, enrolment) in text(response) for name in CHANGES)
    assert not any(page(name, enrolment) in text(response) for name in CORRECTIONS)
    assert {client.get(page(name, enrolment)).status_code for name in CORRECTIONS} == {403}


def test_an_admin_does_all(client, admin, enrolment):
    response = client.get(page("dossier", enrolment))

    assert all(page(name, enrolment) in text(response) for name in CHANGES + CORRECTIONS)


def test_a_right_that_ends_ends_at_the_next_request(client, member, enrolment):
    member.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client.get(page("dossier", enrolment)).status_code == 404


# What it shows


def test_it_shows_identity_route_registration_and_the_eight_blocks(client, member, organisation):
    candidate = make_candidate(birth_name="Lefèvre", usual_name="Le Goff", email="zoe@example.org")
    enrolment = make_enrolment(candidate=candidate, organisation=organisation)

    shown = text(client.get(page("dossier", enrolment)))

    for words in (
        "née Lefèvre",
        "21\N{NO-BREAK SPACE}mars 1998",
        "Lyon 1er Arrondissement (69381)",
        "zoe@example.org",
        "contrat d’apprentissage",
        organisation.name,
        "L6113-9",
    ):
        assert words in shown
    assert [f"BC{number}" in shown for number in range(1, 9)] == [True] * 8
    assert "option non choisie" in shown


def test_a_block_carried_over_tells_since_when(client, member, enrolment):
    make_acquired_block(enrolment.candidate, "BC2", evidence="Attestation confidentielle")

    shown = text(client.get(page("dossier", enrolment)))

    assert "acquis antérieurement" in shown
    assert "28\N{NO-BREAK SPACE}juin 2019" in shown
    assert "Attestation confidentielle" not in shown


def test_the_evidence_is_for_the_secretariat(client, admin, enrolment):
    make_acquired_block(enrolment.candidate, "BC2", evidence="Attestation confidentielle")

    assert "Attestation confidentielle" in text(client.get(page("dossier", enrolment)))


def test_an_entry_outside_every_registration_stays_marked(client, member, organisation):
    enrolment = make_enrolment(organisation=organisation, entered_on=date(2021, 9, 13))

    assert "Entrée hors de tout enregistrement au RNCP" in text(client.get(page("dossier", enrolment)))


def test_an_address_given_to_another_organisation_is_not_shown(client, member, organisation):
    candidate = make_candidate(email="ailleurs@example.org")
    enrolment = make_enrolment(candidate=candidate, organisation=organisation)
    make_enrolment(candidate=candidate)

    assert "ailleurs@example.org" not in text(client.get(page("dossier", enrolment)))


def test_a_dossier_costs_few_queries(client, member, organisation, django_assert_max_num_queries):
    enrolment = make_enrolment(organisation=organisation)
    for code in ("BC1", "BC2", "BC3", "BC8"):
        make_acquired_block(enrolment.candidate, code)

    with django_assert_max_num_queries(16):
        client.get(page("dossier", enrolment))


# What changes


def test_options_are_changed(client, member, enrolment):
    response = client.post(page("options", enrolment), {"options": ["BC7", "BC8"]})

    assert response.url == page("dossier", enrolment)
    assert option_codes(enrolment) == ("BC7", "BC8")


@pytest.mark.parametrize("options", [["BC6"], []])
def test_anything_but_two_options_is_told(client, member, enrolment, options):
    response = client.post(page("options", enrolment), {"options": options})

    assert response.status_code == 422
    assert response.context["form"]["options"].value() == options
    assert list(response.context["form"].errors) == ["options"]


def test_an_option_with_an_evaluation_is_told_to_stay(client, member, enrolment):
    submit(enrolment, "BC6", "training")

    response = client.post(page("options", enrolment), {"options": ["BC7", "BC8"]})

    assert "BC6" in response.context["form"].errors["options"][0]
    assert option_codes(enrolment) == ("BC6", "BC7")


def test_the_follow_up_is_changed(client, member, enrolment, organisation):
    company = make_company()
    referent = make_referent(company)
    cohort = make_cohort(organisation=organisation)

    response = client.post(
        page("follow_up", enrolment), {"cohort": cohort.pk, "followed_by": f"{company.pk}-{referent.pk}"}
    )

    enrolment.refresh_from_db()
    assert response.url == page("dossier", enrolment)
    assert (enrolment.cohort, enrolment.company, enrolment.referent) == (cohort, company, referent)


def test_the_follow_up_starts_from_what_is_known_even_of_a_referent_who_left(client, member, enrolment):
    enrolment.referent.memberships.update(ends_on=date(2021, 1, 1))

    form = client.get(page("follow_up", enrolment)).context["form"]

    assert form["followed_by"].value() == f"{enrolment.company_id}-{enrolment.referent_id}"
    assert str(enrolment.referent) in str(form["followed_by"])


def test_the_cohort_of_another_organisation_is_not_a_choice(client, member, enrolment):
    foreign = make_cohort(organisation=make_training_organisation())

    response = client.post(page("follow_up", enrolment), {"cohort": foreign.pk, "followed_by": ""})

    assert list(response.context["form"].errors) == ["cohort"]


def test_a_withdrawal_is_recorded_and_shown(client, member, enrolment):
    response = client.post(page("withdrawal", enrolment), {"withdrawn_on": "2021-01-15"}, follow=True)

    assert "Abandon le 15\N{NO-BREAK SPACE}janvier 2021" in text(response)
    assert page("withdrawal", enrolment) not in text(response)


@pytest.mark.parametrize("day", ["", "2020-09-13", "2999-01-01"])
def test_a_withdrawal_out_of_time_is_told(client, member, enrolment, day):
    response = client.post(page("withdrawal", enrolment), {"withdrawn_on": day})

    enrolment.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["withdrawal_form"].errors) == ["withdrawn_on"]
    assert enrolment.withdrawn_on is None


def test_a_second_withdrawal_is_told(client, member, organisation):
    enrolment = make_enrolment(organisation=organisation, withdrawn_on=ENTERED_ON)

    response = client.post(page("withdrawal", enrolment), {"withdrawn_on": "2021-01-15"})

    assert response.status_code == 422


def test_getting_a_withdrawal_changes_nothing(client, member, enrolment):
    assert client.get(page("withdrawal", enrolment)).status_code == 405


# What the secretariat corrects


@pytest.fixture
def proof():
    return {
        "block": current_version().blocks.get(code="BC2").pk,
        "acquired_on": "2019-06-28",
        "evidence": "Attestation n° 114",
    }


def test_a_block_acquired_elsewhere_is_recorded(client, admin, enrolment, proof):
    response = client.post(page("acquired_block", enrolment), proof)

    assert response.url == page("dossier", enrolment)
    assert enrolment.candidate.acquired_blocks.get().evidence == "Attestation n° 114"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"evidence": " "}, "evidence"), ({"acquired_on": "2999-01-01"}, "acquired_on"), ({"block": ""}, "block")],
)
def test_a_block_without_its_proof_is_told(client, admin, enrolment, proof, changes, field):
    response = client.post(page("acquired_block", enrolment), proof | changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not enrolment.candidate.acquired_blocks.exists()


def test_a_block_already_held_is_not_a_choice(client, admin, enrolment, proof):
    make_acquired_block(enrolment.candidate, "BC2")

    response = client.post(page("acquired_block", enrolment), proof)

    assert list(response.context["form"].errors) == ["block"]


def identity_of(candidate, **changes):
    names = [*candidate.identity.field_names(), "email"]
    return {name: getattr(candidate, name) for name in names} | changes


def test_an_identity_is_corrected(client, admin, enrolment):
    response = client.post(page("identity", enrolment), identity_of(enrolment.candidate, birth_name="Lefebvre"))

    enrolment.candidate.refresh_from_db()
    assert response.url == page("dossier", enrolment)
    assert enrolment.candidate.birth_name == "Lefebvre"


def test_somebody_else_s_identity_is_told(client, admin, enrolment):
    other = make_candidate(birth_name="Martin")

    response = client.post(page("identity", enrolment), identity_of(other))

    assert response.status_code == 422
    assert "Une autre personne" in text(response)
