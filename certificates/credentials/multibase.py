"""Bytes as the open formats write them: a letter names the alphabet that follows."""

from ..signatures import encoded

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SHA256 = b"\x12\x20"  # multihash: the algorithm, and 32 bytes


def base58btc(content: bytes) -> str:
    number, digits = int.from_bytes(content), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    leading = len(content) - len(content.lstrip(b"\0"))
    return "z" + _BASE58[0] * leading + digits


def base64url(content: bytes) -> str:
    return "u" + encoded(content)


def sha256_digest(hexadecimal: str) -> str:
    """A SHA-256 known in hexadecimal, as `digestMultibase` carries it."""
    return base64url(_SHA256 + bytes.fromhex(hexadecimal))
