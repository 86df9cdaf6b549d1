"""The electronic seal of a paper (PAdES): who issued it, and that not a byte has changed since.

A certification signature that allows no change afterwards, invisible so that the file stays PDF/A and PDF/UA: what a
reader sees of it is drawn on the paper. B-B, and B-T when a time-stamping authority is configured.
"""

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from . import specimen_seal
from .drawing import Drawing

if TYPE_CHECKING:
    from .signing import Sealer

FIELD = "Sceau"


class SealUnusable(Exception):
    """The key cannot seal: the message says why for whoever configures the server, `reasons` in French for the rest."""

    reasons = (
        "Le sceau du serveur ne peut pas être posé (son certificat a expiré, ou sa clé ne se lit pas) : "
        "le document l’attend. Prévenez l’administrateur du serveur.",
    )


@dataclass(frozen=True, slots=True)
class SealKey:
    """Where the key is: a PKCS#12 file with its certificate and chain."""

    path: Path
    passphrase: str


@dataclass(frozen=True, slots=True)
class SealReading:
    """What a file's seal says of it."""

    is_sealed: bool
    is_intact: bool  # the bytes that were sealed are those here
    is_unchanged: bool  # and nothing was added after them
    signer: str = ""
    fingerprint: str = ""  # SHA-256 of the signer's certificate: whether it is ours is for the register to say

    @property
    def holds(self) -> bool:
        return self.is_sealed and self.is_intact and self.is_unchanged


UNSEALED = SealReading(is_sealed=False, is_intact=False, is_unchanged=False)


def seal_key() -> SealKey | None:
    """The configured key; the demonstration's own when there is none; None when papers leave unsealed."""
    if settings.SEAL_PKCS12:
        return SealKey(Path(settings.SEAL_PKCS12), settings.SEAL_PASSPHRASE)
    if settings.DEMO:
        return SealKey(specimen_seal.made_in(settings.DATA_DIR / "seal"), specimen_seal.PASSPHRASE)
    return None


def sealed(drawing: Drawing) -> Drawing:
    """The drawing with its seal; itself when no key is configured. Raises `SealUnusable`."""
    sealer = _sealer()
    if sealer is None:
        return drawing
    return Drawing(asyncio.run(sealer.seal(bytes(drawing), FIELD)), pages=drawing.pages, text=drawing.text)


def read_seal(pdf: bytes) -> SealReading:
    """Of any bytes, whoever sent them."""
    from . import signing

    return signing.read(pdf, FIELD)


def seal_fingerprint() -> str:
    """Of the certificate that this server seals with; empty when it does not seal."""
    sealer = _sealer()
    return sealer.fingerprint if sealer else ""


def seal_holder() -> str:
    """In whose name this server seals, as its certificate says; empty when it does not seal."""
    sealer = _sealer()
    return sealer.holder if sealer else ""


@cache
def _sealer() -> "Sealer | None":
    key = seal_key()
    if key is None:
        return None
    from . import signing  # pyHanko takes half a second to import, and only those who seal need it.

    return signing.Sealer(key.path, key.passphrase, tsa_url=settings.SEAL_TSA_URL)
