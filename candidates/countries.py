"""Countries of birth: ISO code, French name, and INSEE's code of a person born there (empty for France).

Made from INSEE's list of 2022 (open data): the countries of that year, and the territories with a code of their own.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .names import as_given

FRANCE = "FR"
_FILE = Path(__file__).parent / "data" / "countries.csv"


@dataclass(frozen=True, slots=True)
class Country:
    iso_code: str
    name: str
    insee_code: str


@cache
def countries() -> Mapping[str, Country]:
    """By ISO code: France first, then in the order of their French names."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = [Country(row["iso_code"], as_given(row["name"]), row["insee_code"]) for row in csv.DictReader(lines)]
    return MappingProxyType({country.iso_code: country for country in rows})


def country_name(iso_code: str) -> str:
    return countries()[iso_code].name


def country_choices() -> list[tuple[str, str]]:
    return [(country.iso_code, country.name) for country in countries().values()]
