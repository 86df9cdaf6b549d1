"""From the decisions on blocks to the papers."""

from collections.abc import Mapping

from rulebook.outcomes import AwardOutcome
from rulebook.verdict import CheckCode, CheckOutcome

from ..french import day
from .wording import Facts, Say, Wording, are_acquired

_AWARDS = {
    AwardOutcome.FULL_AWARD: "Admission totale",
    AwardOutcome.PARTIAL_AWARD: "Admission partielle",
    AwardOutcome.NO_AWARD: "Pas d’admission",
}


def _award(facts: Facts, outcome: CheckOutcome) -> str:
    held = are_acquired(facts["blocks"]) if facts["blocks"] else "aucun bloc n’est acquis"
    return f"{_AWARDS[facts['award']]} : {held}."


def _grounds(facts: Facts, outcome: CheckOutcome) -> str:
    if not facts["blocks"]:
        return "Aucun bloc acquis n’attend d’être définitif."
    final = "le sont définitivement" if outcome == CheckOutcome.MET else "ne le sont pas tous définitivement"
    return f"Les blocs acquis dont la certification a besoin {final}."


def _ground_ratified(facts: Facts, outcome: CheckOutcome) -> str:
    block, ratified_on = facts["block"], facts["ratified_on"]
    if ratified_on is None:
        return f"La décision de la CPNEFP sur {block} reste à enregistrer."
    if outcome == CheckOutcome.MET:
        return f"La CPNEFP a décidé de {block} le {day(ratified_on)}."
    planned = f"la délivrance, prévue le {day(facts['issued_on'])}, ne peut pas la précéder"
    return f"La CPNEFP décide de {block} le {day(ratified_on)} : {planned}."


def _issuance_live(facts: Facts, outcome: CheckOutcome) -> str:
    number = facts["number"]
    if number is None:
        return "La personne ne détient pas encore de certificat valide."
    return f"La personne détient déjà le certificat n° {number}, valide : il n’y en a qu’un par personne."


def _issuance_wording(facts: Facts, outcome: CheckOutcome) -> str:
    if outcome != CheckOutcome.MET:
        return "Le certificat ne peut pas mentionner le RNCP : confirmez, avec un motif, qu’il est délivré sans."
    return "Le certificat mentionne le RNCP." if facts["claims"] else "Le certificat est délivré sans mention du RNCP."


def _statement_live(facts: Facts, outcome: CheckOutcome) -> str:
    number = facts["number"]
    if number is None:
        return "La personne ne détient pas encore d’attestation valide de ce bloc."
    return f"La personne détient déjà l’attestation n° {number} de ce bloc, valide : il n’y en a qu’une par bloc."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.AWARD: _award,
    CheckCode.GROUNDS: _grounds,
    CheckCode.GROUND: Wording(
        met="L’acquisition de {block} est définitive.", unmet="L’acquisition de {block} n’est pas encore définitive."
    ),
    CheckCode.GROUND_SEALED: Wording(
        met="Le procès-verbal qui porte {block} est scellé.",
        unmet="Le procès-verbal qui porte {block} reste à sceller.",
    ),
    CheckCode.GROUND_RATIFIED: _ground_ratified,
    CheckCode.GROUND_PUBLISHED: Wording(
        met="Le résultat de {block} est publié.", unmet="Le résultat de {block} reste à publier."
    ),
    CheckCode.GROUND_RECORDED: Wording(
        met="{block} est acquis sur justificatif : « {evidence} ».",
        unmet="Le justificatif de {block} reste à indiquer.",
    ),
    CheckCode.BLOCK: Wording(
        met="{block} est acquis définitivement.",
        unmet="{block} n’est pas encore acquis définitivement.",
        noted="{block} n’est pas encore acquis définitivement, mais la certification s’en passe.",
    ),
    CheckCode.ISSUANCE: Wording(
        met="Le certificat peut être délivré le {issued_on}.",
        unmet="Le certificat ne peut pas encore être délivré.",
    ),
    CheckCode.ISSUANCE_ENTRY: Wording(
        met="L’entrée dans le parcours relève de cette certification.",
        unmet="L’entrée dans le parcours ne relève pas de cette certification : aucun certificat ne sera délivré.",
    ),
    CheckCode.ISSUANCE_LIVE: _issuance_live,
    CheckCode.ISSUANCE_WORDING: _issuance_wording,
    CheckCode.STATEMENT: Wording(
        met="L’attestation de {block} peut être délivrée le {issued_on}.",
        unmet="L’attestation de {block} ne peut pas encore être délivrée.",
    ),
    CheckCode.STATEMENT_ACQUIRED: Wording(
        met="{block} est acquis.", unmet="{block} n’est pas encore acquis : il n’y a rien à attester."
    ),
    CheckCode.STATEMENT_LIVE: _statement_live,
}
