"""The register on its way out: a spreadsheet to read, and signed lines that anybody verifies without this server."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from . import register
from .models import Certificate, CertificateQuerySet, FileEntry, RegisterEntry

CHUNK = 500
BOM = "\ufeff"
# What a spreadsheet would reckon out (PATTERNS D15), in plain and full width.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
COLUMNS = (
    "Numéro", "Document", "État", "Nom de naissance", "Nom d’usage", "Prénoms", "Né le", "Né à", "Certification",
    "RNCP", "Blocs", "Délivré le", "Établi le", "Publié le", "Remplace", "Motif hors RNCP", "SHA-256", "Registre",
)  # fmt: skip
_WORDS = {
    register.Standing.VALID: "signé",
    register.Standing.REPLACED: "signé",
    register.Standing.REVOKED: "signé",
    register.Standing.ANOMALY: "anomalie",
}


class Export(NamedTuple):
    label: str
    extension: str
    content_type: str
    lines: Callable[[CertificateQuerySet], Iterator[str]]


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before its first sign, which an import takes off."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(certificates: CertificateQuerySet) -> Iterator[str]:
    yield BOM + _line(COLUMNS)
    for chunk in _chunks(certificates):
        standings = register.standings_of(chunk)
        for certificate in chunk:
            yield _line(_row(certificate, standings.get(certificate.pk)))


def _row(certificate: Certificate, standing: register.Standing | None) -> Iterable[str]:
    """From what is printed, not from the person's dossier as it is today."""
    paper = certificate.context
    holder = paper["holder"]
    return (
        certificate.number,
        certificate.get_kind_display(),
        certificate.get_state_display(),
        holder["birth_name"],
        holder["usual_name"],
        holder["first_names"],
        holder["birth_date"],
        holder["birth_place"],
        paper["title"],
        paper["registration"]["rncp_code"] if paper["registration"] else "",
        " ".join(block["code"] for block in paper["blocks"]),
        certificate.delivered_on.isoformat(),
        certificate.issued_at.isoformat(timespec="seconds"),
        certificate.published_at.isoformat(timespec="seconds") if certificate.published_at else "",
        certificate.replaces.number if certificate.replaces else "",
        certificate.unregistered_reason,
        certificate.sha256 or "",
        _WORDS[standing] if standing else "",
    )


def _line(cells: Iterable[str]) -> str:
    return ";".join('"' + inert(cell).replace('"', '""') + '"' for cell in cells) + "\r\n"


def signed_lines(certificates: CertificateQuerySet) -> Iterator[str]:
    """JSON Lines: every entry of the register with its key and signature, and the paper’s words that it vouches for;
    then those of its annex and its duplicates, which vouch for a fingerprint.

    `tools/verify_register.py` reads them without this server. What the register has not signed has no line.
    """
    for chunk in _chunks(certificates.prefetch_related("register_entries", "file_entries")):
        for certificate in chunk:
            for entry in sorted(certificate.register_entries.all(), key=lambda entry: entry.rank):
                yield _signed(entry, paper=certificate.context)
            for file in sorted(certificate.file_entries.all(), key=lambda file: (file.document, file.rank)):
                yield _signed(file)


def _signed(entry: RegisterEntry | FileEntry, **words: Any) -> str:
    line = {
        "payload": entry.payload,
        "key": entry.key_id,
        "signature": entry.signature,
        "signed_at": entry.signed_at.isoformat(),
        **words,
    }
    return json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"


def _chunks(certificates: CertificateQuerySet) -> Iterator[list[Certificate]]:
    chunk: list[Certificate] = []
    for certificate in certificates.select_related("replaces").iterator(chunk_size=CHUNK):
        chunk.append(certificate)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


EXPORTS = {
    "csv": Export("Tableur (CSV)", "csv", "text/csv; charset=utf-8", csv_lines),
    "jsonl": Export("Registre signé (JSON Lines)", "jsonl", "application/x-ndjson", signed_lines),
}
