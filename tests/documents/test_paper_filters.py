from datetime import UTC, date, datetime

import pytest

from documents.templatetags.paper import (
    certificate_kind,
    certificate_name,
    clauses,
    halves,
    in_words,
    long_date,
    paris_time,
)

from .papers import TITLE


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2021-03-01", "1<sup>er</sup>\u00a0mars 2021"),
        ("2018-08-07", "7\u00a0août 2018"),
        (date(2018, 12, 31), "31\u00a0décembre 2018"),
        ("2021-12-31T23:30:00+00:00", "1<sup>er</sup>\u00a0janvier 2022"),
        (datetime(2021, 6, 30, 22, 5, tzinfo=UTC), "1<sup>er</sup>\u00a0juillet 2021"),
    ],
)
def test_a_date_is_a_day_in_paris_in_words(value, words):
    assert long_date(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2021-03-01T08:05:00+00:00", "9 h 05"),
        ("2021-07-01T08:05:00+00:00", "10 h 05"),
        ("2021-07-01T08:05:00", "8 h 05"),
    ],
)
def test_an_hour_is_of_paris(value, words):
    assert paris_time(value).replace("\u00a0", " ") == words


@pytest.mark.parametrize(("number", "words"), [(1, "un"), (7, "sept"), (8, "huit"), (14, "14")])
def test_small_numbers_are_words(number, words):
    assert in_words(number) == words


def test_a_title_is_its_kind_and_its_name():
    assert f"{certificate_kind(TITLE)} {certificate_name(TITLE)}" == TITLE


def test_another_title_is_all_name():
    assert (certificate_kind("Titre à finalité"), certificate_name("Titre à finalité")) == ("", "Titre à finalité")


def test_a_long_name_breaks_at_its_dashes():
    assert clauses("CPNE d'Outre-mer - CSCA") == clauses("CPNE d'Outre-mer – CSCA") == ["CPNE d'Outre-mer –", "CSCA"]
    assert clauses("CPNE") == ["CPNE"]


def test_the_first_column_is_the_longer():
    assert halves([1, 2, 3]) == [[1, 2], [3]]
