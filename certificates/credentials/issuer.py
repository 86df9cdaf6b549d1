"""Who signs, as verifiers find it from the site's address alone: a `did:web` and its keys."""

from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from ..signatures import decoded, trusted_keys
from .multibase import base58btc

ED25519_PUBLIC = b"\xed\x01"  # multicodec
KEY_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]


def did() -> str:
    return f"did:web:{quote(urlsplit(settings.SITE_URL).netloc, safe='.')}"


def multikey(key_id: str) -> str:
    """The method that Data Integrity proofs name."""
    return f"{did()}#{base58btc(ED25519_PUBLIC + decoded(key_id))}"


def json_web_key(key_id: str) -> str:
    """The method that tokens name."""
    return f"{did()}#{key_id}"


def did_document() -> dict[str, Any]:
    """Every key that the register trusts: what a former one signed stays verifiable."""
    methods: list[dict[str, Any]] = []
    for key_id in sorted(trusted_keys()):
        methods.append(
            {"id": json_web_key(key_id), "type": "JsonWebKey", "controller": did(), "publicKeyJwk": _jwk(key_id)}
        )
        multibase = base58btc(ED25519_PUBLIC + decoded(key_id))
        methods.append(
            {"id": multikey(key_id), "type": "Multikey", "controller": did(), "publicKeyMultibase": multibase}
        )
    return {
        "@context": KEY_CONTEXTS,
        "id": did(),
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_set() -> dict[str, Any]:
    return {"keys": [_jwk(key_id) for key_id in sorted(trusted_keys())]}


def _jwk(key_id: str) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": key_id, "kid": json_web_key(key_id), "alg": "EdDSA", "use": "sig"}
