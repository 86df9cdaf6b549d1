"""The pages of the feed: what is shown, what a gesture leads to, what is refused."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.cdc.facts import technical_id
from certificates.enums import FlowState, PassageState
from certificates.models import CdcComplement, CdcFlow, CdcPassage
from tests.builders.declarations import MADE_AT, make_declarable, make_declared
from tests.builders.organisations import make_admin, make_training_member

from .reports import make_report

pytestmark = pytest.mark.django_db

TO_DECLARE = "certificates:cdc_to_declare"


@pytest.fixture(autouse=True)
def _in_september_2021(settings):
    settings.CDC_CLIENT_ID, settings.CDC_CONTRACT_ID, settings.CDC_SCHEMA = "AB123CDE", "MCFCER000123", ""
    with time_machine.travel(MADE_AT, tick=False):
        yield


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def uploaded(content):
    return {"report": SimpleUploadedFile("rapport.xml", content, "application/xml")}


def test_only_the_certifier_declares(client):
    client.force_login(make_training_member())

    assert client.get(reverse(TO_DECLARE)).status_code == 403
    assert client.get(reverse("certificates:cdc_flows")).status_code == 403


def test_the_list_says_until_when_and_what_is_missing_with_its_page(client, admin):
    ready, lacking = make_declarable(), make_declarable(complement={})

    page = client.get(reverse(TO_DECLARE)).content.decode()

    assert ready.number in page
    assert "octobre 2021" in page
    assert "Code postal du centre d’examen à renseigner" in page
    assert reverse("certificates:cdc_complement", args=[lacking.number]) in page
    assert "Préparer le fichier" in page


@pytest.mark.parametrize(("show", "shown"), [("ready", 0), ("to_mend", 1)])
def test_the_list_narrows_to_what_is_ready_or_not(client, admin, show, shown):
    certificates = [make_declarable(), make_declarable(complement={})]

    page = client.get(reverse(TO_DECLARE), {"show": show}).content.decode()

    assert certificates[shown].number in page
    assert certificates[1 - shown].number not in page


def test_the_list_asks_the_same_queries_for_3_rows_and_for_30(client, admin, django_assert_max_num_queries):
    for _ in range(3):
        make_declarable()
    client.get(reverse(TO_DECLARE))
    with django_assert_max_num_queries(30) as for_three:
        client.get(reverse(TO_DECLARE))
    for _ in range(27):
        make_declarable()

    with django_assert_max_num_queries(30) as for_thirty:
        page = client.get(reverse(TO_DECLARE))

    assert page.context["page"].paginator.count == 30
    assert len(for_thirty) == len(for_three)


def test_all_that_are_ready_make_one_file(client, admin):
    ready = [make_declarable(), make_declarable()]
    make_declarable(complement={})

    response = client.post(reverse(TO_DECLARE), {"all": "1"})

    flow = CdcFlow.objects.get()
    assert response["Location"] == reverse("certificates:cdc_flow", args=[flow.pk])
    assert {passage.certificate for passage in flow.passages.all()} == set(ready)


def test_what_is_not_ready_is_refused_and_nothing_is_written(client, admin):
    lacking = make_declarable(complement={})

    response = client.post(reverse(TO_DECLARE), {"certificate": [lacking.number]}, follow=True)

    assert "ne sont pas prêts" in response.content.decode()
    assert not CdcFlow.objects.exists()


def test_the_file_is_given_back_byte_for_byte(client, admin):
    flow = make_declared(make_declarable())

    response = client.get(reverse("certificates:cdc_file", args=[flow.pk]))

    assert response.content == bytes(flow.content)
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Disposition"].endswith('.xml"')


def test_one_certificate_is_completed(client, admin):
    certificate = make_declarable(complement={})
    address = reverse("certificates:cdc_complement", args=[certificate.number])

    refused = client.post(address, {"exam_postcode": "6900"})
    response = client.post(address, {"initiative": "OF", "exam_postcode": "69001"})

    assert refused.status_code == 422
    assert response.status_code == 302
    said = CdcComplement.objects.get()
    assert (said.initiative, said.exam_postcode, said.exam_mode) == ("OF", "69001", "")
    assert "cadre de la VAE" not in client.get(address).content.decode().lower()


def test_several_are_completed_at_once(client, admin):
    certificates = [make_declarable(complement={}), make_declarable(complement={})]
    numbers = [certificate.number for certificate in certificates]

    empty = client.post(reverse("certificates:cdc_complete"), {"certificate": numbers})
    client.post(reverse("certificates:cdc_complete"), {"certificate": numbers, "exam_postcode": "69001"})

    assert empty.status_code == 422
    assert list(CdcComplement.objects.values_list("exam_postcode", flat=True)) == ["69001", "69001"]


def test_a_file_is_deposited_and_its_report_imported(client, admin):
    taken, left = make_declarable(), make_declarable()
    client.post(reverse(TO_DECLARE), {"all": "1"})
    flow = CdcFlow.objects.get()
    client.post(reverse("certificates:cdc_deposit", args=[flow.pk]), {"deposited_on": "2021-09-15"})
    report = make_report(
        flow.identifier,
        accepted=[technical_id(taken)],
        rejected={technical_id(left): "Aucun titulaire ne correspond aux critères obligatoires"},
    )

    response = client.post(reverse("certificates:cdc_report"), uploaded(report), follow=True)

    page = response.content.decode()
    assert "traits d’union" in page
    assert "1\u00a0certificat rejeté" in page
    flow.refresh_from_db()
    assert (flow.state, bytes(flow.report)) == (FlowState.ANSWERED, report)
    listed = client.get(reverse(TO_DECLARE)).content.decode()
    assert left.number in listed
    assert taken.number not in listed


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"bonjour", "n’est pas un document XML"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "déclaration de type"),
        (make_report("6e3c7378-bda4-497a-9bd6-dc203f903ed9", accepted=["a"]), "n’a pas été établi ici"),
    ],
)
def test_a_report_that_is_not_one_of_ours_is_refused_in_words(client, admin, content, sentence):
    response = client.post(reverse("certificates:cdc_report"), uploaded(content), follow=True)

    assert sentence in response.content.decode()


def test_without_a_file_nothing_is_imported(client, admin):
    response = client.post(reverse("certificates:cdc_report"), follow=True)

    assert "Choisissez le compte rendu" in response.content.decode()


def test_a_file_refused_as_a_whole_says_why(client, admin):
    flow = make_declared(make_declarable())
    address = reverse("certificates:cdc_refuse", args=[flow.pk])

    unsaid = client.post(address, {"reason": ""})
    page = client.post(address, {"reason": "Le portail refuse le schéma."}, follow=True).content.decode()

    assert unsaid.status_code == 409
    assert "Le portail refuse le schéma." in page
    assert CdcPassage.objects.get().state == PassageState.REJECTED


def test_a_day_to_come_is_refused_where_it_is_typed(client, admin):
    flow = make_declared(make_declarable())

    response = client.post(reverse("certificates:cdc_deposit", args=[flow.pk]), {"deposited_on": "2022-01-01"})

    assert response.status_code == 409
    assert "ni à venir" in response.content.decode()


def test_the_home_page_counts_what_is_to_be_declared_and_the_files_to_deposit(client, admin):
    make_declarable()
    make_declared(make_declarable())

    page = client.get(reverse("home")).content.decode()

    assert "Déclarer les certificats à la CDC" in page
    assert "Déposer les fichiers préparés pour la CDC" in page
    assert "à déclarer" in page
