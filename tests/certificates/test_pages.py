import pytest
from django.urls import reverse

from certificates import drawing
from certificates.models import Certificate
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def test_the_register_finds_by_name_without_accents_and_by_number(client, admin):
    certificate = make_certificate()
    assert certificate.candidate.birth_name.startswith("Lefèvre ")

    by_name = client.get(reverse("certificates:register"), {"q": "LEFEVRE"})
    by_number = client.get(reverse("certificates:register"), {"q": certificate.number})
    absent = client.get(reverse("certificates:register"), {"q": "personne"})

    assert certificate.number in by_name.content.decode()
    assert certificate.number in by_number.content.decode()
    assert certificate.number not in absent.content.decode()


@pytest.mark.parametrize("name", ["certificates:register", "certificates:to_issue"])
def test_only_the_certifier_reads_the_lists(client, name):
    client.force_login(make_training_member())

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["certificates:register", "certificates:to_issue"])
def test_a_list_asks_the_same_queries_for_3_rows_and_for_30(client, admin, name, django_assert_max_num_queries):
    make = make_certificate if name == "certificates:register" else make_holder
    for _ in range(3):
        make()
    client.get(reverse(name))
    with django_assert_max_num_queries(40) as for_three:
        client.get(reverse(name))
    for _ in range(27):
        make()

    with django_assert_max_num_queries(40) as for_thirty:
        client.get(reverse(name))

    assert len(for_thirty) == len(for_three)


def test_the_dossier_of_somebody_who_holds_everything_offers_to_issue(client, admin):
    enrolment = make_holder()

    page = client.get(reverse("certificates:dossier", args=[enrolment.reference])).content.decode()

    assert "Délivrer le certificat" in page


def test_too_early_it_says_why_and_posting_writes_nothing(client, admin):
    enrolment = make_holder(["BC1"])

    page = client.get(reverse("certificates:dossier", args=[enrolment.reference])).content.decode()
    refused = client.post(reverse("certificates:issue", args=[enrolment.reference]))

    assert "ne peut pas encore être délivré" in page
    assert "Délivrer le certificat</button>" not in page
    assert refused.status_code == 409
    assert "BC2" in refused.content.decode()
    assert not Certificate.objects.exists()


def test_issuing_leads_to_the_certificate(client, admin):
    enrolment = make_holder()

    response = client.post(reverse("certificates:issue", args=[enrolment.reference]))

    certificate = Certificate.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("certificates:certificate", args=[certificate.number])
    assert "se dessine" in client.get(response["Location"]).content.decode()


def test_those_selected_are_issued_and_the_others_wait(client, admin, django_capture_on_commit_callbacks):
    chosen, other = make_holder(), make_holder()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("certificates:dry_run"), {"line": [chosen.reference]})

    assert Certificate.objects.get().enrolment == chosen
    assert other.reference in client.get(reverse("certificates:to_issue")).content.decode()


def test_the_document_is_served_as_it_was_stored(client, admin):
    certificate = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)

    response = client.get(reverse("certificates:paper", args=[certificate.number]))

    assert response["Content-Type"] == "application/pdf"
    assert response.content == bytes(certificate.file.content)


@pytest.mark.parametrize("reference", ["2020-999999", "2020-000001"])
def test_a_stranger_s_reference_is_as_unknown_as_none(client, reference):
    make_holder()
    client.force_login(make_training_member())

    paper = client.get(reverse("certificates:certificate", args=[f"CQP-{reference}"]))

    assert paper.status_code == 404


def test_an_organisation_sees_the_published_paper_of_its_candidate_and_not_its_bytes(client):
    certificate = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)
    client.force_login(make_training_member(certificate.enrolment.training_organisation))

    page = client.get(reverse("certificates:certificate", args=[certificate.number]))
    document = client.get(reverse("certificates:paper", args=[certificate.number]))

    assert page.status_code == 200
    assert document.status_code == 403
    assert reverse("certificates:paper", args=[certificate.number]) not in page.content.decode()
    assert reverse("certificates:register") + '"' not in page.content.decode()


def test_a_block_statement_is_issued_from_the_dossier(client, admin):
    enrolment = make_holder(["BC2"])

    client.post(reverse("certificates:issue_statement", args=[enrolment.reference, "BC2"]))

    assert Certificate.objects.get().context["blocks"][0]["code"] == "BC2"


def test_an_admin_is_led_from_the_certificate_to_its_document(client, admin):
    certificate = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)

    page = client.get(reverse("certificates:certificate", args=[certificate.number])).content.decode()

    assert reverse("certificates:paper", args=[certificate.number]) in page
