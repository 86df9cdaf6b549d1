"""Annexes and duplicates in the signed register: whoever writes rows, with every guard in place, forges none."""

import hashlib
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates import copies, drawing, register_files, signatures, supplements
from certificates.after import held_by
from certificates.enums import Document
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, Duplicate, FileEntry, FileRefusal, SupplementFile
from certificates.services import make_duplicate
from tests.builders.certificates import (
    ISSUED_AT,
    make_certificate,
    make_drawn_duplicate,
    make_revoked,
    make_supplement,
)
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

FORGED = b"%PDF-1.7 a certificate that nobody issued"
SHA256 = hashlib.sha256(FORGED).hexdigest()


@pytest.fixture
def published() -> Certificate:
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


def forge_supplement(certificate: Certificate) -> None:
    SupplementFile.objects.create(certificate=certificate, content=FORGED, sha256=SHA256, drawn_at=ISSUED_AT)


def forge_duplicate(certificate: Certificate) -> None:
    row = Duplicate.objects.create(
        certificate=certificate, rank=1, reason="Perdu", context={}, made_by=make_admin(), made_at=ISSUED_AT
    )
    Duplicate.objects.filter(pk=row.pk).update(content=FORGED, sha256=SHA256, drawn_at=ISSUED_AT)


FORGERIES = {Document.SUPPLEMENT: forge_supplement, Document.DUPLICATE: forge_duplicate}


def doubted() -> list[str]:
    return list(next(invariant for invariant in INVARIANTS if invariant.code == "certificates.files").find())


@pytest.mark.parametrize("document", FORGERIES)
def test_a_forged_row_makes_no_file_valid(client, published, document):
    FORGERIES[document](published)

    address = reverse("certificates:verify_fingerprint", args=[SHA256])
    page, told = client.get(address).content.decode(), client.get(address, {"format": "json"}).json()
    sent = SimpleUploadedFile("faux.pdf", FORGED, "application/pdf")
    checked = client.post(reverse("certificates:verify_file"), {"file": sent}, headers={"accept": "application/json"})

    assert "ne peut pas être confirmé" in page
    assert "authentique et valide" not in page
    assert (told["standing"], told["document"], told["content"]) == ("anomaly", None, None)
    assert (checked.json()["standing"], checked.json()["verdict"]) == ("anomaly", "unsealed")
    assert doubted() == [f"{published.number} ({'supplément' if document == Document.SUPPLEMENT else 'duplicata 1'})"]


@pytest.mark.parametrize("document", FORGERIES)
def test_it_is_an_anomaly_for_the_secretariat_and_is_not_handed_out(client, published, document):
    FORGERIES[document](published)
    client.force_login(make_admin())

    page = client.get(reverse("certificates:certificate", args=[published.number])).content.decode()

    assert "Le registre n’a pas signé le" in page
    copies_page = client.get(reverse("certificates:duplicate", args=[published.number])).content.decode()
    assert ("anomalie" in copies_page) is (document == Document.DUPLICATE)
    assert client.get(reverse("certificates:supplement", args=[published.number])).status_code == 404
    opened = client.get(reverse("certificates:duplicate_paper", args=[published.number, 1]))
    assert opened.status_code == (302 if document == Document.DUPLICATE else 404)


def enter(certificate: Certificate, payload: dict, key_id: str, signature: str) -> None:
    FileEntry.objects.create(
        certificate=certificate,
        document=Document.SUPPLEMENT,
        rank=1,
        payload=payload,
        key_id=key_id,
        signature=signature,
        signed_at=ISSUED_AT,
    )


def forged_file(certificate: Certificate) -> register_files.KeptFile:
    return register_files.KeptFile(certificate, Document.SUPPLEMENT, 1, SHA256)


def by_another_key(certificate: Certificate) -> None:
    key, payload = Ed25519PrivateKey.generate(), forged_file(certificate).payload
    signature = signatures.encoded(key.sign(signatures.canonical(payload)))
    enter(certificate, payload, signatures.public_id(key.public_key()), signature)


def in_the_name_of_our_key(certificate: Certificate) -> None:
    enter(
        certificate,
        forged_file(certificate).payload,
        signatures.public_id(signatures.signing_key().public_key()),
        "A" * 86,
    )


def taken_from_another_paper(certificate: Certificate) -> None:
    other = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)
    make_supplement(other)
    entry = other.file_entries.get()
    enter(certificate, entry.payload, entry.key_id, entry.signature)


def taken_from_the_state_of_the_paper(certificate: Certificate) -> None:
    entry = certificate.register_entries.get()
    enter(certificate, entry.payload, entry.key_id, entry.signature)


@pytest.mark.parametrize(
    "forge_entry",
    [by_another_key, in_the_name_of_our_key, taken_from_another_paper, taken_from_the_state_of_the_paper],
)
def test_no_entry_is_forged_without_the_key(client, published, forge_entry):
    forge_supplement(published)
    forge_entry(published)

    told = client.get(reverse("certificates:verify_fingerprint", args=[SHA256]), {"format": "json"}).json()

    assert told["standing"] == "anomaly"
    assert doubted() == [f"{published.number} (supplément)"]


def test_what_workers_keep_is_signed_in_the_same_transaction_and_outlives_the_paper(client, published):
    files = [make_supplement(published), make_drawn_duplicate(published)]
    assert doubted() == []
    make_revoked(published)

    told = [
        client.get(reverse("certificates:verify_fingerprint", args=[file.sha256]), {"format": "json"}).json()
        for file in files
    ]

    assert [(each["standing"], each["document"]) for each in told] == [
        ("revoked", "supplement"),
        ("revoked", "duplicate"),
    ]


def test_an_entry_is_made_of_a_file_that_is_kept_and_does_not_change(published):
    with pytest.raises(IntegrityError, match="un fichier qui est gardé"), transaction.atomic():
        by_another_key(published)
    make_supplement(published)

    for write in (lambda: FileEntry.objects.update(rank=1), lambda: FileEntry.objects.all().delete()):
        with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
            write()


def test_files_of_before_are_named_and_then_signed_by_the_command(published):
    forge_supplement(published)  # as a file of before is: a row without an entry
    said = StringIO()

    call_command("sign_register", stdout=said)
    assert f"{published.number} (supplément)\n0 papers and 1 files without a signature" in said.getvalue()
    call_command("sign_register", "--yes", stdout=said)

    assert doubted() == []


# Nothing that a writer of rows has put is drawn, sealed and signed on


def test_nothing_is_drawn_beside_a_paper_that_the_register_does_not_confirm(published, monkeypatch):
    waiting = make_duplicate(published, reason="Perdu", by=make_admin(), at=ISSUED_AT)
    monkeypatch.setattr("certificates.signatures.trusted_keys", dict)

    assert supplements.keep_supplement(published.pk, at=ISSUED_AT) is None
    assert copies.keep_duplicate(waiting.pk, at=ISSUED_AT).content is None

    reasons = set(FileRefusal.objects.values_list("last_error", flat=True))
    assert reasons == {"Le registre ne confirme pas ce document : comparez-le à celui qui a été remis."}


def test_a_cover_that_says_otherwise_than_the_paper_is_not_drawn(published):
    asked = make_duplicate(published, reason="Perdu", by=make_admin(), at=ISSUED_AT)
    cover = asked.context | {"holder": asked.context["holder"] | {"birth_name": "Faussaire"}}
    forged = Duplicate.objects.create(
        certificate=published, rank=2, reason="Perdu", context=cover, made_by=make_admin(), made_at=ISSUED_AT
    )

    assert copies.keep_duplicate(forged.pk, at=ISSUED_AT).content is None
    assert "La couverture ne dit pas" in FileRefusal.objects.get().last_error


def test_the_holder_is_offered_no_supplement_that_would_not_open(published):
    forge_supplement(published)  # as a file of before is: a row without an entry

    assert [paper.has_supplement for paper in held_by(published.candidate, at=ISSUED_AT)] == [False]
