"""Where a request to be admitted to VAE stands."""

from collections.abc import Mapping

from rulebook.outcomes import AdmissibilityDecision, AdmissibilityStanding
from rulebook.verdict import CheckCode, CheckOutcome

from ..french import count, day
from .wording import Facts, Say, Wording

_STANDINGS = {
    AdmissibilityStanding.INCOMPLETE: "La demande attend les pièces qui manquent au dossier.",
    AdmissibilityStanding.PENDING: "La demande attend une décision.",
    AdmissibilityStanding.ADMISSIBLE: "La demande est recevable.",
    AdmissibilityStanding.INADMISSIBLE: "La demande n’est pas recevable.",
}
_DECISIONS = {
    AdmissibilityDecision.ADMISSIBLE: "recevable",
    AdmissibilityDecision.INADMISSIBLE: "non recevable",
}


def _standing(facts: Facts, outcome: CheckOutcome) -> str:
    return _STANDINGS[facts["standing"]]


def _complete(facts: Facts, outcome: CheckOutcome) -> str:
    received_on = day(facts["received_on"])
    if facts["complete_on"] is None:
        return f"Le dossier, reçu le {received_on}, est incomplet : le délai de réponse ne court pas encore."
    return f"Le dossier, reçu le {received_on}, est complet depuis le {day(facts['complete_on'])} : le délai court."


def _clock(facts: Facts, outcome: CheckOutcome) -> str:
    left = f"encore {count(facts['days_left'], 'jour')}" if facts["days_left"] else "c’est le dernier jour"
    awaited = f"La décision est attendue jusqu’au {day(facts['deadline'])} ({left})"
    return f"{awaited} ; ensuite, le silence vaut acceptation."


def _decision(facts: Facts, outcome: CheckOutcome) -> str:
    decided_on, deadline = day(facts["decided_on"]), day(facts["deadline"])
    return f"Décision du {decided_on}, dans le délai qui finit le {deadline} : {_DECISIONS[facts['decision']]}."


def _late(facts: Facts, outcome: CheckOutcome) -> str:
    decision = f"La décision du {day(facts['decided_on'])} ({_DECISIONS[facts['decision']]})"
    return f"{decision} vient après le {day(facts['deadline'])} : le silence avait déjà accepté, elle ne change rien."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.ADMISSIBILITY: _standing,
    CheckCode.ADMISSIBILITY_COMPLETE: _complete,
    CheckCode.ADMISSIBILITY_CLOCK: _clock,
    CheckCode.ADMISSIBILITY_DECISION: _decision,
    CheckCode.ADMISSIBILITY_SILENCE: Wording(
        "Sans décision jusqu’au {deadline}, le silence a accepté la demande : "
        "elle est recevable depuis le {admitted_on}."
    ),
    CheckCode.ADMISSIBILITY_LATE: _late,
}
