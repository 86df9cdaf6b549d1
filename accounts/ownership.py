"""Whose page it is, as the page itself says: whoever is signed in may change while it is open."""

from django.core.signing import BadSignature, Signer

_SIGNER = Signer(salt="accounts.page")


def owner_seal(user_id: int) -> str:
    return _SIGNER.sign(str(user_id))


def owner_of(seal: str) -> int | None:
    """The person sealed in; nobody when the seal is not ours."""
    try:
        return int(_SIGNER.unsign(seal))
    except BadSignature:
        return None
