import hashlib
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import drawing, keys
from certificates.guards import GUARDS
from certificates.models import Certificate, CertificateFile, Duplicate, Revocation, SupplementFile
from certificates.register import Standing
from certificates.verification import PRINTED, Answer
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_certificate, make_drawn_duplicate, make_supplement
from tests.builders.organisations import make_admin

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
    with django_assert_num_queries(2):
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


@pytest.fixture
def unguarded():
    """States that their own services lead to, told elsewhere; here is only how they show."""
    for guard in GUARDS:
        guard.remove(connection)  # The rollback that ends the test brings them back.


def stays(certificate: Certificate) -> None:
    pass


def is_revoked(certificate: Certificate) -> None:
    asks, approves = make_admin(), make_admin()
    Revocation.objects.create(
        certificate=certificate,
        state="approved",
        reason="Fraude établie.",
        requested_by=asks,
        requested_at=ISSUED_AT,
        decided_by=approves,
        decided_at=datetime(2021, 9, 1, 22, 30, tzinfo=UTC),
    )
    Certificate.objects.filter(pk=certificate.pk).update(state="revoked")


def is_replaced(certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(state="replaced")
    newer = Certificate.objects.get(pk=certificate.pk)
    newer.pk, newer.number, newer.sequence, newer.replaces_id = None, "CQP-2021-000777", 777, certificate.pk
    newer.state, newer.key_hash, newer.sha256 = "published", "0" * 64, "0" * 64
    newer.save()


def is_being_replaced(certificate: Certificate) -> None:
    """The new paper is not drawn yet: nobody is told its number."""
    is_replaced(certificate)
    Certificate.objects.filter(number="CQP-2021-000777").update(
        state="reserved", published_at=None, key_hash=None, sha256=None
    )


def is_forged(certificate: Certificate) -> None:
    context = certificate.context | {"title": "Une autre certification"}
    Certificate.objects.filter(pk=certificate.pk).update(context=context)


STATES = [
    pytest.param(stays, "authentique et valide", "valid", None, None, id="valid"),
    pytest.param(is_replaced, "a été remplacé par CQP-2021-000777", "replaced", "CQP-2021-000777", None, id="replaced"),
    pytest.param(is_being_replaced, "a été remplacé</strong>", "replaced", None, None, id="being replaced"),
    pytest.param(
        is_revoked, "a été retiré le 2\N{NO-BREAK SPACE}septembre 2021", "revoked", None, "2021-09-02", id="revoked"
    ),
    pytest.param(is_forged, "ne peut pas être confirmé", "anomaly", None, None, id="forged"),
]


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("happens", "sentence", "standing", "newer", "day"), STATES)
def test_an_old_address_keeps_answering_with_the_present_state(
    client, certificate, happens, sentence, standing, newer, day
):
    happens(certificate)

    page = client.get(address(certificate.number, KEY)).content.decode()
    told = client.get(address(certificate.number, KEY), headers={"accept": "application/json"}).json()

    assert sentence in page
    assert ("authentique et valide" in page) is (standing == "valid")
    assert (told["standing"], told["replaced_by"], told["revoked_on"]) == (standing, newer, day)


@pytest.mark.usefixtures("unguarded")
def test_what_the_register_does_not_vouch_for_is_not_shown(client, certificate):
    is_forged(certificate)

    page = client.get(address(certificate.number, KEY)).content.decode()
    told = client.get(address(certificate.number, KEY), {"format": "json"}).json()

    assert "Une autre certification" not in page
    assert "D’Hérouville" not in page
    assert told["content"] is told["sha256"] is None


def test_json_says_all_that_the_paper_says_and_no_more(client, certificate):
    told = client.get(address(certificate.number, KEY), {"format": "json"}).json()

    assert set(told) == {
        "format", "standing", "sentence", "answered_at", "document", "number", "kind", "replaced_by", "revoked_on",
        "sha256", "content",
    }  # fmt: skip
    assert set(told["content"]) <= set(PRINTED)
    assert told["content"]["holder"] == {
        "birth_name": "D’Hérouville-Nguyễn",
        "usual_name": "Łukasz",
        "first_names": "Maëlle",
        "birth_date": certificate.context["holder"]["birth_date"],
        "birth_place": certificate.context["holder"]["birth_place"],
    }
    assert [block["code"] for block in told["content"]["blocks"]] == ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7"]
    assert told["sha256"] == certificate.sha256


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/json;q=0.5, text/html", "text/html"),
        ("image/png", "text/html"),
    ],
)
def test_json_is_for_whoever_prefers_it(client, certificate, accept, kind):
    response = client.get(address(certificate.number, KEY), headers={"accept": accept})

    assert response["Content-Type"].split(";")[0] == kind
    assert "Accept" in response["Vary"]


def test_what_the_certificate_opens_is_said_of_a_valid_registered_one(client, certificate):
    page = client.get(address(certificate.number, KEY)).content.decode()

    assert "A 512-6 et A 512-7" in page
    assert "fiche RNCP31395" in page


@pytest.mark.parametrize(
    ("standing", "kind", "changes"),
    [
        pytest.param(Standing.VALID, "certificate", {"registration": None}, id="no registration"),
        pytest.param(Standing.VALID, "block_statement", {}, id="a block alone"),
        pytest.param(
            Standing.VALID, "certificate", {"nsf": {"code": "326t", "label": "Autre"}}, id="another speciality"
        ),
        pytest.param(Standing.REVOKED, "certificate", {}, id="revoked"),
        pytest.param(Standing.REPLACED, "certificate", {}, id="replaced"),
        pytest.param(Standing.ANOMALY, "certificate", {}, id="forged"),
    ],
)
def test_it_opens_nothing_otherwise(certificate, standing, kind, changes):
    certificate.kind, certificate.context = kind, certificate.context | changes

    assert not Answer(certificate, standing, ISSUED_AT).opens_intermediation


# By the fingerprint of a file


def fingerprint_address(sha256: str) -> str:
    return reverse("certificates:verify_fingerprint", args=[sha256])


def test_whoever_has_the_file_reads_the_same(client, certificate, django_assert_num_queries):
    content = bytes(CertificateFile.objects.get(certificate=certificate).content)

    with django_assert_num_queries(2):
        response = client.get(fingerprint_address(hashlib.sha256(content).hexdigest().upper()))

    page = response.content.decode()
    assert "authentique et valide" in page
    assert "octet pour octet, celui qui a été délivré" in page
    assert "Maëlle" in page


def test_a_supplement_and_a_duplicate_lead_to_their_certificate(client, certificate, django_assert_num_queries):
    files = {"supplement": make_supplement(certificate).sha256, "duplicate": make_drawn_duplicate(certificate).sha256}

    for document, sha256 in files.items():
        with django_assert_num_queries(5):
            told = client.get(fingerprint_address(sha256), {"format": "json"}).json()
        assert (told["standing"], told["document"], told["number"]) == ("valid", document, certificate.number)


@pytest.mark.parametrize("sha256", ["f" * 64, "f" * 63, "zz", "%00", "-", "\N{LATIN SMALL LETTER O WITH DIAERESIS}"])
def test_an_unknown_fingerprint_gets_one_answer(client, certificate, sha256):
    Duplicate.objects.create(  # Not drawn yet: its fingerprint is empty.
        certificate=certificate, rank=1, reason="Perdu.", context={}, made_by=make_admin(), made_at=ISSUED_AT
    )
    response = client.get(fingerprint_address(sha256))
    unknown = client.get(fingerprint_address("0" * 64))

    assert response.status_code == unknown.status_code == 404
    assert response.content == unknown.content


def test_a_reserved_paper_has_no_fingerprint(client, certificate):
    reserved = make_certificate()
    SupplementFile.objects.create(certificate=reserved, content=b"s", sha256="5" * 64, drawn_at=ISSUED_AT)

    assert client.get(fingerprint_address("5" * 64)).status_code == 404


# Asked too often, by strangers, by machines


@pytest.fixture
def every_address(certificate):
    return [
        address(certificate.number, KEY),
        address(certificate.number, "Z" * 26),
        fingerprint_address(certificate.sha256),
        fingerprint_address("0" * 64),
        reverse("certificates:verify_form"),
        reverse("certificates:verify_file"),
    ]


def test_no_page_reads_a_session_sets_a_cookie_or_is_kept(client, every_address):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32

    for path in every_address:
        for headers in ({}, {"accept": "application/json"}):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path, headers=headers)
            assert not response.cookies
            assert not any("django_session" in query["sql"] for query in queries)
            assert response["Cache-Control"] == "no-store"
            assert "noindex" in response["X-Robots-Tag"]
            assert response["Referrer-Policy"] == "no-referrer"
            assert "Cookie" not in response.get("Vary", "")
            if not headers:
                assert b'name="robots" content="noindex' in response.content


def test_robots_may_read_what_tells_them_not_to_index(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /" in lines
    assert "Allow: /verifier/" in lines


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example"])
def test_another_host_is_refused(client, certificate, host):
    assert client.get(address(certificate.number, KEY), headers={"host": host}).status_code == 400


def test_a_forwarded_host_changes_no_link(client, every_address):
    for path in every_address:
        assert b"evil.example" not in client.get(path, headers={"x-forwarded-host": "evil.example"}).content


@pytest.mark.parametrize(
    "number",
    [
        "//evil.example",
        "https://evil.example/",
        "\\\\evil.example",
        "../../compte",
        "a/b",
        "a\x00b",
        "a?b#c",
        "%2f%2fevil",
    ],
)
def test_the_form_leads_nowhere_else(client, number):
    response = client.get(reverse("certificates:verify_form"), {"number": number, "key": f"{KEY}/../../x"})

    assert response.status_code in {200, 302}
    if response.status_code == 302:
        assert re.fullmatch(r"/verifier/[A-Z0-9-]+/[A-Z0-9]+/", response["Location"])


@pytest.mark.parametrize(("number", "key"), [("---", KEY), ("CQP-2021-000001", "…")])
def test_signs_alone_are_no_number(client, number, key):
    page = client.get(reverse("certificates:verify_form"), {"number": number, "key": key}).content.decode()

    assert "obligatoire" in page


@pytest.mark.parametrize(("number", "key"), [("%00", KEY), ("CQP-2021-000001", "%00"), ("x" * 3000, "y" * 3000)])
def test_a_strange_address_is_unknown_like_any_other(client, certificate, number, key):
    strange = client.get(f"/verifier/{number}/{key}/")

    assert strange.status_code == 404
    assert strange.content == client.get(address("CQP-1999-000001", "Y" * 26)).content


@pytest.mark.parametrize("typed", ["cqp 2021 000001", "CQP–2021–000001", " CQP-2021-000001. ", "cqp_2021_000001"])
def test_any_dash_will_do(client, typed):
    response = client.get(reverse("certificates:verify_form"), {"number": typed, "key": KEY})

    assert response["Location"] == address("CQP-2021-000001", KEY)


def test_the_thirty_first_question_of_a_minute_waits(client, certificate):
    """Right, wrong, by key or by file: all are counted together, and apart from other addresses."""
    asked = [address(certificate.number, KEY), address("X-1", KEY), fingerprint_address("0" * 64)]
    with time_machine.travel(ISSUED_AT, tick=False) as clock:
        before = [client.get(asked[n % 3]).status_code for n in range(30)]
        refused = client.get(asked[0])
        in_json = client.get(asked[1], headers={"accept": "application/json"})
        from_elsewhere = client.get(asked[0], REMOTE_ADDR="192.0.2.7")
        form = client.get(reverse("certificates:verify_form"))
        clock.shift(61)
        later = client.get(asked[0])

    assert set(before) == {200, 404}
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Trop de vérifications" in refused.content.decode()
    assert not refused.cookies
    assert (in_json.status_code, in_json.json()["standing"]) == (429, "throttled")
    assert from_elsewhere.status_code == form.status_code == later.status_code == 200


def test_when_nobody_counts_the_page_still_answers(client, certificate, monkeypatch, caplog):
    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("accounts.visitors.ratelimit.consume_or_429", down)

    assert client.get(address(certificate.number, KEY)).status_code == 200
    assert "not counted" in caplog.text


def test_wrong_and_unknown_take_the_same_work(client, certificate):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return [re.sub(r"'[^']*'|= \S+", "?", query["sql"]) for query in queries]

    wrong = asked(address(certificate.number, "Z" * 26))

    assert len(wrong) == 1
    assert wrong == asked(address("CQP-1999-000001", KEY)) == asked(address("CQP-1999-000001", "Y" * 26))


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
