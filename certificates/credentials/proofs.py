"""Signing a credential in the two forms that Open Badges 3.0 verifiers read, with the register's key.

A form is stored as the very text that was signed. Contexts come with the code: nothing is fetched.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ..signatures import canonical, decoded, encoded, is_signed, public_id, sign, signing_key
from . import issuer
from .badge import EXTENSIONS, OPEN_BADGES, W3C
from .multibase import base58btc

CRYPTOSUITE = "eddsa-rdfc-2022"
_FOLDER = Path(__file__).parent / "contexts"
_CONTEXTS = {
    W3C: "credentials-v2.json",
    OPEN_BADGES: "open-badges-3.0.3.json",
    EXTENSIONS: "open-badges-extensions.json",
}


@dataclass(frozen=True, slots=True)
class Signed:
    text: str
    key_id: str


class UnknownContext(Exception):
    """A document calls on words that nobody here has read."""


class UndefinedWord(Exception):
    """A property that its contexts do not define would be left out of what is signed."""


def as_token(credential: Mapping[str, Any]) -> Signed:
    """A compact JWT whose payload is the credential, its registered claims repeated as Open Badges ask (VC-JWT)."""
    who = credential["issuer"]
    claims = {
        "iss": who if isinstance(who, str) else who["id"],
        "jti": credential["id"],
        "nbf": int(datetime.fromisoformat(credential["validFrom"]).timestamp()),
    }
    if "validUntil" in credential:
        claims["exp"] = int(datetime.fromisoformat(credential["validUntil"]).timestamp())
    # « JWT »: Open Badges allow no other type, and the W3C's « vc+jwt » is advice.
    head = {"alg": "EdDSA", "typ": "JWT", "kid": issuer.json_web_key(_own_key())}
    signed = f"{encoded(canonical(head))}.{encoded(canonical({**credential, **claims}))}"
    key_id, signature = sign(signed.encode())
    return Signed(f"{signed}.{signature}", key_id)


def holds(token: str, *, key_id: str) -> bool:
    """The token is signed by this key, which is trusted here."""
    signed, _, signature = token.rpartition(".")
    return is_signed(signed.encode(), key_id=key_id, signature=signature)


def with_proof(credential: Mapping[str, Any], *, at: datetime) -> Signed:
    """The JSON document with its proof beside (Data Integrity): every word of it must be defined by its contexts."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": issuer.multikey(_own_key()),
        "proofPurpose": "assertionMethod",
    }
    options = {"@context": credential["@context"], **proof}
    key_id, signature = sign(_hash(options) + _hash(credential))
    proof["proofValue"] = base58btc(decoded(signature))
    return Signed(json.dumps({**credential, "proof": proof}, ensure_ascii=False, indent=1), key_id)


def _own_key() -> str:
    return public_id(signing_key().public_key())


def _hash(document: Mapping[str, Any]) -> bytes:
    from pyld import jsonld  # Heavy, and only workers sign.

    jsonld.expand(document, {"documentLoader": _load}, on_property_dropped=_refuse)
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    statements: str = jsonld.normalize(document, options)
    return hashlib.sha256(statements.encode()).digest()


def _refuse(word: str) -> None:
    raise UndefinedWord(word)


def _load(address: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    if address not in _CONTEXTS:
        raise UnknownContext(address)
    return {
        "contextUrl": None,
        "documentUrl": address,
        "contentType": "application/ld+json",
        "document": _read(address),
    }


@cache
def _read(address: str) -> Any:
    return json.loads((_FOLDER / _CONTEXTS[address]).read_text())
