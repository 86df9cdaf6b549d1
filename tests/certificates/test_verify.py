import pytest
from django.urls import reverse

from certificates import drawing, keys
from certificates.models import Certificate
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_certificate

pytestmark = pytest.mark.django_db

KEY = "ABCDEFGHJKMNPQRSTUVWXYZ234"


@pytest.fixture
def certificate(monkeypatch) -> Certificate:
    monkeypatch.setattr(keys, "new_key", lambda: KEY)
    person = make_candidate(birth_name="D’Hérouville-Nguyễn", usual_name="Łukasz", first_names="Maëlle")
    return drawing.draw_certificate(make_certificate(candidate=person).pk, at=ISSUED_AT)


def address(number: str, key: str) -> str:
    return reverse("certificates:verify", args=[number, key])


def test_anyone_with_the_paper_reads_its_content_and_state(client, certificate):
    response = client.get(address(certificate.number, KEY))

    page = response.content.decode()
    assert response.status_code == 200
    assert "authentique et valide" in page
    for printed in ("D’Hérouville-Nguyễn", "Łukasz", "Maëlle", "RNCP31395", "BC7", certificate.sha256):
        assert printed in page


def test_it_neither_reads_a_session_nor_sets_a_cookie_nor_is_kept(client, certificate, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(address(certificate.number, KEY))

    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("number", "key"),
    [
        pytest.param("CQP-2021-000001", "Z" * 26, id="right number, wrong key"),
        pytest.param("CQP-2021-000999", KEY, id="unknown number, right key"),
        pytest.param("n’importe", "quoi", id="neither"),
    ],
)
def test_wrong_and_unknown_get_the_same_answer(client, certificate, number, key):
    response = client.get(address(number, key))
    unknown = client.get(address("CQP-1999-000001", "Y" * 26))

    assert response.status_code == unknown.status_code == 404
    assert response.content == unknown.content


def test_a_reserved_paper_is_unknown(client):
    certificate = make_certificate()

    assert client.get(address(certificate.number, KEY)).status_code == 404


@pytest.mark.parametrize(("state", "sentence"), [("revoked", "a été retiré"), ("replaced", "a été remplacé")])
def test_an_old_address_keeps_answering_with_the_present_state(client, certificate, state, sentence):
    Certificate.objects.filter(pk=certificate.pk).update(state=state)

    page = client.get(address(certificate.number, KEY)).content.decode()

    assert sentence in page
    assert "authentique et valide" not in page


def test_the_form_leads_there_however_the_key_was_copied(client, certificate):
    typed = {"number": certificate.number.lower(), "key": f" {KEY[:13].lower()} - {KEY[13:]} "}

    response = client.get(reverse("certificates:verify_form"), typed)

    assert response.status_code == 302
    assert response["Location"] == address(certificate.number, KEY)


def test_the_empty_form_shows_no_error(client):
    page = client.get(reverse("certificates:verify_form")).content.decode()

    assert "Numéro" in page
    assert "obligatoire" not in page


def test_html_in_a_name_is_shown_as_text(client, monkeypatch):
    monkeypatch.setattr(keys, "new_key", lambda: KEY)
    person = make_candidate(first_names="<script>alert(1)</script>")
    certificate = drawing.draw_certificate(make_certificate(candidate=person).pk, at=ISSUED_AT)

    page = client.get(address(certificate.number, KEY)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
