"""What a mail says: each app composes its own kinds, declared in its `notifications.py` as `COMPOSERS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias

from django.apps import apps

from .models import Mail


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Composition:
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()


Composer: TypeAlias = Callable[[Mail, datetime], Composition | None]
"""From the row and the moment of sending; None when there is nothing left to say, and the mail is dropped."""


@cache
def composers() -> Mapping[str, Composer]:
    found: dict[str, Composer] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.notifications"
        if config.module and find_spec(name):
            found |= getattr(import_module(name), "COMPOSERS", {})
    return found
