"""What the Caisse des Dépôts takes of a declared certificate: its schema 1.1.2, its dictionary V22, the decree.

Arrêté du 21 mai 2021: the day and initiative of the enrolment, the days and means of the exam and the postcode of its
centre are due, although the schema leaves them optional. Every fault is told at once, and nothing is put in the place
of what is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

DECLARED_SINCE = date(2021, 7, 1)  # R6113-17-2: the certificates delivered from that day on


class Access(StrEnum):
    INITIAL = "FORMATION_INITIALE_HORS_APPRENTISSAGE"
    APPRENTICESHIP = "FORMATION_INITIALE_APPRENTISSAGE"
    CONTINUING = "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION"
    PROFESSIONALISATION = "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION"
    VAE = "VAE"
    FOREIGN = "EQUIVALENCE_DIPLOME_ETRANGER"
    INDIVIDUAL = "CANDIDAT_LIBRE"


class VaeWay(StrEnum):
    LEAVE = "CONGES_VAE"
    ORDINARY = "VAE_CLASSIQUE"


class Initiative(StrEnum):
    HOLDER = "CERTIFIE"
    TRAINING_ORGANISATION = "OF"
    EMPLOYMENT_SERVICE = "POLE_EMPLOI"
    EMPLOYER = "EMPLOYEUR"
    OTHER = "AUTRE"


class ExamMode(StrEnum):
    REMOTE = "A_DISTANCE"
    ON_SITE = "EN_PRESENTIEL"
    MIXED = "MIXTE"


@dataclass(frozen=True, slots=True)
class Holder:
    """The person as their civil status names them: by this the CDC finds them. Empty text stands for absent."""

    birth_name: str
    first_name: str
    birth_year: int
    sex: str
    insee_code: str  # of the commune, or 99 and the country's three digits
    second_name: str = ""
    third_name: str = ""
    usual_name: str = ""
    birth_month: int | None = None
    birth_day: int | None = None
    birth_place: str = ""
    country_code: str = ""  # abroad only
    country_name: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One certificate as it is declared."""

    technical_id: str
    holder: Holder
    valid_from: date
    access: str
    is_final: bool = True
    valid_until: date | None = None
    exam_starts_on: date | None = None
    exam_ends_on: date | None = None
    exam_mode: str = ""
    exam_postcode: str = ""
    vae_way: str = ""
    initiative: str = ""
    enrolled_on: date | None = None
    proof_url: str = ""
    option_label: str = ""


class FaultCode(StrEnum):
    MISSING = "missing"
    TOO_LONG = "too_long"  # limit: how many characters
    CHARACTERS = "characters"  # what no XML file carries, or blanks at its ends
    UNKNOWN = "unknown"  # none of the words that the schema knows
    FORMAT = "format"
    OUT_OF_RANGE = "out_of_range"
    NOT_FOR_THIS_ROUTE = "not_for_this_route"
    ORDER = "order"  # other: the field whose day comes too late
    NO_SUCH_DAY = "no_such_day"
    COUNTRY_IN_FRANCE = "country_in_france"
    COUNTRY_DIFFERS = "country_differs"


@dataclass(frozen=True, slots=True)
class Fault:
    field: str  # of `Passage` or `Holder`
    code: FaultCode
    limit: int | None = None
    other: str = ""


NAME_LIMIT, PLACE_LIMIT = 60, 40  # the schema takes 60 for a place, the dictionary 40
_HOLDER_TEXTS = {
    "birth_name": NAME_LIMIT,
    "usual_name": NAME_LIMIT,
    "first_name": NAME_LIMIT,
    "second_name": NAME_LIMIT,
    "third_name": NAME_LIMIT,
    "birth_place": PLACE_LIMIT,
    "country_name": 60,
}
_PASSAGE_TEXTS = {"technical_id": 255, "proof_url": 255, "option_label": 255}
_REQUIRED_TEXTS = {"birth_name", "first_name", "technical_id"}
_WORDS: dict[str, type[StrEnum]] = {
    "access": Access,
    "exam_mode": ExamMode,
    "initiative": Initiative,
    "vae_way": VaeWay,
}
_DUE_DAYS = ("enrolled_on", "exam_starts_on", "exam_ends_on")
_IN_ORDER = ("enrolled_on", "exam_starts_on", "exam_ends_on", "valid_from", "valid_until")
_COMMUNE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-8]|2[AB])\d{3}", re.ASCII)
_ABROAD = re.compile(r"99\d{3}", re.ASCII)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_UNWRITABLE = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_PLAIN = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2019": "'", "\u00a0": " ", "\u202f": " "})


def plain_name(name: str) -> str:
    """A name with the keyboard's hyphen, apostrophe and blank: hyphens count when the CDC looks for somebody."""
    return name.translate(_PLAIN).strip()


def split_first_names(first_names: str) -> tuple[str, str, str]:
    """The first three, as the civil status separates them: by commas when there are any, else by blanks."""
    separator = "," if "," in first_names else None
    names = [name for part in first_names.split(separator) if (name := plain_name(part))]
    first, second, third = (*names, "", "", "")[:3]
    return first, second, third


def technical_id(rncp_code: str, number: str) -> str:
    """What the CDC knows a delivered certificate by, for ever: its public number, under the code of its sheet."""
    return f"{rncp_code}-{number}"


def judge_passage(passage: Passage) -> tuple[Fault, ...]:
    """All that the CDC, or the decree, would refuse of this certificate; empty when it may be sent."""
    return (
        *_texts(passage, _PASSAGE_TEXTS),
        *_texts(passage.holder, _HOLDER_TEXTS),
        *_words(passage),
        *_days(passage),
        *_centre(passage),
        *_birth(passage.holder),
        *_birth_place(passage.holder),
    )


def _texts(subject: Passage | Holder, limits: dict[str, int]) -> Iterator[Fault]:
    for field, limit in limits.items():
        text: str = getattr(subject, field)
        if not text:
            if field in _REQUIRED_TEXTS:
                yield Fault(field, FaultCode.MISSING)
        elif _UNWRITABLE.search(text) or text != text.strip():
            yield Fault(field, FaultCode.CHARACTERS)
        elif len(text) > limit:
            yield Fault(field, FaultCode.TOO_LONG, limit=limit)


def _words(passage: Passage) -> Iterator[Fault]:
    is_vae = passage.access == Access.VAE
    for field, words in _WORDS.items():
        word = getattr(passage, field)
        if field == "vae_way" and not is_vae:
            if word:
                yield Fault(field, FaultCode.NOT_FOR_THIS_ROUTE)
        elif not word:
            yield Fault(field, FaultCode.MISSING)
        elif word not in set(words):
            yield Fault(field, FaultCode.UNKNOWN)


def _days(passage: Passage) -> Iterator[Fault]:
    for field in _DUE_DAYS:
        if getattr(passage, field) is None:
            yield Fault(field, FaultCode.MISSING)
    known = [(field, day) for field in _IN_ORDER if (day := getattr(passage, field)) is not None]
    for field, day in known:
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            yield Fault(field, FaultCode.OUT_OF_RANGE)
    for (field, day), (later, later_day) in pairwise(known):
        if day > later_day:
            yield Fault(later, FaultCode.ORDER, other=field)


def _centre(passage: Passage) -> Iterator[Fault]:
    if not passage.exam_postcode:
        yield Fault("exam_postcode", FaultCode.MISSING)
    elif not _POSTCODE.fullmatch(passage.exam_postcode):
        yield Fault("exam_postcode", FaultCode.FORMAT)


def _birth(holder: Holder) -> Iterator[Fault]:
    if holder.sex not in {"M", "F"}:
        yield Fault("sex", FaultCode.UNKNOWN)
    if not _FIRST_YEAR <= holder.birth_year <= _LAST_YEAR:
        yield Fault("birth_year", FaultCode.OUT_OF_RANGE)
        return
    month, day = holder.birth_month, holder.birth_day
    if month is not None and not 1 <= month <= 12:
        yield Fault("birth_month", FaultCode.OUT_OF_RANGE)
    elif day is not None and not 1 <= day <= 31:
        yield Fault("birth_day", FaultCode.OUT_OF_RANGE)
    elif month is not None and day is not None and not _exists(holder.birth_year, month, day):
        yield Fault("birth_day", FaultCode.NO_SUCH_DAY)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _birth_place(holder: Holder) -> Iterator[Fault]:
    """Born in France: the commune's code and no country. Abroad: 99 and the country's digits, which are said again."""
    if not holder.insee_code:
        yield Fault("insee_code", FaultCode.MISSING)
    elif _ABROAD.fullmatch(holder.insee_code):
        if holder.country_code != holder.insee_code[2:]:
            code = FaultCode.COUNTRY_DIFFERS if holder.country_code else FaultCode.MISSING
            yield Fault("country_code", code)
    elif not _COMMUNE.fullmatch(holder.insee_code):
        yield Fault("insee_code", FaultCode.FORMAT)
    elif holder.country_code:
        yield Fault("country_code", FaultCode.COUNTRY_IN_FRANCE)
