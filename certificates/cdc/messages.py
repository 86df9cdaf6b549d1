"""What the CDC's rejections mean, and what to do about each (guide accusé V3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """`field`: what to look at first, as `checks.LABELS` words it; empty when nothing of the person is wrong."""

    start: str
    sentence: str
    field: str = ""


_KNOWN = (
    Explanation(
        "existe déjà en base",
        "Cet identifiant a déjà été accepté. Ne le renvoyez pas : vérifiez sur le portail que le passage y figure.",
    ),
    Explanation(
        "le statut de la certification",
        "Le code de la certification est inconnu de la CDC ou ne répond pas à son type. Vérifiez sur le portail que "
        "la fiche est active, puis renvoyez le certificat.",
    ),
    Explanation(
        "enrichis du jour et du mois de naissance",
        "Plusieurs personnes ont ce nom, et aucune n’est née ce jour-là. Vérifiez le jour et le mois de naissance.",
        "birth_day",
    ),
    Explanation(
        "aux critères de reconciliation",
        "Plusieurs personnes ont ce nom et ce jour, et aucune n’est née là. Vérifiez le lieu de naissance.",
        "insee_code",
    ),
    Explanation(
        "aucun titulaire ne correspond aux critères obligatoires",
        "Personne ne porte ce nom. Vérifiez le nom de naissance, le premier prénom (traits d’union compris), le sexe "
        "et l’année de naissance sur une pièce d’identité.",
        "birth_name",
    ),
    Explanation(
        "plusieurs titulaires ont été identifiés",
        "Plusieurs personnes répondent à cette identité. Complétez les autres prénoms et le lieu de naissance.",
        "second_name",
    ),
    Explanation(
        "la date de fin de validité est inférieure",
        "La fin de validité précède la délivrance.",
        "valid_from",
    ),
)


def explanation_of(message: str) -> Explanation | None:
    """None for a message that no guide tells of: it is then shown as it came."""
    words = _plain(message)
    return next((known for known in _KNOWN if _plain(known.start) in words), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace("é", "e").replace("è", "e").split())
