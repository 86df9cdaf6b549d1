"""How a paper writes dates and numbers in French. Nothing here reads the clock."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html

register = template.Library()

PARIS = ZoneInfo("Europe/Paris")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
NUMBERS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
]
NO_BREAK_SPACE = "\u00a0"
CERTIFICATE_KIND = "Certificat de qualification professionnelle"


@register.filter
def long_date(value: str | date) -> str:
    """2021-03-01 → 1er mars 2021"""
    day = _as_date(value)
    ordinal = format_html("1<sup>{}</sup>", "er") if day.day == 1 else str(day.day)
    return format_html("{}{}{} {}", ordinal, NO_BREAK_SPACE, MONTHS[day.month - 1], day.year)


@register.filter
def paris_time(value: str | datetime) -> str:
    """2021-03-01T08:05:00Z → 9 h 05"""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is not None:
        moment = moment.astimezone(PARIS)
    return f"{moment.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{moment.minute:02d}"


@register.filter
def in_words(number: int) -> str:
    """7 → sept"""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


@register.filter
def certificate_kind(title: str) -> str:
    """The words every CQP begins with, set apart from its own name; none if the title has others."""
    return CERTIFICATE_KIND if title.startswith(CERTIFICATE_KIND) else ""


@register.filter
def certificate_name(title: str) -> str:
    return title.removeprefix(CERTIFICATE_KIND).strip()


@register.filter
def clauses(name: str) -> list[str]:
    """The parts of a long name, each with the dash that ends it: a line of their own; a hyphen between is a dash."""
    *first, last = re.split(" [-–] ", name)
    return [*(f"{clause} –" for clause in first), last]


@register.filter
def halves(items: list[object]) -> list[list[object]]:
    """Two columns, the first the longer by one."""
    middle = (len(items) + 1) // 2
    return [items[:middle], items[middle:]]


def _as_date(value: str | date) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(PARIS).date() if value.tzinfo is not None else value.date()
    return value
