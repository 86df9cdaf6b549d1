"""The registration that counts, and whether a person may be enrolled."""

from collections.abc import Mapping

from rulebook.outcomes import EntryStanding
from rulebook.verdict import CheckCode, CheckOutcome

from ..french import day, join
from .wording import Facts, Say, Wording

_ENTRIES = {
    EntryStanding.REGISTERED: "relève d’un enregistrement au RNCP",
    EntryStanding.UNREGISTERED: "ne relève d’aucun enregistrement au RNCP : la branche peut délivrer son CQP seul",
    EntryStanding.REFUSED: "ne relève pas de cette certification",
}


def _entry(facts: Facts, outcome: CheckOutcome) -> str:
    return f"L’entrée dans le parcours, le {day(facts['entered_on'])}, {_ENTRIES[facts['standing']]}."


def _entry_title(facts: Facts, outcome: CheckOutcome) -> str:
    if facts["opens_on"] is None:
        return "Aucun enregistrement au RNCP ne porte l’intitulé actuel : personne ne peut être inscrit."
    entered_on, opens_on = day(facts["entered_on"]), day(facts["opens_on"])
    if outcome == CheckOutcome.MET:
        return f"Le parcours, commencé le {entered_on}, relève de l’intitulé actuel, enregistré depuis le {opens_on}."
    return (
        f"Le parcours, commencé le {entered_on}, est antérieur au {opens_on}, premier jour de l’intitulé actuel : "
        "vérifiez la date d’entrée."
    )


_CLAIM_STANDINGS = {
    EntryStanding.REGISTERED: "Un enregistrement au RNCP était en vigueur à l’entrée dans le parcours.",
    EntryStanding.UNREGISTERED: "Aucun enregistrement au RNCP n’était en vigueur à l’entrée dans le parcours.",
    EntryStanding.REFUSED: "L’entrée dans le parcours ne relève pas de cette certification.",
}


def _claim_standing(facts: Facts, outcome: CheckOutcome) -> str:
    return _CLAIM_STANDINGS[facts["standing"]]


def _claim(facts: Facts, outcome: CheckOutcome) -> str:
    return (
        "Le certificat peut mentionner le RNCP." if facts["claims"] else "Le certificat ne peut pas mentionner le RNCP."
    )


def _enrolment_blocks(facts: Facts, outcome: CheckOutcome) -> str:
    if not facts["blocks"]:
        return "Tous les blocs demandés sont déjà acquis, pour la vie : il n’y a rien à inscrire."
    return f"L’inscription ouvre {join(facts['blocks'])}."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.ENTRY: _entry,
    CheckCode.ENTRY_TITLE: _entry_title,
    CheckCode.ENTRY_REGISTERED: Wording(
        "L’enregistrement en vigueur le {entered_on} vaut du {starts_on} au {ends_on} "
        "(arrêté du {ordered_on}, Journal officiel du {published_on})."
    ),
    CheckCode.ENTRY_UNREGISTERED: Wording(
        "Aucun enregistrement au RNCP n’était en vigueur le {entered_on} : le certificat ne le mentionnera pas."
    ),
    CheckCode.CLAIM: _claim,
    CheckCode.CLAIM_STANDING: _claim_standing,
    CheckCode.CLAIM_LAST_ISSUE: Wording(
        met="La délivrance, le {issued_on}, respecte la dernière date permise, le {last_issue_on}.",
        unmet="La délivrance, le {issued_on}, vient après la dernière date permise, le {last_issue_on}.",
    ),
    CheckCode.CLAIM_CONFIRMATION: Wording(
        met="La délivrance sans mention du RNCP est confirmée : « {reason} ».",
        unmet="Confirmez, avec un motif, que le certificat est délivré sans mention du RNCP.",
    ),
    CheckCode.ENROLMENT: Wording(
        met="L’inscription est possible (voie d’accès : {route}).",
        unmet="L’inscription n’est pas encore possible (voie d’accès : {route}).",
    ),
    CheckCode.ENROLMENT_ROUTE: Wording(
        met="La voie d’accès « {route} » est ouverte.",
        unmet="La voie d’accès « {route} » n’est pas ouverte : choisissez-en une autre.",
    ),
    CheckCode.ENROLMENT_ACCREDITATION: Wording(
        met="L’organisme de formation est habilité au {entered_on}, jour de l’entrée.",
        unmet="L’organisme de formation n’est pas habilité au {entered_on} : vérifiez la date d’entrée ou l’organisme.",
    ),
    CheckCode.ENROLMENT_NO_ORGANISATION: Wording("La voie d’accès « {route} » se passe d’organisme de formation."),
    CheckCode.ENROLMENT_BLOCKS: _enrolment_blocks,
}
