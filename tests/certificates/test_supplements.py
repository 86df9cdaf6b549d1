import hashlib
from datetime import timedelta

import pytest

from certificates import file_refusals, supplements
from certificates.drawing import draw_certificate
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, FileRefusal, SupplementFile
from certificates.tasks import draw_supplements
from certificates.todo import to_do
from documents import sealing
from documents.drawing import DrawingRefused
from documents.reading import PaperReading
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate() -> Certificate:
    return draw_certificate(make_certificate().pk, at=ISSUED_AT)


@pytest.mark.usefixtures("sealing_key")
def test_a_published_certificate_gets_its_supplement_once_and_sealed(certificate):
    draw_supplements()
    draw_supplements()

    supplement = SupplementFile.objects.get(certificate=certificate)
    content = bytes(supplement.content)
    assert hashlib.sha256(content).hexdigest() == supplement.sha256
    assert sealing.read_seal(content).holds
    assert supplement.seal_sha256 == sealing.seal_fingerprint()
    assert certificate.sha256 in "".join(PaperReading(content).text.split())
    assert Entry.objects.filter(action="certificate.supplement_kept").count() == 1


def test_a_second_worker_keeps_the_first_ones_file(certificate, monkeypatch):
    def meanwhile(paper):
        supplements._keep(paper, b"%PDF-first", at=ISSUED_AT)
        return b"%PDF-second"

    monkeypatch.setattr(supplements, "draw_supplement", meanwhile)

    kept = supplements.keep_supplement(certificate.pk, at=ISSUED_AT + timedelta(minutes=1))

    assert bytes(kept.content) == b"%PDF-first"
    assert SupplementFile.objects.count() == 1


def refuse(*args):
    raise DrawingRefused(["Le libellé déborde de son cadre."])


def test_refused_too_often_it_is_tried_once_a_day_until_it_is_drawn(certificate, monkeypatch, time_machine):
    tries = []
    time_machine.move_to(ISSUED_AT, tick=False)
    with monkeypatch.context() as refusing:
        refusing.setattr(supplements, "draw_supplement", lambda paper: (tries.append(paper), refuse()))
        for _ in range(file_refusals.MAX_ATTEMPTS + 3):
            draw_supplements()
        assert len(tries) == file_refusals.MAX_ATTEMPTS
        time_machine.shift(timedelta(days=1))
        draw_supplements()
        draw_supplements()
        assert len(tries) == file_refusals.MAX_ATTEMPTS + 1
    time_machine.shift(timedelta(days=1))

    draw_supplements()

    assert SupplementFile.objects.filter(certificate=certificate).exists()
    assert not FileRefusal.objects.exists()


def test_the_secretariat_and_verify_are_told_why(client, certificate, monkeypatch):
    admin = make_admin()
    client.force_login(admin)
    page = f"/certificats/{certificate.number}/"
    with monkeypatch.context() as refusing:
        refusing.setattr(supplements, "draw_supplement", refuse)
        for tried in range(file_refusals.MAX_ATTEMPTS):
            assert not list(refused_again_and_again())
            assert supplements.keep_supplement(certificate.pk, at=ISSUED_AT) is None
            assert f"({tried + 1} essai" in client.get(page).content.decode()

    assert "Le libellé déborde de son cadre." in client.get(page).content.decode()
    assert (1, page) in {(entry.count, entry.url) for entry in to_do(admin, on=ISSUED_AT.date())}
    assert list(refused_again_and_again()) == [f"{certificate.number} (supplément)"]
    supplements.keep_supplement(certificate.pk, at=ISSUED_AT)
    assert not list(refused_again_and_again())
    assert "Le libellé déborde" not in client.get(page).content.decode()


def refused_again_and_again():
    return next(invariant for invariant in INVARIANTS if invariant.code == "certificates.refused").find()


def test_a_paper_that_waits_has_none_yet():
    make_certificate()

    assert not supplements.without_supplement().exists()


def test_a_paper_frozen_under_version_1_has_none_to_draw(monkeypatch):
    monkeypatch.setattr("certificates.services.issuing.TEMPLATE_VERSION", "1")
    draw_certificate(make_certificate().pk, at=ISSUED_AT)

    assert not supplements.without_supplement().exists()


def test_the_secretariat_opens_it_from_the_certificate(client, certificate):
    client.force_login(make_admin())
    page, supplement = f"/certificats/{certificate.number}/", f"/certificats/{certificate.number}/supplement/"
    assert supplement not in client.get(page).content.decode()
    assert client.get(supplement).status_code == 404

    draw_supplements()

    assert supplement in client.get(page).content.decode()
    assert client.get(supplement).content.startswith(b"%PDF-")
