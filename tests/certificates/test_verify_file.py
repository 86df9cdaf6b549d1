"""A third party sends a file: ours, it is told so; changed by one byte, it is refused; nothing of it stays."""

import logging
import random
import tempfile
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import drawing, file_check, printing
from certificates.models import Certificate, CertificateFile
from documents import passing_uploads, seal_reading, sealing, specimen_seal
from documents.drawing import Drawing
from documents.signing import Sealer
from tests.builders.certificates import ISSUED_AT, make_certificate

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    return specimen_seal.made_in(tmp_path_factory.mktemp("seal"))


@pytest.fixture(autouse=True)
def configured(settings, key_file):
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(key_file), specimen_seal.PASSPHRASE
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"file_check": "1000/m/ip"}
    sealing._sealer.cache_clear()
    yield
    sealing._sealer.cache_clear()


@pytest.fixture
def certificate() -> Certificate:
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


@pytest.fixture
def sealed(certificate) -> bytes:
    return bytes(CertificateFile.objects.get(certificate=certificate).content)


@pytest.fixture
def read_here(monkeypatch):
    """The seal read without the second that a process of its own takes: what it reads is the same."""
    monkeypatch.setattr(file_check, "read_seal_apart", sealing.read_seal)


def sent(client, content: bytes, *, name: str = "certificat.pdf", **headers):
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(reverse("certificates:verify_file"), {"file": file}, headers=headers or None)


def test_the_file_that_was_issued_is_told_whole(client, certificate, sealed):
    response = sent(client, sealed)

    page = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    for said in ("authentique et valide", "notre sceau", "intact", "Sceau de démonstration", certificate.number, "BC7"):
        assert said in page


def test_in_json_too(client, certificate, sealed):
    told = sent(client, sealed, **JSON).json()

    assert (told["standing"], told["verdict"], told["document"]) == ("valid", "known", "original")
    assert told["number"] == certificate.number
    assert told["seal"]["holds"]
    assert told["seal"]["is_ours"]


def _flipped(seed):
    def change(pdf):
        at = random.Random(seed).randrange(20, len(pdf) * 8 // 10)  # noqa: S311
        return pdf[:at] + bytes([pdf[at] ^ 0x01]) + pdf[at + 1 :]

    return change


def _replaced(was, becomes):
    def change(pdf):
        assert was in pdf
        return pdf.replace(was, becomes, 1)

    return change


def _appended(more):
    return lambda pdf: pdf + more


def _written_again(change):
    def write(pdf):
        written = BytesIO()
        with pikepdf.open(BytesIO(pdf)) as opened:
            change(opened)
            opened.save(written)
        return written.getvalue()

    return write


def _other_title(pdf):
    pdf.docinfo["/Title"] = "Un autre titre"


def _other_words(pdf):
    pdf.pages[0].contents_add(b"BT /F1 12 Tf 50 50 Td (Faux) Tj ET")


def _without_its_seal(pdf):
    del pdf.Root.AcroForm, pdf.pages[0].obj.Annots


def _second_revision(pdf):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()
    revised = BytesIO()
    writer.write(revised)
    return revised.getvalue()


TAMPERED = {
    **{f"flipped {seed}": _flipped(seed) for seed in range(15)},
    "another year": _replaced(b"2021", b"2031"),
    "another page": _replaced(b"/Page", b"/Pagf"),
    "another producer": _replaced(b"WeasyPrint", b"AnyPrinter"),
    "another language": _replaced(b"/Lang", b"/Long"),
    "a page more": _written_again(lambda pdf: pdf.add_blank_page()),
    "another title": _written_again(_other_title),
    "other words": _written_again(_other_words),
    "saved again": _written_again(lambda pdf: None),
    "without its seal": _written_again(_without_its_seal),
    "an end more": _appended(b"\n%%EOF\n"),
    "a blank more": _appended(b" "),
    "an object more": _appended(b"1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
    "a table more": _appended(b"\nxref\n0 1\n0000000000 65535 f\ntrailer\n<< /Size 1 >>\nstartxref\n0\n%%EOF"),
    "a second revision": _second_revision,
    "its last byte less": lambda pdf: pdf[:-1],
}


@pytest.mark.usefixtures("read_here")
def test_thirty_tampered_files_are_refused(client, sealed):
    """And the file they were made from is not: one test, so that it is drawn once."""
    assert len(TAMPERED) == 30
    told = {name: sent(client, change(sealed), **JSON) for name, change in TAMPERED.items()}

    assert sent(client, sealed, **JSON).json()["verdict"] == "known"
    assert {name for name, response in told.items() if response.status_code != 404} == set()
    assert {name for name, response in told.items() if response.json()["standing"] != "unknown"} == set()
    assert {response.json()["verdict"] for response in told.values()} <= {"altered", "unsealed"}
    assert told["a second revision"].json()["verdict"] == "altered"


def test_a_revised_file_is_told_what_changed(client, sealed):
    page = sent(client, _second_revision(sealed)).content.decode()

    assert "Ce fichier a été modifié" in page
    assert "le fichier a changé" in page
    assert "authentique et valide" not in page


@pytest.mark.usefixtures("read_here")
def test_a_broken_seal_vouches_for_nothing(client, sealed):
    """Neither in whose name it was made, nor that nothing was added since: whoever breaks it may write both."""
    changed = TAMPERED["another producer"](sealed)

    seal = sent(client, changed, **JSON).json()["seal"]
    page = sent(client, changed).content.decode()

    assert (seal["is_sealed"], seal["is_intact"], seal["is_ours"]) == (True, False, False)
    assert "un sceau rompu ne prouve rien" in page
    assert "notre sceau" not in page
    assert "rien n’a été ajouté" not in page


def test_a_supplement_is_told_as_what_it_is():
    answer = SimpleNamespace(standing="valid", document="supplement", answered_at=ISSUED_AT)

    said = render_to_string("certificates/parts/standing.html", {"answer": answer})

    assert "Ce supplément est authentique, et son certificat est valide" in said
    assert "tout doit y être" not in said


@pytest.mark.usefixtures("read_here")
def test_somebody_else_s_seal_is_not_ours(client, certificate, sealed, tmp_path):
    """Its own authority, the same names: only the fingerprint tells."""
    other = Sealer(specimen_seal.made_in(tmp_path), specimen_seal.PASSPHRASE)
    unsealed = printing.draw_paper(certificate, "A" * 26)
    forged = _sealed_by(other, unsealed)

    told = sent(client, forged, **JSON).json()

    assert told["verdict"] == "foreign"
    assert told["seal"]["holds"]
    assert not told["seal"]["is_ours"]


def _sealed_by(sealer: Sealer, drawing: Drawing) -> bytes:
    import asyncio

    return asyncio.run(sealer.seal(bytes(drawing), sealing.FIELD))


@pytest.mark.usefixtures("read_here")
def test_our_seal_on_what_was_not_issued_is_told(client, certificate):
    stray = sealing.sealed(printing.draw_paper(certificate, "A" * 26))

    response = sent(client, bytes(stray))

    assert response.status_code == 404
    assert "Notre sceau, mais aucun document délivré" in response.content.decode()


@pytest.mark.usefixtures("read_here")
def test_an_issued_file_without_a_seal_is_known_by_its_fingerprint(client, settings):
    settings.SEAL_PKCS12 = ""
    sealing._sealer.cache_clear()
    certificate = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)

    page = sent(client, bytes(CertificateFile.objects.get(certificate=certificate).content)).content.decode()

    assert "authentique et valide" in page
    assert "l’empreinte suffit" in page


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "Choisissez le fichier PDF"),
        (b"bonjour", 422, "n’est pas un PDF"),
        (b"\x89PNG\r\n\x1a\n", 422, "n’est pas un PDF"),
        (b"PK\x03\x04%PDF-", 422, "n’est pas un PDF"),
        (b"%PDF-" + b"x" * passing_uploads.MAX_BYTES, 413, "dépasse 5"),
        (b"%PDF-" + b"x" * (passing_uploads.MAX_BYTES + 2 * passing_uploads.ENVELOPE_BYTES), 413, "dépasse 5"),
    ],
    ids=["empty", "text", "image", "archive", "too large by a little", "too large by much"],
)
def test_what_is_no_pdf_of_ours_is_refused(client, content, status, said):
    response = sent(client, content)

    assert response.status_code == status
    assert said in response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert response["Cache-Control"] == "no-store"


def test_no_file_at_all(client):
    assert client.post(reverse("certificates:verify_file"), {"file": "texte"}).status_code == 422
    assert client.post(reverse("certificates:verify_file"), b"x", content_type="text/plain").status_code == 422


@pytest.mark.usefixtures("read_here")
def test_it_stays_nowhere(client, sealed, monkeypatch, caplog):
    """No temporary file, no row, no log: a file of 3 MB, which Django would put on the disk."""
    heavy = sealed + b" " * 3_000_000

    def kept(*args, **kwargs):
        raise AssertionError("written to the disk")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", kept)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", kept)
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        assert sent(client, heavy, name="secret-de-camille.pdf", **JSON).status_code == 404

    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert "secret-de-camille" not in caplog.text


@pytest.mark.usefixtures("read_here")
def test_the_same_queries_whatever_is_sent(client, sealed, django_assert_num_queries):
    with django_assert_num_queries(3):  # the paper, its entry, whose seal
        sent(client, sealed)
    with django_assert_num_queries(2):
        sent(client, _second_revision(sealed))
    with django_assert_num_queries(1):
        sent(client, b"%PDF-1.7 rien")


@pytest.mark.parametrize(
    "bomb",
    [
        b"import time; time.sleep(60)",
        b"while True: pass",
        b"x = bytearray(4 << 30)",
        b"import os; os.abort()",
        b"print(1)",
    ],
    ids=["sleeps", "spins", "eats memory", "dies", "says nonsense"],
)
def test_a_reader_that_fails_reads_no_seal(monkeypatch, bomb):
    monkeypatch.setattr(seal_reading, "WALL_SECONDS", 2.0)
    limited = "from documents.seal_reading import _limit; _limit(); exec(__import__('sys').stdin.read())"
    monkeypatch.setattr(seal_reading, "READER", ("-c", limited))

    assert seal_reading.read_seal_apart(bomb) == sealing.UNSEALED


def test_readers_are_few(client, monkeypatch):
    monkeypatch.setattr(seal_reading, "WAIT_SECONDS", 0.01)
    for _ in range(seal_reading.AT_ONCE):
        seal_reading._readers.acquire()
    try:
        response = sent(client, b"%PDF-1.7 rien")
    finally:
        seal_reading._readers.release(seal_reading.AT_ONCE)

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert sent(client, b"%PDF-1.7 rien").status_code == 404


def test_the_eleventh_file_of_a_minute_waits(client, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"file_check": "10/m/ip"}
    monkeypatch.setattr(file_check, "read_seal_apart", lambda pdf: sealing.UNSEALED)

    told = [sent(client, b"%PDF-1.7 rien").status_code for _ in range(11)]

    assert told == [404] * 10 + [429]
    assert client.get(reverse("certificates:verify_file")).status_code == 200


def test_the_limits_are_those_of_the_documentation():
    from rncp31395 import settings

    assert settings.ACCOUNT_RATE_LIMITS["verification"] == "30/m/ip"
    assert settings.ACCOUNT_RATE_LIMITS["file_check"] == "10/m/ip"
