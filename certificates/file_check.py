"""The full check of a file that a third party sends: its seal, and what the register knows of its bytes."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from documents.seal_reading import read_seal_apart
from documents.sealing import SealReading

from .models import CertificateFile
from .verification import UNKNOWN, Answer, by_fingerprint

MAGIC = b"%PDF-"


class NotAPdf(Exception):
    """Nothing to check: the file is no PDF."""


class Verdict(StrEnum):
    KNOWN = "known"  # byte for byte a file that was issued: the register says its state
    ALTERED = "altered"  # it bears a seal, and is not what was sealed
    UNREGISTERED = "unregistered"  # our seal holds, and the register does not know the file
    FOREIGN = "foreign"  # somebody else's seal holds
    UNSEALED = "unsealed"  # no seal that could be read


@dataclass(frozen=True, slots=True)
class FileCheck:
    verdict: Verdict
    seal: SealReading
    is_our_seal: bool  # a broken one only claims to be
    answer: Answer | None  # an anomaly, when the register has not signed what its rows hold

    def as_json(self) -> dict[str, Any]:
        seal = asdict(self.seal) | {"holds": self.seal.holds, "is_ours": self.is_our_seal}
        known = self.answer.as_json() if self.answer else UNKNOWN
        return {**known, "verdict": self.verdict, "seal": seal}


def check_file(pdf: bytes, *, at: datetime) -> FileCheck:
    """Nothing of the file is kept. Raises `NotAPdf`, or `documents.seal_reading.SealReadersBusy`."""
    if not pdf.startswith(MAGIC):
        raise NotAPdf
    seal = read_seal_apart(pdf)
    answer = by_fingerprint(hashlib.sha256(pdf).hexdigest(), at=at)
    is_known = answer is not None and answer.document is not None
    is_our_seal = seal.is_intact and CertificateFile.objects.filter(seal_sha256=seal.fingerprint).exists()
    return FileCheck(_verdict(seal, is_our_seal=is_our_seal, is_known=is_known), seal, is_our_seal, answer)


def _verdict(seal: SealReading, *, is_our_seal: bool, is_known: bool) -> Verdict:
    if is_known:
        return Verdict.KNOWN
    if not seal.is_sealed:
        return Verdict.UNSEALED
    if not seal.holds:
        return Verdict.ALTERED
    return Verdict.UNREGISTERED if is_our_seal else Verdict.FOREIGN
