"""What French asks of a sentence made from facts: lists, plurals, dates, spaces that do not break."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def join(words: Sequence[str], last: str = "et") -> str:
    """« BC1, BC2 et BC3 »"""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def count(number: int, singular: str, plural: str = "") -> str:
    """« 1 bloc », « 2 blocs »: French counts none and one in the singular."""
    return f"{number}{NO_BREAK_SPACE}{singular if number < 2 else plural or f'{singular}s'}"


def number_word(number: int) -> str:
    """« deux »: small numbers are written out, others in figures."""
    words = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
    return words[number] if 0 <= number < len(words) else str(number)


def day(value: date) -> str:
    """« 7 août 2021 », « 1er août 2021 »"""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NO_BREAK_SPACE}{date_format(value, 'F Y')}"


def moment(value: datetime) -> str:
    """« 7 août 2021 à 14 h 30 », Paris time."""
    local = timezone.localtime(value)
    return f"{day(local.date())} à {local:%H}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{local:%M}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def typeset(text: str) -> str:
    """No line begins with a colon, a closing quote or a number cut from its « n° »."""
    return re.sub(r" (?=[:;?!»])|(?<=«) |(?<=n°) ", NO_BREAK_SPACE, text)
