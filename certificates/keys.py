"""Verification keys: 26 letters and digits, 128 random bits, printed on the paper alone and kept as a hash."""

import hashlib
import re
import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # No I, L, O, 0, 1: they are read aloud and typed from paper.
LENGTH = 26


def new_key() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def as_typed(text: str) -> str:
    """The key as somebody may copy it from the paper: in small letters, in groups, with blanks, dashes or dots."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def number_as_typed(text: str) -> str:
    """The number likewise: whatever dash a telephone or a word processor makes of it, and no dash at either end."""
    return "-".join(re.findall(r"[A-Z0-9]+", text.upper()))


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
