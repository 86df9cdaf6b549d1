"""What a version of the standard fixes besides its blocks, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from rulebook.outcomes import Rating

from ..enums import ChannelCode, CollegeCode, Parameter
from ..french import capital, join, number_word, typeset

_RATINGS = {
    Rating.ACQUIRED: "acquise",
    Rating.PARTIALLY_ACQUIRED: "partiellement acquise",
    Rating.NOT_ACQUIRED: "non acquise",
}


def rule_in_words(key: Parameter, value: Any) -> str:
    return typeset(_RULES[key](value))


def composition_in_words(mandatory: tuple[str, ...], minimum: int, optional: tuple[str, ...]) -> str:
    """« 7 blocs » says neither which ones nor that an eighth may be acquired: all of some, enough of the others."""
    of_them = f"au moins {number_word(minimum)} des blocs {join(optional)}"
    return typeset(f"La certification entière demande tous les blocs {join(mandatory)}, et {of_them}.")


def _scale(ratings: list[str]) -> str:
    return f"Chaque compétence est évaluée : {join([_RATINGS[Rating(rating)] for rating in ratings], 'ou')}."


def _colleges(codes: list[str]) -> str:
    return f"Au moins un membre de chacun de ces collèges : {join([str(CollegeCode(code).label) for code in codes])}."


def _resit(codes: list[str]) -> str:
    channels = join([str(ChannelCode(code).label) for code in codes])
    again = f"Un bloc refusé par le jury est évalué de nouveau par : {channels}."
    return again if len(codes) == len(ChannelCode) else f"{again} Ailleurs, l’avis rendu demeure."


def _yes_no(yes: str, no: str) -> Callable[[bool], str]:
    return lambda value: yes if value else no


_RULES: Mapping[Parameter, Callable[[Any], str]] = {
    Parameter.MANDATORY_BLOCKS: lambda codes: f"Tous les blocs {join(codes)}.",
    Parameter.OPTIONAL_BLOCKS: lambda codes: f"Au choix du candidat parmi {join(codes)}.",
    Parameter.OPTIONAL_MINIMUM: lambda minimum: f"Au moins {number_word(minimum)}.",
    Parameter.RATING_SCALE: _scale,
    Parameter.JURY_QUORUM: lambda minimum: (
        f"{minimum} membres présents, sans compter ceux qui sont déportés du dossier."
    ),
    Parameter.JURY_QUORUM_COLLEGES: _colleges,
    Parameter.ABSTENTIONS_COUNT: _yes_no(
        "La majorité se compte sur les votants, abstentions comprises.",
        "La majorité se compte sur les voix exprimées ; les abstentions ne comptent pas.",
    ),
    Parameter.CASTING_VOTE: _yes_no(
        "Si les voix sont à égalité, celle du président l’emporte.",
        "Si les voix sont à égalité, le jury vote de nouveau.",
    ),
    Parameter.PROXIES_ALLOWED: _yes_no("Un membre peut voter pour un autre.", "Personne ne vote pour un autre."),
    Parameter.TRAINING_SEAT_VOTES_ON_OWN: _yes_no(
        "Le représentant d’un organisme de formation vote sur les candidats de cet organisme.",
        "Le représentant d’un organisme de formation ne vote pas sur les candidats de cet organisme.",
    ),
    Parameter.APPEAL_MONTHS: lambda months: f"{months} mois à partir de la publication des résultats.",
    Parameter.RESIT_CHANNELS: _resit,
    Parameter.CONVENING_DAYS: lambda days: f"{capital(number_word(days))} jours au moins avant la session.",
    Parameter.VAE_REPLY_MONTHS: lambda months: (
        f"{capital(number_word(months))} mois à partir du dossier complet ; ensuite, le silence vaut acceptation."
    ),
    Parameter.DECLARATION_MONTHS: lambda months: f"{capital(number_word(months))} mois à partir de la délivrance.",
    Parameter.DECLARATION_ALERT_DAYS: lambda days: (
        f"{join([str(number) for number in days])} jours après la délivrance, tant que la CDC n’a pas reçu la "
        "déclaration."
    ),
}
