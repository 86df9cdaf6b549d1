"""Names as the civil status gives them: kept and printed as typed, searched without their accents."""

import unicodedata
from typing import Any

from django import forms
from django.db import models

NAME_LENGTH = 120
KEY_LENGTH = 500

# Letters that Unicode does not take apart, in the spelling of those who have not got them on the keyboard.
_SPELT_OUT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "ŧ": "t", "ŋ": "ng"}
)
# Apostrophes that Unicode counts among the letters: the Breton c’h and the Polynesian glottal stop.
_LETTER_APOSTROPHES = frozenset("ʹʻʼʽˈꞌ")


def as_given(text: str) -> str:
    """The same characters in composed form (NFC), outer blanks cut; nothing else changes, letter case included."""
    return unicodedata.normalize("NFC", text).strip()


def search_key(*parts: str) -> str:
    """What two spellings of one name share: no marks, no case, apostrophes, hyphens and blanks made one."""
    spelt_out = unicodedata.normalize("NFKD", " ".join(parts)).casefold().translate(_SPELT_OUT)
    letters = "".join(
        character if _is_letter(character) else " "
        for character in unicodedata.normalize("NFKD", spelt_out)
        if not unicodedata.combining(character)
    )
    return " ".join(letters.split())[:KEY_LENGTH].rstrip()


def _is_letter(character: str) -> bool:
    return character.isalnum() and character not in _LETTER_APOSTROPHES


class NameFormField(forms.CharField):
    """Composes what was typed before its length is counted: an accent typed apart is not a character more."""

    def to_python(self, value: Any) -> str:
        return as_given(super().to_python(value) or "")


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

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": NameFormField} | kwargs)


class IsComposed(models.Func):
    """SQL for “this text is in NFC”. SQLite cannot tell, and lets everything pass."""

    arity = 1
    template = "%(expressions)s IS NFC NORMALIZED"
    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(expressions)s IS NOT NULL", **context)
