"""The pieces every page is made of. How to use each: docs/interface.md."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.todo import Urgency, urgency_of
from blocks.sentences import label_of
from rulebook.outcomes import Rating
from rulebook.verdict import CheckOutcome

register = template.Library()

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Kind(StrEnum):
    """How a state is shown: always a word, an icon and a colour together."""

    OK = "ok"
    ATTENTION = "attention"
    DANGER = "danger"
    NEUTRAL = "neutral"
    PENDING = "pending"


MESSAGE_KINDS = {
    "success": Kind.OK,
    "info": Kind.NEUTRAL,
    "warning": Kind.ATTENTION,
    "error": Kind.DANGER,
    "debug": Kind.NEUTRAL,
}
STATES = {
    Kind.OK: "acquired favourable submitted present sealed ratified published full_award done sent upheld",
    Kind.ATTENTION: "soon partially_acquired reserved to_discuss deferred partial_award replaced to_print",
    Kind.DANGER: "not_acquired unfavourable late no_award revoked refused failed rejected",
    Kind.PENDING: "on_time draft incomplete pending convened open queued running waiting",
    Kind.NEUTRAL: "absent excused expected prepared closed abstain withdrawn",
}
STATE_KINDS = {word: kind for kind, words in STATES.items() for word in words.split()} | {kind: kind for kind in Kind}


# Icons and states


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of static/icons.svg: silent beside its word, or named by `label` where it stands alone."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address)


@register.simple_tag
def status(state: str, label: str, *, icon_name: str = "") -> SafeString:
    """A kind, or a word of the field that has one. An unknown word is neutral rather than the end of the page."""
    kind = STATE_KINDS.get(str(state), Kind.NEUTRAL)
    return format_html('<span class="status status-{}">{}{}</span>', kind, icon(icon_name or kind), label)


@register.simple_block_tag
def notice(content: str, kind: str = Kind.NEUTRAL, *, icon_name: str = "") -> SafeString:
    """A sentence that people must not miss, in the page's flow."""
    kind = Kind(kind)
    drawing = icon(icon_name or ("info" if kind is Kind.NEUTRAL else kind))
    return format_html(
        '<div class="notice notice-{}">{}<div class="notice-text">{}</div></div>', kind, drawing, content
    )


@register.filter
def message_kind(level_tag: str) -> Kind:
    return MESSAGE_KINDS[level_tag]


# Dates and numbers


def _day(value: date) -> str:
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day}{NO_BREAK_SPACE}{date_format(value, 'F Y')}"


def _local(value: date | datetime | str) -> date | datetime:
    """In Paris time; a frozen document's days are written in ISO form."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def long_date(value: date | datetime | str | None) -> str:
    """« 7 août 2021 »"""
    return _day(_local(value)) if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """« 07/08/2021 »"""
    return date_format(_local(value), "d/m/Y") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """« 7 août 2021 à 14 h 30 », Paris time."""
    if not value:
        return ""
    local = _local(value)
    return f"{_day(local)} à {date_format(local, 'H')}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{date_format(local, 'i')}"


@register.simple_tag
def due(due_on: date | None) -> SafeString | str:
    """Until when, and whether that is late or soon by the same rule as the home page."""
    if due_on is None:
        return ""
    today = timezone.localdate()
    urgency = urgency_of(due_on, today)
    words = "échue le" if urgency is Urgency.LATE else "avant le"
    return format_html(
        '<span class="due due-{}">{}{} <time datetime="{}">{}</time></span>',
        urgency,
        icon("attention" if urgency is Urgency.LATE else "clock"),
        words,
        due_on.isoformat(),
        _day(due_on),
    )


@register.filter
def number(value: int) -> str:
    """« 12 345 »"""
    return number_format(value, use_l10n=True, force_grouping=True)


@register.simple_tag
def count(value: int, singular: str, plural: str = "") -> str:
    """« 1 dossier », « 12 dossiers », « 2 recours »: French counts none and one in the singular."""
    several = plural or (singular if singular.endswith("s") else f"{singular}s")
    noun = singular if abs(value) < 2 else several
    return f"{number(value)}{NO_BREAK_SPACE}{noun}"


@register.filter
def initials(name: str) -> str:
    """« Maëlle Le Goff » → « MG »"""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


# Parts of pages


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    return format_html(
        '<div class="progress-line"><progress value="{}" max="{}" aria-label="{}"></progress>'
        '<span class="progress-count">{} sur {}</span></div>',
        done,
        max(total, 1),
        label,
        number(done),
        number(total),
    )


MARK_WORDS = {
    "none": "pas encore attendue",
    "expected": "attendue",
    "draft": "commencée",
    "submitted": "rendue",
    "late": "en retard",
    "not_required": "non requise",
}
CHANNEL_WORDS = ("organisme de formation", "entreprise", "commission d'évaluation")
FLAG_WORDS = {
    "": "",
    "acquired": "acquis",
    "carried": "acquis antérieurement",
    "not_acquired": "non acquis",
}


class Square(Protocol):
    code: str
    title: str
    marks: Sequence[str]
    flag: str


@register.simple_tag
def block_square(square: Square) -> SafeString:
    """One block of one candidate in the matrix: three channels, and what became of the block."""
    return _block_square(square.code, square.title, tuple(map(str, square.marks)), str(square.flag or ""))


@lru_cache(maxsize=4096)  # A page shows hundreds of squares, alike for the most part.
def _block_square(code: str, title: str, marks: tuple[str, ...], flag: str) -> SafeString:
    words = [f"{channel} {MARK_WORDS[mark]}" for channel, mark in zip(CHANNEL_WORDS, marks, strict=True)]
    description = f"{code} {title} : {FLAG_WORDS[flag] or ', '.join(words)}"
    drawings = format_html_join(
        "", '<i class="channel-mark channel-mark-{}"></i>', ((mark.replace("_", "-"),) for mark in marks)
    )
    return format_html(
        '<span class="square{}" role="img" aria-label="{}" title="{}">'
        '<span class="square-code">{}</span><span class="square-marks">{}</span></span>',
        f" square-{flag.replace('_', '-')}" if flag else "",
        description,
        description,
        code,
        drawings,
    )


RATING_KINDS = {
    Rating.ACQUIRED: Kind.OK,
    Rating.PARTIALLY_ACQUIRED: Kind.ATTENTION,
    Rating.NOT_ACQUIRED: Kind.DANGER,
}


@register.simple_tag
def rating(field: BoundField) -> SafeString:
    """A field of radio buttons as labelled pills, one per level, its errors under it."""
    choices = format_html_join(
        "",
        '<label class="rating-choice rating-{}">{}<span>{}</span></label>',
        (
            (RATING_KINDS.get(widget.data["value"], Kind.NEUTRAL), widget.tag(), widget.choice_label)
            for widget in field.subwidgets
        ),
    )
    errors = format_html_join("", '<p class="rating-error">{}</p>', ((error,) for error in field.errors))
    return format_html(
        '<fieldset class="rating"><legend class="visually-hidden">{}</legend>'
        '<div class="rating-choices">{}</div>{}</fieldset>',
        field.label,
        choices,
        errors,
    )


class Bar(Protocol):
    label: str
    value: int


BAR_SCALE = 1000  # Whole numbers: French decimals would break the drawing.


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(title: str, bars: Iterable[Bar]) -> dict[str, Any]:
    """A table of figures, each with its bar."""
    bars = list(bars)
    longest = max((bar.value for bar in bars), default=0) or 1
    rows = [{"label": bar.label, "value": bar.value, "length": round(bar.value * BAR_SCALE / longest)} for bar in bars]
    return {"title": title, "rows": rows, "scale": BAR_SCALE}


CHECK_KINDS = {
    CheckOutcome.MET: Kind.OK,
    CheckOutcome.UNMET: Kind.DANGER,
    CheckOutcome.UNKNOWN: Kind.PENDING,
    CheckOutcome.NOTED: Kind.NEUTRAL,
}
CHECK_WORDS = {
    CheckOutcome.MET: "Rempli",
    CheckOutcome.UNMET: "Non rempli",
    CheckOutcome.UNKNOWN: "En attente",
    CheckOutcome.NOTED: "Pour information",
}


@register.simple_tag
def check_icon(outcome: str) -> SafeString:
    outcome = CheckOutcome(outcome)
    kind = CHECK_KINDS[outcome]
    drawing = icon("info" if kind is Kind.NEUTRAL else kind, label=CHECK_WORDS[outcome])
    return format_html('<span class="check-icon status-{}">{}</span>', kind, drawing)


@register.simple_tag
def source(word: str, reference: str = "") -> SafeString | str:
    """Where a rule comes from; what the sheet leaves open is shown as such."""
    if not word:
        return ""
    return format_html('<span class="source source-{}">{}</span>', word, label_of(word, reference))
