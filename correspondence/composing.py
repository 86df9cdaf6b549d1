"""What a mail says: each app composes its own kinds, declared in its `notifications.py` as `COMPOSERS`.

`LABELS`, beside it, names each kind for the list of mails: {"organisations.invitation": "invitation"}.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TypeAlias

from django.apps import apps

from .models import Mail


class UnknownKind(LookupError):
    """No app writes mails of this kind."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Composition:
    """`subject` names nobody: it is kept when the address is erased."""

    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()


Composer: TypeAlias = Callable[[Mail, datetime], Composition | None]
"""From the row and the moment of sending; None when there is nothing left to say, and the mail is dropped.

A mail may be written twice (a worker died with it): what a composer changes in the database bears being changed again,
and a link's secret is that of `tokens.token_of`, the same both times.
"""


@cache
def composers() -> Mapping[str, Composer]:
    found: dict[str, Composer] = {}
    for module in _notifications():
        found |= getattr(module, "COMPOSERS", {})
    return found


@cache
def labels() -> Mapping[str, str]:
    """Each kind in French."""
    found: dict[str, str] = {}
    for module in _notifications():
        found |= getattr(module, "LABELS", {})
    return found


def _notifications() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        name = f"{config.name}.notifications"
        if config.module and find_spec(name):
            yield import_module(name)


def composer_of(kind: str) -> Composer:
    composer = composers().get(kind)
    if composer is None:
        raise UnknownKind(kind)
    return composer


def typeset(body: str) -> str:
    """The spaces of French that no line begins or ends with, and one blank line where a template left several."""
    body = re.sub(r"[ \t]+\n", "\n", body.strip())
    body = re.sub(r"\n{3,}", "\n\n", body)
    return re.sub(r"(?<=«) | (?=[:;?!»])", "\N{NO-BREAK SPACE}", body) + "\n"
