"""How a paper's number is written."""

from .enums import PaperKind

PREFIXES = {PaperKind.CERTIFICATE: "CQP", PaperKind.BLOCK_STATEMENT: "BLOC"}


def number_of(kind: PaperKind, year: int, sequence: int) -> str:
    """« CQP-2021-000123 »"""
    return f"{PREFIXES[kind]}-{year}-{sequence:06}"
