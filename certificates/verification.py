"""What the register answers to whoever holds a paper or its file. It never lists, never searches, and knows nobody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from . import keys, register, register_files
from .enums import Document, PaperKind, RevocationState
from .machine_facts import PRINTED
from .models import PUBLIC, Certificate, CertificateQuerySet, Duplicate, Revocation, SupplementFile
from .register import Standing

FORMAT = 1  # of the JSON, told in it: docs/verification.md
RECOGNISED_NSF = "313"  # the specialities that A512-6 and A512-7 of the insurance code name, as the sheet quotes them
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")

SENTENCES = {
    Standing.VALID: "Ce document est authentique et valide.",
    Standing.REPLACED: "Ce document a été remplacé : il ne doit plus être utilisé.",
    Standing.REVOKED: "Ce document a été retiré : il n’est plus valide.",
    Standing.ANOMALY: "Ce document ne peut pas être confirmé : prévenez la CSCA.",
}
UNKNOWN = {"format": FORMAT, "standing": "unknown", "sentence": "Aucun document délivré ne correspond."}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register says of a paper, at a moment."""

    certificate: Certificate
    standing: Standing
    answered_at: datetime
    revoked_at: datetime | None = None
    document: Document | None = None  # asked by the fingerprint of a file that the register vouches for

    @property
    def paper(self) -> Mapping[str, Any] | None:
        """The paper's words, unless nobody can say that they are those which were signed."""
        if self.standing is Standing.ANOMALY:
            return None
        return {name: self.certificate.context[name] for name in PRINTED if name in self.certificate.context}

    @property
    def delivered_on(self) -> date:
        return self.certificate.delivered_on

    @property
    def is_statement(self) -> bool:
        return self.certificate.kind == PaperKind.BLOCK_STATEMENT

    @property
    def replaced_by(self) -> str | None:
        """The number of the paper that holds now, once the public may know of it."""
        newer = getattr(self.certificate, "replaced_by", None)
        return newer.number if newer and newer.is_public else None

    @property
    def revoked_on(self) -> date | None:
        is_told = self.standing is Standing.REVOKED and self.revoked_at is not None
        return timezone.localdate(self.revoked_at) if is_told else None

    @property
    def opens_intermediation(self) -> bool:
        """Insurance code, A512-6 and A512-7, as the sheet quotes them: CQPs that the RNCP registers under NSF 313.

        Of a certificate that is valid and claims its registration; a block alone opens nothing.
        """
        paper = self.paper
        return (
            self.standing is Standing.VALID
            and paper is not None
            and not self.is_statement
            and bool(paper.get("registration"))
            and paper["nsf"]["code"].startswith(RECOGNISED_NSF)
        )

    def as_json(self) -> dict[str, Any]:
        paper = self.paper
        return {
            "format": FORMAT,
            "standing": self.standing,
            "sentence": SENTENCES[self.standing],
            "answered_at": timezone.localtime(self.answered_at).isoformat(timespec="seconds"),
            "document": self.document,
            "number": self.certificate.number,
            "kind": self.certificate.kind,
            "replaced_by": self.replaced_by,
            "revoked_on": self.revoked_on.isoformat() if self.revoked_on else None,
            "sha256": self.certificate.sha256 if paper else None,
            "content": _without_sex(paper) if paper else None,
        }


def _without_sex(paper: Mapping[str, Any]) -> dict[str, Any]:
    """The paper says « né » or « née », and no more."""
    holder = {name: value for name, value in paper["holder"].items() if name != "sex"}
    return {**paper, "holder": holder}


def by_key(number: str, key: str, *, at: datetime) -> Answer | None:
    """However both were copied. Two queries for a paper, one for none, the same one whatever is wrong."""
    found = _public().filter(number=keys.number_as_typed(number), key_hash=keys.hash_of(keys.as_typed(key)))
    return _answered(found.first(), at=at)


def by_fingerprint(sha256: str, *, at: datetime) -> Answer | None:
    """By the SHA-256 of a file: whoever has it has the file, or was told by whoever has."""
    sha256 = sha256.lower() if _SHA256.fullmatch(sha256) else "unreadable"
    holding = Certificate.objects.filter(sha256=sha256).values("pk")
    of_supplement = SupplementFile.objects.filter(sha256=sha256).values("certificate")
    of_duplicate = Duplicate.objects.filter(sha256=sha256).values("certificate")
    found = _public().filter(pk__in=holding.union(of_supplement, of_duplicate))
    return _answered(found.first(), at=at, sha256=sha256)


def of_certificate(certificate_id: int, *, at: datetime) -> Answer | None:
    """For whoever its holder lets read it."""
    return _answered(_public().filter(pk=certificate_id).first(), at=at)


def _public() -> CertificateQuerySet:
    approved = Revocation.objects.filter(certificate=OuterRef("pk"), state=RevocationState.APPROVED)
    return (
        Certificate.objects.filter(state__in=PUBLIC)
        .select_related("replaces", "replaced_by")
        .annotate(revoked_at=Subquery(approved.values("decided_at")[:1]))
    )


def _answered(certificate: Certificate | None, *, at: datetime, sha256: str = "") -> Answer | None:
    if certificate is None:
        return None
    standing, document = register.standing_of(certificate), None
    if sha256:
        document = _document(certificate, sha256)
        standing = standing if document else Standing.ANOMALY
    return Answer(certificate, standing, at, revoked_at=getattr(certificate, "revoked_at", None), document=document)


def _document(certificate: Certificate, sha256: str) -> Document | None:
    """None of an annex or a duplicate that the register has not signed: its row is anybody's who writes rows."""
    if certificate.sha256 == sha256:
        return Document.ORIGINAL
    file = register_files.known_by(certificate, sha256)
    return file.document if file else None
