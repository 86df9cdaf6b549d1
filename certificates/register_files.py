"""The files beside a paper in the signed register: an annex or a duplicate is known by its signed fingerprint alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from .enums import Document
from .models import Certificate, Duplicate, FileEntry, SupplementFile, file_name
from .signatures import canonical, is_signed, sign

CHUNK = 500


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as its row gives it, and its entry in the register if there is one."""

    certificate: Certificate
    document: Document
    rank: int
    sha256: str
    entry: FileEntry | None = None

    def __str__(self) -> str:
        return f"{self.certificate.number} ({self.name})"

    @property
    def name(self) -> str:
        return file_name(self.document, self.rank)

    @property
    def payload(self) -> dict[str, Any]:
        """`paper` is the file that was issued: neither moves under another paper, nor outlives a change of it."""
        return {
            "number": self.certificate.number,
            "document": str(self.document),
            "rank": self.rank,
            "sha256": self.sha256,
            "paper": self.certificate.sha256,
        }

    @property
    def holds(self) -> bool:
        """What its row says is what was signed, by a key that this server trusts."""
        return (
            self.entry is not None
            and self.entry.payload == self.payload
            and is_signed(canonical(self.entry.payload), key_id=self.entry.key_id, signature=self.entry.signature)
        )


def enter(certificate: Certificate, document: Document, *, rank: int, sha256: str, at: datetime) -> FileEntry:
    """Sign a file in the transaction that keeps it. Signed already, it stays as it is.

    Raises `signatures.RegisterKeyMissing` on a server that only verifies.
    """
    if entry := FileEntry.objects.filter(certificate=certificate, document=document, rank=rank).first():
        return entry
    payload = KeptFile(certificate, document, rank, sha256).payload
    key_id, signature = sign(canonical(payload))
    return FileEntry.objects.create(
        certificate=certificate,
        document=document,
        rank=rank,
        payload=payload,
        key_id=key_id,
        signature=signature,
        signed_at=at,
    )


@transaction.atomic(durable=True)
def sign_kept(file: KeptFile, *, at: datetime) -> FileEntry:
    certificate = Certificate.objects.lock(file.certificate.pk)
    return enter(certificate, file.document, rank=file.rank, sha256=file.sha256, at=at)


def files_of(certificates: Sequence[Certificate]) -> list[KeptFile]:
    """Their annexes, then their duplicates as they were drawn: three queries, and no bytes."""
    papers = {certificate.pk: certificate for certificate in certificates}
    annexes = SupplementFile.objects.filter(certificate__in=papers).order_by("certificate")
    drawn = Duplicate.objects.filter(certificate__in=papers, drawn_at__isnull=False).order_by("certificate", "rank")
    rows = [(pk, Document.SUPPLEMENT, 1, sha256) for pk, sha256 in annexes.values_list("certificate", "sha256")]
    rows += [
        (pk, Document.DUPLICATE, rank, sha256)
        for pk, rank, sha256 in drawn.values_list("certificate", "rank", "sha256")
    ]
    entries = {
        (entry.certificate_id, entry.document, entry.rank): entry
        for entry in FileEntry.objects.filter(certificate__in=papers)
    }
    return [
        KeptFile(papers[pk], document, rank, sha256, entries.get((pk, document, rank)))
        for pk, document, rank, sha256 in rows
    ]


def known_by(certificate: Certificate, sha256: str) -> KeptFile | None:
    """The file of this paper that has this fingerprint, if the register vouches for it."""
    found = (file for file in files_of([certificate]) if file.sha256 == sha256 and file.holds)
    return next(found, None)


def all_files() -> Iterator[KeptFile]:
    has_annex = Exists(SupplementFile.objects.filter(certificate=OuterRef("pk")))
    has_duplicate = Exists(Duplicate.objects.filter(certificate=OuterRef("pk"), drawn_at__isnull=False))
    papers = Certificate.objects.filter(has_annex | has_duplicate).only("number", "sha256").order_by("pk")
    for start in range(0, papers.count(), CHUNK):
        yield from files_of(list(papers[start : start + CHUNK]))


def never_signed() -> list[KeptFile]:
    """Those of before the register signed files. Signing them is somebody's act, once they have looked."""
    return [file for file in all_files() if file.entry is None]
