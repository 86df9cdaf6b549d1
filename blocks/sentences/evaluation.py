"""What a channel thinks of a block, and what the channels propose to the jury."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.outcomes import Attendance, ChannelCode, Opinion, Proposal
from rulebook.verdict import CheckCode, CheckOutcome

from ..french import capital, count, join
from .wording import Facts, Say


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with its article, alone and after « de »."""

    the: str
    of_the: str


_CHANNELS = {
    ChannelCode.TRAINING: Noun("l’organisme de formation", "de l’organisme de formation"),
    ChannelCode.COMPANY: Noun("le référent en entreprise", "du référent en entreprise"),
    ChannelCode.PANEL: Noun("la commission d’évaluation", "de la commission d’évaluation"),
}
_OPINIONS = {
    Opinion.FAVOURABLE: "avis favorable",
    Opinion.RESERVED: "avis réservé",
    Opinion.UNFAVOURABLE: "avis défavorable",
    Opinion.ABSENT: "constat d’absence",
    Opinion.EXCUSED: "constat d’absence excusée",
}


def _opinion(facts: Facts, outcome: CheckOutcome) -> str:
    match facts["opinion"]:
        case None:
            return "L’avis est attendu : il se déduit des niveaux donnés à toutes les compétences."
        case Opinion.ABSENT:
            return "Le candidat était absent : la voie ne donne pas d’avis sur le bloc."
        case Opinion.EXCUSED:
            return "L’avis est attendu : le candidat, excusé, sera évalué un autre jour."
        case opinion:
            return f"L’évaluation donne un {_OPINIONS[opinion]}."


_ATTENDANCES = {
    Attendance.PRESENT: "Le candidat a été évalué.",
    Attendance.ABSENT: "Le candidat était absent.",
    Attendance.EXCUSED: "Le candidat était excusé : fixez une nouvelle date d’évaluation.",
}


def _opinion_attendance(facts: Facts, outcome: CheckOutcome) -> str:
    return _ATTENDANCES[facts["attendance"]]


def _opinion_rated(facts: Facts, outcome: CheckOutcome) -> str:
    rated, expected, missing = facts["rated"], facts["expected"], facts["missing"]
    if missing:
        so_far = f"{count(rated, 'compétence évaluée', 'compétences évaluées')} sur {expected}"
        return f"{so_far} : il reste à évaluer {join(missing)}."
    return "La compétence du bloc est évaluée." if expected == 1 else f"Les {expected} compétences sont évaluées."


def _opinion_ratings(facts: Facts, outcome: CheckOutcome) -> str:
    levels = (
        (facts["acquired"], "acquise", "acquises"),
        (facts["partially_acquired"], "partiellement acquise", "partiellement acquises"),
        (facts["not_acquired"], "non acquise", "non acquises"),
    )
    given = [f"{join(codes)} {many if len(codes) > 1 else one}" for codes, one, many in levels if codes]
    return f"Niveaux donnés : {' ; '.join(given) or 'aucun'}."


_PROPOSALS = {
    Proposal.ACQUIRED: "Les voies requises sont toutes favorables : le bloc est proposé comme acquis.",
    Proposal.NOT_ACQUIRED: "Les voies requises sont toutes défavorables : le bloc est proposé comme non acquis.",
    Proposal.TO_DISCUSS: "Les voies requises divergent ou font des réserves : le jury discute de ce bloc.",
    Proposal.INCOMPLETE: "Il manque l’avis d’une voie requise : le jury ne peut pas encore décider de ce bloc.",
}


def _proposal(facts: Facts, outcome: CheckOutcome) -> str:
    return _PROPOSALS[facts["proposal"]]


def _proposal_channel(facts: Facts, outcome: CheckOutcome) -> str:
    channel, opinion = _CHANNELS[facts["channel"]], facts["opinion"]
    match opinion:
        case None:
            return f"L’avis {channel.of_the} est attendu."
        case Opinion.ABSENT:
            return f"Le candidat était absent devant {channel.the}."
        case Opinion.EXCUSED:
            return f"Le candidat était excusé devant {channel.the} : une nouvelle date est à fixer."
    return capital(f"{channel.the} donne un {_OPINIONS[opinion]}.")


def _proposal_outside_plan(facts: Facts, outcome: CheckOutcome) -> str:
    channel, opinion = _CHANNELS[facts["channel"]], facts["opinion"]
    given = _OPINIONS[opinion] if opinion else "avis"
    return f"La voie d’accès ne requiert pas l’évaluation {channel.of_the} : son {given} ne compte pas."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.OPINION: _opinion,
    CheckCode.OPINION_ATTENDANCE: _opinion_attendance,
    CheckCode.OPINION_RATED: _opinion_rated,
    CheckCode.OPINION_RATINGS: _opinion_ratings,
    CheckCode.PROPOSAL: _proposal,
    CheckCode.PROPOSAL_CHANNEL: _proposal_channel,
    CheckCode.PROPOSAL_OUTSIDE_PLAN: _proposal_outside_plan,
}
