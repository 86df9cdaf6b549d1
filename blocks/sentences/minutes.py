"""Who has approved the minutes, and who is still awaited."""

from collections.abc import Mapping

from rulebook.verdict import CheckCode, CheckOutcome

from ..enums import CollegeCode
from ..french import count
from .wording import Facts, Say, Wording


def _minutes(facts: Facts, outcome: CheckOutcome) -> str:
    approved = f"{count(facts['approved'], 'approbation')} sur {count(facts['sat'], 'membre', 'membres')} ayant siégé"
    if outcome == CheckOutcome.MET:
        return f"Le procès-verbal peut être scellé : {approved}."
    return f"Le procès-verbal attend des approbations : {approved}."


def _college(facts: Facts, outcome: CheckOutcome) -> str:
    college = CollegeCode(facts["college"]).label
    if facts["approved"]:
        return f"Le collège « {college} » : {count(facts['approved'], 'membre')} approuve le procès-verbal."
    return f"Le collège « {college} » n’a pas encore approuvé : un de ses membres doit relire le procès-verbal."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.MINUTES: _minutes,
    CheckCode.MINUTES_CHAIR: Wording(
        met="La présidence a approuvé le procès-verbal.",
        unmet="La présidence n’a pas encore approuvé le procès-verbal.",
    ),
    CheckCode.MINUTES_COLLEGE: _college,
}
