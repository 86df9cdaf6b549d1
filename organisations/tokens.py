"""The secret of an invitation's link: in the mail alone, and only its hash in the database."""

import hashlib
import secrets

TOKEN_BYTES = 32


def make_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """A plain hash is enough for a secret that nobody chose."""
    return hashlib.sha256(token.encode()).hexdigest()
