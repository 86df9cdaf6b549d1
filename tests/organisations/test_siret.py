import pytest
from django.core.exceptions import ValidationError

from organisations.siret import grouped, validate_siret, without_spaces
from tests.builders.organisations import make_siret


@pytest.mark.parametrize(
    "siret",
    [
        pytest.param("73282932000074", id="right key"),
        pytest.param("35600000000048", id="La Poste, the head office"),
        pytest.param("35600000049837", id="La Poste, an office whose digits add up to 45"),
    ],
)
def test_a_siret_is_taken(siret):
    validate_siret(siret)


@pytest.mark.parametrize(
    ("siret", "message"),
    [
        pytest.param("7328293200007", "quatorze chiffres", id="thirteen digits"),
        pytest.param("732829320000741", "quatorze chiffres", id="fifteen digits"),
        pytest.param("7328293200007A", "quatorze chiffres", id="a letter"),
        pytest.param("732829320000٧4", "quatorze chiffres", id="a digit of another script"),
        pytest.param("73282932000074\n", "quatorze chiffres", id="a new line behind"),
        pytest.param("73282932000075", "erreur de frappe", id="one digit off"),
        pytest.param("37282932000074", "erreur de frappe", id="two digits swapped"),
        pytest.param("35600000049838", "erreur de frappe", id="La Poste, one digit off"),
    ],
)
def test_what_is_not_a_siret_is_refused(siret, message):
    with pytest.raises(ValidationError, match=message):
        validate_siret(siret)


def test_every_single_wrong_digit_is_found():
    right = make_siret()
    wrong = [
        right[:place] + digit + right[place + 1 :]
        for place in range(14)
        for digit in "0123456789"
        if digit != right[place]
    ]

    found = 0
    for siret in wrong:
        with pytest.raises(ValidationError):
            validate_siret(siret)
        found += 1

    assert found == 14 * 9


def test_it_is_shown_in_groups_and_read_without_spaces():
    assert grouped("73282932000074") == "732 829 320 00074"
    assert without_spaces(" 732 829 320\u202f00074") == "73282932000074"
