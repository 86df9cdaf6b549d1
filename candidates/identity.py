"""A person's civil identity, as it is typed and before it is anybody's row."""

from dataclasses import dataclass, fields
from datetime import date

from .countries import FRANCE
from .names import search_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    birth_name: str
    first_names: str = ""
    usual_name: str = ""
    sex: str
    birth_date: date
    birth_country: str = FRANCE
    birth_commune_code: str = ""
    birth_place: str

    @property
    def key(self) -> dict[str, str | date]:
        """The columns by which two spellings are known to be one person: name, birth date and birth place."""
        return {
            "search_key": search_key(self.birth_name, self.first_names),
            "birth_date": self.birth_date,
            "birth_place_key": search_key(self.birth_place),
        }

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls))
