"""The communes of birth: the table as it came, and how a name or a code is found in it."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from candidates import communes
from candidates.communes import agree, communes_of, named, suggestions

DATA = Path(communes.__file__).parent / "data"
FORMER = {"deleguee", "associee"}


def codes(words: str) -> list[str]:
    return [commune.code for commune in suggestions(words)]


def test_the_table_is_the_one_that_was_made():
    manifest = json.loads((DATA / "communes.json").read_text(encoding="utf-8"))
    table = (DATA / "communes.tsv.gz").read_bytes()

    assert hashlib.sha256(table).hexdigest() == manifest["sha256"]
    assert gzip.decompress(table).count(b"\n") == manifest["rows"] > 37_000
    assert len(table) < 1_000_000
    assert {"source", "version", "licence", "dated", "source_sha256"} <= manifest.keys()


def test_it_is_unpacked_once_and_only_what_is_shown_is_read(monkeypatch):
    communes._table.cache_clear()
    unpacked, read = [], []
    decompress, read_line = gzip.decompress, communes._read
    monkeypatch.setattr(communes.gzip, "decompress", lambda packed: unpacked.append(1) or decompress(packed))
    monkeypatch.setattr(communes, "_read", lambda line: read.append(1) or read_line(line))

    found = [*suggestions("vienne"), *suggestions("saint"), *suggestions("zzzz")]

    assert len(unpacked) == 1
    assert len(found) <= len(read) <= 4 * communes.OFFERED


@pytest.mark.parametrize(
    ("words", "first"),
    [
        pytest.param("vienne", "38544", id="the name itself before those that begin so"),
        pytest.param("VIENNE", "38544", id="capitals"),
        pytest.param("besancon", "25056", id="no cedilla"),
        pytest.param("l'hay", "94038", id="apostrophe and diaeresis"),
        pytest.param("st denis 974", "97411", id="shortened, with its department"),
        pytest.param("saint-denis 93", "93066", id="the other one"),
        pytest.param("ajaccio 2a", "2A004", id="Corsica"),
        pytest.param("paris 15", "75115", id="a number that is no department"),
        pytest.param("clemenciat", "01001", id="a word of the name"),
        pytest.param("cordieux", "01120", id="a former commune"),
    ],
)
def test_it_is_found_as_people_type_it(words, first):
    assert codes(words)[0] == first


def test_of_one_name_the_most_populous_comes_first_and_today_before_yesterday():
    assert codes("saint-denis")[:2] == ["97411", "93066"]
    kinds = [commune.kind in FORMER for commune in named("Saint-Denis")]
    assert kinds == sorted(kinds)


@pytest.mark.parametrize("words", ["", " ", "a", "zzzz", ".*", "(", "\\", "\n", "\t69", "38", "x" * 10_000])
def test_what_names_nothing_suggests_nothing(words):
    assert suggestions(words) == []


def test_they_are_a_handful():
    assert len(suggestions("saint")) == communes.OFFERED


def test_a_code_may_have_two_names():
    assert {commune.name for commune in communes_of("01015")} == {"Arboys en Bugey", "Arbignieu"}
    assert communes_of("00000") == communes_of("") == communes_of("6938") == []


@pytest.mark.parametrize(
    ("name", "code", "is_agreed"),
    [
        ("Lyon", "69381", True),
        ("LYON 1ER", "69381", True),
        ("Lyon 1er Arrondissement", "69123", True),
        ("Arbignieu", "01015", True),
        ("St-Étienne", "42218", True),
        ("Cordieux", "01262", True),
        ("Paris", "69381", False),
        ("Sain", "93066", False),
        ("Lyon", "00000", False),
    ],
)
def test_a_name_and_a_code_agree(name, code, is_agreed):
    assert agree(name, code) is is_agreed
