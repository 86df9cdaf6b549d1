"""The fourteen digits by which the State names an establishment: nine for the company, five for the place."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

SIRET_LENGTH = 14
LA_POSTE = "356000000"  # Its thousands of offices outgrew the key: their digits only add up to a multiple of five.

fourteen_digits = RegexValidator(r"\A[0-9]{14}\Z", "Un SIRET compte quatorze chiffres.")


def validate_siret(value: str) -> None:
    """Refuse what is not a SIRET: a mistyped digit breaks its Luhn key."""
    fourteen_digits(value)
    if not _has_right_key(value):
        raise ValidationError("Ce SIRET comporte une erreur de frappe : sa clé ne correspond pas.")


def without_spaces(value: str) -> str:
    """« 123 456 789 00012 », as papers show it, without its spaces."""
    return "".join(value.split())


def grouped(value: str) -> str:
    """« 123 456 789 00012 »: the company's number by threes, then the establishment's."""
    return " ".join([value[0:3], value[3:6], value[6:9], value[9:]])


def _has_right_key(digits: str) -> bool:
    if digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[::-2])) % 10 == 0
