"""Who sits, who counts, who may vote, and what the votes decide."""

from collections.abc import Mapping

from rulebook.outcomes import BallotChoice, BlockOutcome, RecusalReason
from rulebook.verdict import CheckCode, CheckOutcome

from ..enums import CollegeCode
from ..french import capital, count, moment
from .wording import Facts, Say, Wording


def _jury(facts: Facts, outcome: CheckOutcome) -> str:
    seated = f"{count(facts['seated'], 'membre')} pour {count(facts['expected'], 'siège')}"
    return f"{'Le jury est complet' if outcome == CheckOutcome.MET else 'Revoyez la composition du jury'} : {seated}."


def _jury_college(facts: Facts, outcome: CheckOutcome) -> str:
    seated, expected = facts["seated"], facts["expected"]
    college = capital(str(CollegeCode(facts["college"]).label))
    filled = f"{college} : {count(seated, 'membre')} pour {count(expected, 'siège')}"
    if seated == expected:
        return f"{filled}."
    left = f"désignez-en encore {expected - seated}" if seated < expected else f"retirez-en {seated - expected}"
    return f"{filled}, {left}."


def _convening(facts: Facts, outcome: CheckOutcome) -> str:
    days, asked = facts["days"], f"le référentiel en demande {facts['minimum']}"
    if outcome == CheckOutcome.MET:
        return f"La session se tient dans {count(days, 'jour')} : {asked}."
    if days > 0:
        return f"La session se tient dans {count(days, 'jour')} seulement : {asked}."
    return f"Le jour de la session est {'aujourd’hui' if days == 0 else 'passé'} : {asked} d’avance."


def _quorum(facts: Facts, outcome: CheckOutcome) -> str:
    counted, minimum = count(facts["counted"], "membre compté", "membres comptés"), facts["minimum"]
    if outcome == CheckOutcome.MET:
        return f"Le quorum est atteint : {counted}, {minimum} exigés."
    if facts["counted"] < minimum:
        return f"Le quorum n’est pas atteint : {counted}, {minimum} exigés."
    return f"Le quorum n’est pas atteint : un collège manque parmi les {counted}."


def _quorum_count(facts: Facts, outcome: CheckOutcome) -> str:
    needed = f"il en faut {facts['minimum']} sur {facts['out_of']}"
    recused = f", {count(facts['recused'], 'présent déporté', 'présents déportés')} à part" if facts["recused"] else ""
    counting = "compte" if facts["counted"] < 2 else "comptent"
    return f"{count(facts['counted'], 'membre')} {counting} pour le quorum{recused} : {needed}."


def _quorum_college(facts: Facts, outcome: CheckOutcome) -> str:
    college = CollegeCode(facts["college"]).label
    if facts["counted"]:
        return f"Le collège « {college} » compte {count(facts['counted'], 'membre')} pour le quorum."
    return f"Le collège « {college} » n’a aucun membre qui compte pour le quorum : il en faut au moins un."


def _recusal(facts: Facts, outcome: CheckOutcome) -> str:
    if facts["is_recused"]:
        return "Le membre est déporté de ce dossier : il ne suit pas la délibération et n’y vote pas."
    return "Rien n’empêche le membre de siéger sur ce dossier."


_TIES = {
    RecusalReason.SIGNED_EVALUATION: ("a signé une évaluation du candidat", "n’a signé aucune évaluation du candidat"),
    RecusalReason.EMPLOYER: (
        "appartient ou a appartenu à l’entreprise du candidat",
        "n’appartient et n’a appartenu à aucune entreprise du candidat",
    ),
    RecusalReason.REFERENT: (
        "est ou a été le référent du candidat",
        "n’est pas et n’a pas été le référent du candidat",
    ),
    RecusalReason.TRAINER: ("est ou a été formateur du candidat", "n’est pas et n’a pas été formateur du candidat"),
    RecusalReason.OWN_ORGANISATION: (
        "représente l’organisme de formation du candidat",
        "ne représente pas l’organisme de formation du candidat",
    ),
    RecusalReason.DECLARED: ("a déclaré un conflit d’intérêts", "n’a déclaré aucun conflit d’intérêts"),
}


def _recusal_tie(facts: Facts, outcome: CheckOutcome) -> str:
    tied, free = _TIES[facts["reason"]]
    return f"Le membre {free if outcome == CheckOutcome.MET else tied}."


def _recusal_allowed(facts: Facts, outcome: CheckOutcome) -> str:
    tied, _ = _TIES[facts["reason"]]
    return f"Le membre {tied}, mais le référentiel lui permet de voter."


_DECISIONS = {
    None: "Le vote ne décide pas encore de ce bloc.",
    BlockOutcome.ACQUIRED: "Le vote décide que le bloc est acquis.",
    BlockOutcome.NOT_ACQUIRED: "Le vote décide que le bloc n’est pas acquis.",
    BlockOutcome.DEFERRED: "Le bloc est ajourné : il revient devant un jury.",
}


def _decision(facts: Facts, outcome: CheckOutcome) -> str:
    return _DECISIONS[facts["decision"]]


def _decision_votes(facts: Facts, outcome: CheckOutcome) -> str:
    abstentions = count(facts["abstain"], "abstention")
    if not facts["cast"]:
        return f"Personne n’a voté pour ou contre ({abstentions}) : votez de nouveau."
    return f"{count(facts['cast'], 'voix exprimée', 'voix exprimées')}, {abstentions}."


def _decision_majority(facts: Facts, outcome: CheckOutcome) -> str:
    abstentions = count(facts["abstain"], "abstention")
    votes = f"{facts['acquired']} pour, {facts['not_acquired']} contre, {abstentions}"
    needed = count(facts["needed"], "voix", "voix")
    if outcome == CheckOutcome.MET:
        return f"{votes} : la majorité, {needed}, est atteinte."
    return f"{votes} : la majorité, {needed}, n’est pas atteinte, votez de nouveau."


def _ballot_window(facts: Facts, outcome: CheckOutcome) -> str:
    arrived = f"Votre vote est arrivé le {moment(facts['arrived_at'])}"
    if outcome == CheckOutcome.MET:
        return f"{arrived}, avant la clôture du {moment(facts['closes_at'])}."
    if facts["arrived_at"] < facts["opens_at"]:
        return f"{arrived} : le vote par écrit s’ouvre le {moment(facts['opens_at'])}."
    return f"{arrived} : le vote par écrit s’est clos le {moment(facts['closes_at'])}."


_CASTINGS = {
    None: "la voix prépondérante du président est attendue",
    BallotChoice.ACQUIRED: "la voix prépondérante du président est pour l’acquisition",
    BallotChoice.NOT_ACQUIRED: "la voix prépondérante du président est contre l’acquisition",
    BallotChoice.ABSTAIN: "le président s’abstient, sa voix prépondérante est attendue",
}


def _decision_casting(facts: Facts, outcome: CheckOutcome) -> str:
    if not facts["is_allowed"]:
        return "Les voix sont à égalité et le président n’a pas de voix prépondérante : votez de nouveau."
    return f"Les voix sont à égalité : {_CASTINGS[facts['casting']]}."


SENTENCES: Mapping[CheckCode, Say] = {
    CheckCode.JURY: _jury,
    CheckCode.JURY_COLLEGE: _jury_college,
    CheckCode.CONVENING: _convening,
    CheckCode.QUORUM: _quorum,
    CheckCode.QUORUM_COUNT: _quorum_count,
    CheckCode.QUORUM_COLLEGE: _quorum_college,
    CheckCode.RECUSAL: _recusal,
    CheckCode.RECUSAL_TIE: _recusal_tie,
    CheckCode.RECUSAL_ALLOWED: _recusal_allowed,
    CheckCode.BALLOT: Wording(
        met="Le membre peut voter sur ce bloc.", unmet="Le membre ne peut pas voter sur ce bloc pour le moment."
    ),
    CheckCode.BALLOT_OPEN: Wording(
        met="Le vote sur ce bloc est ouvert.",
        unmet="Le vote sur ce bloc n’est pas ouvert : c’est le président qui l’ouvre.",
    ),
    CheckCode.BALLOT_MEMBER: Wording(met="Le votant siège dans ce jury.", unmet="Le votant ne siège pas dans ce jury."),
    CheckCode.BALLOT_PRESENT: Wording(
        met="Le membre est présent.",
        unmet="Le membre n’est pas noté présent : demandez au président de corriger l’émargement.",
    ),
    CheckCode.BALLOT_NOT_RECUSED: Wording(
        met="Le membre n’est pas déporté de ce dossier.", unmet="Le membre est déporté de ce dossier : il n’y vote pas."
    ),
    CheckCode.BALLOT_QUORATE: Wording(
        met="Le quorum de ce dossier est atteint.",
        unmet="Le quorum de ce dossier n’est pas atteint : attendez d’autres membres.",
    ),
    CheckCode.BALLOT_WINDOW: _ballot_window,
    CheckCode.DECISION: _decision,
    CheckCode.DECISION_VOTES: _decision_votes,
    CheckCode.DECISION_MAJORITY: _decision_majority,
    CheckCode.DECISION_CASTING: _decision_casting,
    CheckCode.DECISION_CASTING_UNUSED: Wording(
        "Les voix ne sont pas à égalité : la voix prépondérante du président ne sert pas."
    ),
}
