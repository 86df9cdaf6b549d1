"""The register's own key (Ed25519): what it signs, whoever only writes in the database cannot forge."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings


class RegisterKeyMissing(Exception):
    """This server verifies the register and does not sign it: `REGISTER_KEY` is not set."""


def canonical(payload: Mapping[str, Any]) -> bytes:
    """What is signed: JSON with sorted keys, no spaces, UTF-8. Only text, numbers, lists and mappings of them."""
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256_of(payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(payload)).hexdigest()


def sign(content: bytes) -> tuple[str, str]:
    """The key's identifier and the signature, both base64url. Raises `RegisterKeyMissing`."""
    key = signing_key()
    return public_id(key.public_key()), encoded(key.sign(content))


def is_signed(content: bytes, *, key_id: str, signature: str) -> bool:
    """By a key that this server trusts, and by no other."""
    key = trusted_keys().get(key_id)
    if key is None:
        return False
    try:
        key.verify(decoded(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def signing_key() -> Ed25519PrivateKey:
    if not settings.REGISTER_KEY:
        raise RegisterKeyMissing
    key = load_pem_private_key(Path(settings.REGISTER_KEY).read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)  # The settings have seen to it.  # noqa: S101
    return key


@cache
def trusted_keys() -> dict[str, Ed25519PublicKey]:
    """By identifier: the key that signs here, those that signed before, those of other servers."""
    known = {name: Ed25519PublicKey.from_public_bytes(decoded(name)) for name in settings.REGISTER_PUBLIC_KEYS}
    own = {public_id(signing_key().public_key()): signing_key().public_key()} if settings.REGISTER_KEY else {}
    return known | own


def public_id(key: Ed25519PublicKey) -> str:
    """A public key is its own identifier: 43 characters."""
    return encoded(key.public_bytes_raw())


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
