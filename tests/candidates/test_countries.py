"""The table of countries agrees with INSEE's, which the CDC asks for."""

import csv
from pathlib import Path

import pytest

from candidates.countries import countries, country_choices, country_name
from candidates.names import search_key

INSEE = Path(__file__).resolve().parents[3] / "shared" / "cdc" / "insee-countries-2022.csv"
COUNTRY, TERRITORY = "1", "4"  # INSEE's word for a country of today, and for a territory with a code of its own
IN_FRANCE = "XXX"


def test_france_comes_first_and_the_others_in_french_order():
    codes = [code for code, _ in country_choices()]
    names = [search_key(name) for _, name in country_choices()[1:]]

    assert codes[0] == "FR"
    assert names == sorted(names)
    assert names.index(search_key("Égypte")) < names.index(search_key("Espagne"))


def test_names_are_french():
    assert [country_name(code) for code in ("CI", "GB", "TW")] == ["Côte d’Ivoire", "Royaume-Uni", "Taïwan"]


def test_only_france_has_no_code_of_birth_abroad():
    without = [country.iso_code for country in countries().values() if not country.insee_code]

    assert without == ["FR"]


@pytest.mark.skipif(not INSEE.exists(), reason="INSEE's list is not beside the project")
def test_it_agrees_with_the_list_of_insee():
    with INSEE.open(encoding="utf-8", newline="") as lines:
        published = {
            row["iso2"]: "" if row["cog3"] == IN_FRANCE else row["code_insee_99"]
            for row in csv.DictReader(lines)
            if row["actual"] in {COUNTRY, TERRITORY} and row["iso2"]
        }

    assert {country.iso_code: country.insee_code for country in countries().values()} == published
