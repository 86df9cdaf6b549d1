import hashlib
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from certificates import drawing, keys
from certificates.enums import CertificateState
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, CertificateFile, PaperDraft
from certificates.tasks import draw_certificate, draw_waiting
from documents import sealing
from documents.reading import PaperReading
from journal.models import Entry
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_certificate

pytestmark = pytest.mark.django_db

KEY = re.compile(r"/verifier/[A-Z]+-\d{4}-\d{6}/([A-Z2-9]{26})/")


def text_of(certificate: Certificate) -> str:
    content = CertificateFile.objects.get(certificate=certificate).content
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(bytes(content))).pages)


def broken_seals() -> Iterator[str]:
    return next(invariant for invariant in INVARIANTS if invariant.code == "certificates.seal").find()


def test_drawing_publishes_the_paper_with_its_bytes_and_key():
    certificate = make_certificate()

    drawn = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    file = CertificateFile.objects.get(certificate=certificate)
    assert drawn.state == CertificateState.PUBLISHED
    assert bytes(file.content).startswith(b"%PDF-")
    assert hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256 == drawn.sha256
    assert drawn.number in text_of(certificate)
    assert certificate.candidate.birth_name in text_of(certificate)
    assert Entry.objects.filter(action="certificate.published").count() == 1


def test_the_key_in_clear_is_on_the_paper_and_nowhere_in_the_database(monkeypatch):
    made = []
    monkeypatch.setattr(keys, "new_key", lambda: made.append("ABCDEFGHJKMNPQRSTUVWXYZ234") or made[-1])
    certificate = make_certificate()

    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    row = Certificate.objects.filter(pk=certificate.pk).values().get()
    assert row["key_hash"] == keys.hash_of(made[0])
    assert made[0] not in str(row)
    assert made[0] not in str(list(Entry.objects.values()))
    assert made[0] in text_of(certificate).replace(" ", "").replace("\n", "")


def test_drawing_again_changes_nothing():
    certificate = make_certificate()
    first = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    second = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert (second.key_hash, second.sha256) == (first.key_hash, first.sha256)
    assert Entry.objects.filter(action="certificate.published").count() == 1


def test_a_name_outside_the_fonts_waits_with_its_reason():
    certificate = make_certificate(candidate=make_candidate(birth_name="龍"))

    refused = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    refused.refresh_from_db()
    assert refused.state == CertificateState.RESERVED
    assert refused.attempts == 1
    assert "龍" in refused.last_error
    assert not CertificateFile.objects.exists()


def test_the_sweep_takes_up_what_a_lost_message_left(time_machine):
    certificate = make_certificate()
    time_machine.move_to(ISSUED_AT.replace(minute=5))

    draw_waiting()

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PUBLISHED


def test_the_sweep_gives_up_a_paper_refused_too_often(monkeypatch, time_machine):
    certificate = make_certificate()
    Certificate.objects.filter(pk=certificate.pk).update(attempts=5, last_error="refus")
    time_machine.move_to(ISSUED_AT.replace(minute=5))
    monkeypatch.setattr(drawing, "draw_paper", lambda *args, **kwargs: pytest.fail("drawn again"))

    draw_waiting()

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.RESERVED


def test_issuing_wakes_the_worker_once_committed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        certificate = make_certificate()

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PUBLISHED


def test_a_crash_before_publishing_leaves_a_reserved_row_that_the_next_call_finishes(monkeypatch):
    certificate = make_certificate()
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "record", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            draw_certificate(certificate_id=certificate.pk)
    assert not CertificateFile.objects.exists()

    draw_certificate(certificate_id=certificate.pk)

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PUBLISHED


@pytest.mark.usefixtures("sealing_key")
def test_a_paper_is_sealed_before_it_is_kept():
    certificate = make_certificate()

    draw_certificate(certificate_id=certificate.pk)

    file = CertificateFile.objects.get(certificate=certificate)
    reading = sealing.read_seal(bytes(file.content))
    assert reading.holds
    assert file.seal_sha256 == reading.fingerprint == sealing.seal_fingerprint()


@pytest.mark.usefixtures("sealing_key")
def test_verify_tells_a_seal_that_does_not_hold(monkeypatch):
    monkeypatch.setattr(drawing, "sealed", lambda paper: paper)
    certificate = make_certificate()

    draw_certificate(certificate_id=certificate.pk)

    assert list(broken_seals()) == [certificate.number]


@pytest.mark.usefixtures("sealing_key")
def test_sealed_already_a_paper_leaves_with_the_seal_it_bears_whatever_key_came_since(seal_with, tmp_path):
    certificate = make_certificate()
    for _ in range(3):
        drawing.advance(certificate.pk, at=ISSUED_AT)
    seal_with(tmp_path / "next")

    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    file = CertificateFile.objects.get(certificate=certificate)
    assert sealing.read_seal(bytes(file.content)).fingerprint == file.seal_sha256 != sealing.seal_fingerprint()
    assert list(broken_seals()) == []


@pytest.mark.usefixtures("sealing_key")
def test_a_key_changed_since_it_was_drawn_has_the_paper_drawn_again(settings):
    certificate = make_certificate()
    drawing.advance(certificate.pk, at=ISSUED_AT)
    drawn = PaperDraft.objects.get()
    settings.SEAL_PKCS12 = ""
    sealing._sealer.cache_clear()

    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    published = PaperReading(bytes(CertificateFile.objects.get(certificate=certificate).content))
    assert "scelléélectroniquement" in "".join(drawn.text.split())
    assert "scelléélectroniquement" not in "".join(published.text.split())


def test_without_a_key_a_paper_leaves_unsealed():
    certificate = make_certificate()

    draw_certificate(certificate_id=certificate.pk)

    file = CertificateFile.objects.get(certificate=certificate)
    assert file.seal_sha256 == ""
    assert not sealing.read_seal(bytes(file.content)).is_sealed
