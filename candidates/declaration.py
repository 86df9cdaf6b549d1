"""What the declaration of holders to the Caisse des Dépôts would stumble on, told while it is easily put right.

It bars no enrolment: people are enrolled with what is known of them, and what is missing is asked for until delivery.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rulebook.cdc import PLACE_LIMIT, Fault, FaultCode, Holder, plain_name, split_first_names
from rulebook.declaration import judge_declarability

from .communes import agree, communes_of, named
from .countries import FRANCE, countries
from .models import Enrolment


class Person(Protocol):
    """A `Candidate`, or the `Identity` that is being typed."""

    birth_name: str
    usual_name: str
    first_names: str
    sex: str
    birth_date: date
    birth_country: str
    birth_commune_code: str
    birth_place: str


def holder_of(person: Person) -> Holder:
    """The person as the CDC would be told of them."""
    first, second, third = split_first_names(person.first_names)
    is_abroad = person.birth_country != FRANCE
    country = countries().get(person.birth_country) if is_abroad else None
    place = plain_name(person.birth_place)
    return Holder(
        birth_name=plain_name(person.birth_name),
        usual_name=plain_name(person.usual_name),
        first_name=first,
        second_name=second,
        third_name=third,
        birth_year=person.birth_date.year,
        birth_month=person.birth_date.month,
        birth_day=person.birth_date.day,
        sex=person.sex,
        insee_code=(country.insee_code if country else "") if is_abroad else person.birth_commune_code,
        birth_place=place if len(place) <= PLACE_LIMIT else "",  # optional: left out rather than cut
        country_code=country.insee_code[2:] if country else "",
        country_name=plain_name(country.name) if country else "",
    )


def faults_of(enrolment: Enrolment) -> tuple[Fault, ...]:
    """Reads the candidate and the route: ask for them together when there are many."""
    return judge_declarability(
        holder_of(enrolment.candidate),
        access=enrolment.route.cdc_code,
        initiative=enrolment.initiative,
        entered_on=enrolment.entered_on,
    )


# In words


@dataclass(frozen=True, slots=True)
class ToComplete:
    """One thing to put right, and on which page of the candidate."""

    field: str
    sentence: str

    @property
    def is_identity(self) -> bool:
        return self.field != "initiative"


IDENTITY_LABELS = {
    "birth_name": "nom de naissance",
    "usual_name": "nom d’usage",
    "first_name": "premier prénom",
    "second_name": "deuxième prénom",
    "third_name": "troisième prénom",
    "birth_year": "année de naissance",
    "birth_month": "mois de naissance",
    "birth_day": "jour de naissance",
    "sex": "sexe",
    "insee_code": "code INSEE de la commune de naissance",
    "birth_place": "lieu de naissance",
    "country_code": "pays de naissance",
    "country_name": "pays de naissance",
}
_LABELS = IDENTITY_LABELS | {"access": "voie d’accès", "initiative": "initiative de l’inscription"}
_FIELDS = {"insee_code": "birth_commune_code", "country_code": "birth_country", "country_name": "birth_country"}
NO_FIRST_NAME = "sans prénom : la CDC en exige un, cette personne se déclarera sur le portail des certificateurs"


def in_words(faults: Iterable[Fault]) -> list[ToComplete]:
    return [ToComplete(_field_of(fault), _sentence(fault)) for fault in faults]


def to_complete(enrolment: Enrolment) -> list[ToComplete]:
    return in_words(faults_of(enrolment))


def _field_of(fault: Fault) -> str:
    """As the identity's form names it."""
    if fault.field in {"first_name", "second_name", "third_name"}:
        return "first_names"
    if fault.field.startswith("birth_") and fault.field in {"birth_year", "birth_month", "birth_day"}:
        return "birth_date"
    return _FIELDS.get(fault.field, fault.field)


def _sentence(fault: Fault) -> str:
    label = _LABELS[fault.field]
    match fault.code:
        case FaultCode.MISSING if fault.field == "first_name":
            return NO_FIRST_NAME
        case FaultCode.MISSING:
            return f"{label} à renseigner"
        case FaultCode.TOO_LONG:
            return f"{label} de plus de {fault.limit} caractères : la CDC n’en prend pas davantage"
        case FaultCode.CHARACTERS:
            return f"{label} avec un caractère que la CDC ne prend pas"
        case _:
            return f"{label} que la CDC ne reconnaîtra pas : vérifiez-le"


# The place of birth, as it is typed


def code_of_place(place: str) -> str:
    """The code of the only commune that bears this name; empty when several do, or none."""
    codes = {commune.code for commune in named(place)}
    return codes.pop() if len(codes) == 1 else ""


def doubt_of_place(place: str, code: str) -> str:
    """Why a commune of birth is to be looked at again, in a sentence; empty when there is nothing to say.

    Never a refusal: communes merge, and the overseas collectivities are not in the table.
    """
    if not code:
        alike = named(place)
        if alike:
            shown = ", ".join(f"{commune.label} {commune.code}" for commune in alike[:6])
            return f"Plusieurs communes s’appellent ainsi : {shown}. Indiquez le code de la bonne."
        return (
            "Aucune commune ne porte ce nom. Vérifiez-le, ou indiquez le code INSEE. Sans lui, le certificat "
            "ne pourra pas être déclaré à la Caisse des Dépôts."
        )
    known = communes_of(code)
    if not known:
        return f"Le code {code} n’est celui d’aucune commune connue, d’aujourd’hui ou d’hier. Vérifiez ses chiffres."
    if not agree(place, code):
        return f"Le code {code} est celui de {known[0].label}, et non de « {place} »."
    return ""
