"""A refused block evaluated again: what opens it, what does not yet."""

from collections.abc import Mapping

from rulebook.outcomes import BlockOutcome
from rulebook.verdict import CheckCode, CheckOutcome

from ..enums import ChannelCode
from ..french import join
from .wording import Facts, Say, Wording


def _channels(facts: Facts) -> str:
    return join([str(ChannelCode(code).label) for code in facts["channels"]])


def _resit(facts: Facts, outcome: CheckOutcome) -> str:
    if outcome == CheckOutcome.MET and facts["channels"]:
        return f"{facts['block']} s’ouvre au rattrapage : {_channels(facts)}."
    return f"{facts['block']} ne s’ouvre pas au rattrapage."


_OUTCOMES = {
    None: "n’est pas encore décidé",
    BlockOutcome.ACQUIRED: "est acquis",
    BlockOutcome.NOT_ACQUIRED: "est refusé par le jury",
    BlockOutcome.DEFERRED: "est renvoyé au jury par la CPNEFP, sur les mêmes évaluations",
}


def _refused(facts: Facts, outcome: CheckOutcome) -> str:
    return f"{facts['block']} {_OUTCOMES[facts['outcome']]}."


def _planned(facts: Facts, outcome: CheckOutcome) -> str:
    if not facts["channels"]:
        return "Le référentiel ne désigne aucune voie à évaluer de nouveau : complétez-le."
    return f"Un bloc refusé est évalué de nouveau par : {_channels(facts)}."


def _closed(facts: Facts, outcome: CheckOutcome) -> str:
    if not facts["channels"]:
        return "Le rattrapage est déjà ouvert."
    return f"Le rattrapage reste à ouvrir : {_channels(facts)}."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.RESIT: _resit,
    CheckCode.RESIT_REFUSED: _refused,
    CheckCode.RESIT_PUBLISHED: Wording(
        met="La décision sur {block} est publiée.", unmet="La décision sur {block} n’est pas publiée."
    ),
    CheckCode.RESIT_NOT_HELD: Wording(
        met="Le candidat ne détient pas {block}.", unmet="Le candidat détient déjà {block}."
    ),
    CheckCode.RESIT_CANDIDATE: Wording(
        met="Le candidat poursuit son parcours.", unmet="Le candidat a abandonné : rien ne s’évalue de nouveau."
    ),
    CheckCode.RESIT_CHANNELS: _planned,
    CheckCode.RESIT_CLOSED: _closed,
}
