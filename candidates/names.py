"""Names as the civil status gives them: kept and printed as typed, searched without their accents."""

import unicodedata
from typing import Any

from django.db import models

NAME_LENGTH = 120


def as_given(text: str) -> str:
    """The same characters in composed form (NFC), outer blanks cut; nothing else changes, letter case included."""
    return unicodedata.normalize("NFC", text).strip()


def search_key(*parts: str) -> str:
    """What two spellings of one name share: no marks, no case, apostrophes, hyphens and blanks made one."""
    decomposed = unicodedata.normalize("NFKD", " ".join(parts))
    letters = "".join(
        character if character.isalnum() else " " for character in decomposed if not unicodedata.combining(character)
    )
    return " ".join(letters.casefold().split())


class NameField(models.CharField):
    """A civil name of up to 120 characters, stored in NFC."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", NAME_LENGTH)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return as_given(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))
