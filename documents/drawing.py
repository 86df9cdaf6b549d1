"""Drawing a paper: a template of the project and the values of one row become a PDF, always the same bytes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Self

from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.utils.timezone import is_naive

# What stands where a template names a value the context lacks. No face of ours draws this character.
ABSENT = "\ufffd%s\ufffd"


class DrawingRefused(Exception):
    """The paper would not be right; `reasons` says why, in French."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside a paper. `relationship` is PDF's word: "Data", "Source"…; the type is the name's."""

    name: str
    content: bytes
    description: str
    relationship: str = "Data"


class Drawing(bytes):
    """A PDF, with what its layout showed: how many pages, and the text on them."""

    pages: int
    text: str

    def __new__(cls, pdf: bytes = b"", *, pages: int = 0, text: str = "") -> Self:
        drawing = super().__new__(cls, pdf)
        drawing.pages, drawing.text = pages, text
        return drawing


def draw(
    template: str,
    context: Mapping[str, object],
    *,
    stylesheet: str,
    title: str,
    created_at: datetime,
    attachments: Sequence[Attachment] = (),
) -> Drawing:
    """The paper as PDF/A-3a and PDF/UA-1, or `DrawingRefused`.

    `stylesheet` names a file of `documents/css`. `title` and `created_at` are written in the file's properties.
    """
    if is_naive(created_at):
        raise ValueError("created_at must be an instant: give it a time zone.")
    from . import engine  # WeasyPrint takes most of a second to import, and only the workers draw.

    html = fill(template, context)
    return engine.draw_html(html, stylesheet=stylesheet, title=title, created_at=created_at, attachments=attachments)


def draw_together(
    template: str,
    contexts: Sequence[Mapping[str, object]],
    *,
    stylesheet: str,
    title: str,
    created_at: datetime,
    first_page: int = 1,
) -> Drawing:
    """Working papers in one file, each numbering its pages from `first_page`: not archival, and drawn faster for it."""
    from . import engine

    pages = [fill(template, context) for context in contexts]
    return engine.draw_pages(pages, stylesheet=stylesheet, title=title, created_at=created_at, first_page=first_page)


def fill(template: str, context: Mapping[str, object]) -> str:
    """The template with its values, escaped; a value the context lacks is refused, never left blank."""
    html: str = _templates().get_template(template).render(dict(context))
    if absent := re.findall(ABSENT % "([^\ufffd]*)", html):
        raise DrawingRefused([f"Il manque une valeur à imprimer : {name}." for name in dict.fromkeys(absent)])
    return html


@cache
def _templates() -> DjangoTemplates:
    return DjangoTemplates(
        {
            "NAME": "papers",
            "DIRS": settings.TEMPLATES[0]["DIRS"],
            "APP_DIRS": False,
            "OPTIONS": {"string_if_invalid": ABSENT},
        }
    )
