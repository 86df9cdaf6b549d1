"""What the pages of the register tell of papers beside their rows: as signed or not, by which key, done by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User
from journal.models import Entry
from journal.services import SYSTEM

from . import register, register_files
from .models import Certificate, CertificateQuerySet, RegisterEntry

EXAMINED = 2_000  # signatures that one page looks at
CHUNK = 500

_ACTS = {
    "issued": "Délivré : numéro pris",
    "reissued": "Délivré à la place d’un autre",
    "published": "Scellé et publié",
    "replaced": "Remplacé",
    "duplicated": "Duplicata demandé",
    "duplicate_drawn": "Duplicata établi",
    "revocation_requested": "Retrait demandé",
    "revocation_declined": "Retrait écarté",
    "revoked": "Retrait approuvé",
    "credential_signed": "Justificatif numérique signé",
    "supplement_kept": "Supplément établi",
    "drawn_again": "Nouvel essai demandé",
    "shared": "Partagé par son titulaire",
    "share_taken_back": "Partage repris",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """Papers that are not as the register signed them, among so many; not all of them if `is_cut`."""

    anomalies: list[Certificate]
    count: int
    is_cut: bool


def examine(certificates: CertificateQuerySet) -> Examined:
    anomalies: list[Certificate] = []
    looked_at = 0
    for start in range(0, EXAMINED, CHUNK):
        chunk = list(certificates[start : start + CHUNK])
        found = anomalies_among(chunk)
        anomalies += [each for each in chunk if each.pk in found]
        looked_at += len(chunk)
        if len(chunk) < CHUNK:
            break
    return Examined(anomalies, looked_at, is_cut=looked_at == EXAMINED and certificates.count() > EXAMINED)


def anomalies_among(certificates: Sequence[Certificate]) -> set[int]:
    """By key: papers that are not as the register signed them, themselves or a file beside them. Four queries."""
    standings = register.standings_of(certificates)
    papers = {key for key, standing in standings.items() if standing is register.Standing.ANOMALY}
    return papers | {file.certificate.pk for file in register_files.files_of(certificates) if not file.holds}


@dataclass(frozen=True, slots=True)
class SignedState:
    entry: RegisterEntry
    holds: bool


def signed_states(certificate: Certificate) -> list[SignedState]:
    return [SignedState(entry, register.holds(entry)) for entry in certificate.register_entries.order_by("rank")]


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the journal in words."""

    entry: Entry
    words: str
    actor: str


def acts_on(certificate: Certificate) -> list[Act]:
    """Two queries."""
    entries = list(Entry.objects.filter(subject=certificate.subject).order_by("seq"))
    names = _names(entry.actor for entry in entries) | {certificate.candidate.reference: "le titulaire"}
    return [Act(entry, _in_words(entry.action), names.get(entry.actor, entry.actor)) for entry in entries]


def _in_words(action: str) -> str:
    return _ACTS.get(action.rpartition(".")[2], action)


def _names(references: Iterable[str]) -> dict[str, str]:
    keys = {int(key) for kind, _, key in (reference.partition(":") for reference in references) if kind == "user"}
    users = User.objects.filter(pk__in=keys)
    return {user.reference: str(user) for user in users} | {SYSTEM: "le serveur"}
