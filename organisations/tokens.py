"""The secret of a link that a mail carries: in the mail alone, and only its hash in the database."""

import hashlib


def hash_token(token: str) -> str:
    """A plain hash is enough for a secret that nobody chose."""
    return hashlib.sha256(token.encode()).hexdigest()
