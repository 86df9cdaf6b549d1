"""A sealed paper proves where it comes from, and the least change to it shows."""

import random
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from documents import sealing, signing, specimen_seal
from documents.sealing import SealUnusable
from documents.signing import Sealer

from .papers import draw_paper, paper_context


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    return specimen_seal.made_in(tmp_path_factory.mktemp("seal"))


@pytest.fixture(autouse=True)
def configured(settings, key_file):
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(key_file), specimen_seal.PASSPHRASE
    sealing._sealer.cache_clear()
    yield
    sealing._sealer.cache_clear()


@pytest.fixture(scope="module")
def unsealed():
    return draw_paper(paper_context())


@pytest.fixture
def sealed(unsealed):
    return sealing.sealed(unsealed)


def test_a_sealed_paper_holds_and_names_its_signer(sealed):
    reading = sealing.read_seal(sealed)

    assert reading.holds
    assert reading.signer == "Sceau de démonstration"
    assert reading.fingerprint == sealing.seal_fingerprint()


def test_it_stays_the_paper_that_was_drawn(sealed, unsealed):
    assert sealed.startswith(unsealed)
    assert (sealed.pages, sealed.text) == (unsealed.pages, unsealed.text)
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        (field,) = pdf.Root.AcroForm.Fields
        assert list(field.Rect) == [0, 0, 0, 0]


def test_an_rsa_key_seals_too(tmp_path, key_file, settings, unsealed):
    held = load_pkcs12(key_file.read_bytes(), specimen_seal.PASSPHRASE.encode())
    path = tmp_path / "rsa.p12"
    path.write_bytes(_self_signed_rsa())
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(path), "mot de passe"
    sealing._sealer.cache_clear()

    reading = sealing.read_seal(sealing.sealed(unsealed))

    assert reading.holds
    assert reading.fingerprint != held.cert.certificate.fingerprint(hashes.SHA256()).hex()


def test_an_authority_stamps_the_time_of_the_seal(settings, monkeypatch, unsealed):
    """A local authority in place of one over HTTP: what is tried is where its token goes."""
    held = load_pkcs12(_self_signed_rsa(), b"mot de passe")
    certificate = asn1_x509.Certificate.load(held.cert.certificate.public_bytes(serialization.Encoding.DER))
    key = keys.PrivateKeyInfo.load(
        held.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    monkeypatch.setattr(signing, "HTTPTimeStamper", lambda url, timeout: DummyTimeStamper(certificate, key))
    settings.SEAL_TSA_URL = "https://tsa.example.org/"
    sealing._sealer.cache_clear()

    sealed = sealing.sealed(unsealed)

    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    unsigned = signature.signer_info["unsigned_attrs"].native
    assert [attribute["type"] for attribute in unsigned] == ["signature_time_stamp_token"]
    assert sealing.read_seal(sealed).holds


def test_without_a_key_the_paper_leaves_as_it_is(settings, unsealed):
    settings.SEAL_PKCS12 = ""
    sealing._sealer.cache_clear()

    assert sealing.sealed(unsealed) is unsealed
    assert sealing.seal_fingerprint() == ""
    assert not sealing.read_seal(unsealed).is_sealed


def test_nothing_is_sealed_on_a_day_that_the_certificate_does_not_cover(settings, tmp_path, unsealed):
    path = tmp_path / "expired.p12"
    path.write_bytes(_self_signed_rsa(ends_on=datetime(2021, 1, 1, tzinfo=UTC)))
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(path), "mot de passe"
    sealing._sealer.cache_clear()

    with pytest.raises(SealUnusable, match="expired"):
        sealing.sealed(unsealed)


def test_a_drawing_without_a_seal_is_not_sealed(unsealed):
    assert sealing.read_seal(unsealed) == sealing.UNSEALED


@pytest.mark.parametrize("seed", range(15))
def test_a_flipped_byte_shows(sealed, seed):
    """Anywhere in what was sealed: the reading of the file breaks, or its seal does."""
    at = random.Random(seed).randrange(20, len(sealed) * 8 // 10)  # noqa: S311
    changed = bytes(sealed[:at]) + bytes([sealed[at] ^ 0x01]) + bytes(sealed[at + 1 :])

    assert not sealing.read_seal(changed).holds


@pytest.mark.parametrize(
    ("was", "becomes"), [(b"2021", b"2031"), (b"/Page", b"/Pagf"), (b"WeasyPrint", b"AnyPrinter"), (b"/Lang", b"/Long")]
)
def test_a_replaced_word_shows(sealed, was, becomes):
    assert was in sealed

    assert not sealing.read_seal(bytes(sealed).replace(was, becomes, 1)).holds


def _with_a_page(pdf):
    pdf.add_blank_page()


def _with_another_title(pdf):
    pdf.docinfo["/Title"] = "Un autre titre"


def _with_a_note(pdf):
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="Faux")
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))


def _with_a_script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _with_other_words(pdf):
    pdf.pages[0].contents_add(b"BT /F1 12 Tf 50 50 Td (Faux) Tj ET")


def _without_its_seal(pdf):
    del pdf.Root.AcroForm, pdf.pages[0].obj.Annots


@pytest.mark.parametrize(
    "change",
    [_with_a_page, _with_another_title, _with_a_note, _with_a_script, _with_other_words, _without_its_seal],
    ids=lambda change: change.__name__.strip("_"),
)
def test_a_file_written_again_shows(sealed, change):
    written = BytesIO()
    with pikepdf.open(BytesIO(sealed)) as pdf:
        change(pdf)
        pdf.save(written)

    assert not sealing.read_seal(written.getvalue()).holds


@pytest.mark.parametrize(
    "added",
    [
        b"\n%%EOF\n",
        b"1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"\nxref\n0 1\n0000000000 65535 f\ntrailer\n<< /Size 1 >>\nstartxref\n0\n%%EOF",
    ],
)
def test_what_is_appended_shows(sealed, added):
    assert not sealing.read_seal(bytes(sealed) + added).holds


def test_a_second_revision_shows(sealed):
    """A well-formed incremental update, as an editor saves one: the sealed bytes are intact, the file is not."""
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()
    revised = BytesIO()
    writer.write(revised)

    reading = sealing.read_seal(revised.getvalue())

    assert reading.is_intact
    assert not reading.is_unchanged
    assert not reading.holds


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"bonjour", b"%PDF-1.7\n" + b"<<" * 5000])
def test_what_is_no_pdf_is_unsealed(content):
    assert sealing.read_seal(content) == sealing.UNSEALED


def test_a_wrong_passphrase_seals_nothing(key_file):
    with pytest.raises(SealUnusable, match="passphrase"):
        Sealer(key_file, "autre")


def test_a_missing_file_seals_nothing(tmp_path):
    with pytest.raises(SealUnusable, match="cannot be read"):
        Sealer(tmp_path / "absent.p12", "x")


def test_the_specimen_key_is_made_once(tmp_path):
    first = specimen_seal.made_in(tmp_path).read_bytes()

    assert specimen_seal.made_in(tmp_path).read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == [specimen_seal.NAME]


def test_the_demonstration_seals_with_its_own_key(settings, tmp_path):
    settings.SEAL_PKCS12, settings.DEMO, settings.DATA_DIR = "", True, tmp_path
    sealing._sealer.cache_clear()

    assert sealing.seal_fingerprint()
    assert (tmp_path / "seal" / specimen_seal.NAME).exists()


def _self_signed_rsa(*, ends_on: datetime = specimen_seal.ENDS_ON) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sceau RSA")])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(specimen_seal.STARTS_ON)
        .not_valid_after(ends_on)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    protection = serialization.BestAvailableEncryption(b"mot de passe")
    return serialization.pkcs12.serialize_key_and_certificates(b"rsa", key, certificate, [], protection)
