"""The French sentence of every check that the rules make: the same on pages, in lists, in refusals, in `explain`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from rulebook.outcomes import (
    Attendance,
    AwardOutcome,
    BallotChoice,
    BlockOutcome,
    ChannelCode,
    EntryStanding,
    Opinion,
    Proposal,
    RecusalReason,
)
from rulebook.verdict import Check, CheckCode, CheckOutcome, Fact, Source

from .enums import CollegeCode, RouteCode
from .french import capital, count, day, join, typeset

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """A check as people read it, with those it rests on; what `components/check.html` shows."""

    sentence: str
    outcome: CheckOutcome
    source: Source
    reference: str
    source_label: str
    checks: tuple["Explained", ...] = ()


def explanation(check: Check) -> Explained:
    return Explained(
        sentence=sentence(check),
        outcome=check.outcome,
        source=check.source,
        reference=check.reference,
        source_label=source_label(check),
        checks=tuple(explanation(below) for below in check.checks),
    )


def sentence(check: Check) -> str:
    """One sentence; when the check is not met, about what is left to do."""
    wording = _SENTENCES[check.code]
    if isinstance(wording, Wording):
        text = wording.of(check.outcome).format_map(
            {name: _in_french(name, fact) for name, fact in check.facts.items()}
        )
    else:
        text = wording(check.facts, check.outcome)
    return typeset(text)


def source_label(check: Check) -> str:
    return label_of(check.source, check.reference)


def label_of(source: str, reference: str = "") -> str:
    """« code du travail, L6113-9 », « à confirmer par la CSCA »"""
    return ", ".join(filter(None, [_SOURCES[Source(source)], reference]))


_SOURCES = {
    Source.SHEET: "fiche RNCP",
    Source.AGREEMENT: "accord du 26 octobre 2017",
    Source.LAW: "code du travail",
    Source.DEFAULT: "à confirmer par la CSCA",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence for each outcome, with the names of facts in braces. An outcome without words takes those before."""

    met: str
    unmet: str = ""
    unknown: str = ""
    noted: str = ""

    def of(self, outcome: CheckOutcome) -> str:
        if outcome in (CheckOutcome.MET, CheckOutcome.NOTED):
            return (self.noted if outcome == CheckOutcome.NOTED else "") or self.met
        return (self.unknown if outcome == CheckOutcome.UNKNOWN else "") or self.unmet or self.met


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


def _in_french(name: str, fact: Fact) -> str:
    match fact:
        case date():
            return day(fact)
        case tuple():
            return join(fact)
        case str() if name == "college":
            return str(CollegeCode(fact).label)
        case str() if name == "route":
            return str(RouteCode(fact).label)
    return str(fact)


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


def _composition(facts: Facts, outcome: CheckOutcome) -> str:
    acquired = facts["acquired"]
    if outcome == CheckOutcome.MET:
        return f"Les blocs acquis composent la certification : {join(acquired)}."
    if not acquired:
        return "Aucun bloc de la certification n’est encore acquis."
    return f"Il manque des blocs pour composer la certification ; {_is_acquired(acquired)}."


def _is_acquired(blocks: tuple[str, ...]) -> str:
    return f"{join(blocks)} {'sont acquis' if len(blocks) > 1 else 'est acquis'}"


def _composition_mandatory(facts: Facts, outcome: CheckOutcome) -> str:
    missing = facts["missing"]
    if not missing:
        return f"Les blocs obligatoires sont tous acquis : {join(facts['required'])}."
    blocks = "les blocs obligatoires" if len(missing) > 1 else "le bloc obligatoire"
    return f"Il reste à acquérir {blocks} {join(missing)}."


def _composition_optional(facts: Facts, outcome: CheckOutcome) -> str:
    if facts["lacking"] == 0:
        minimum = count(facts["minimum"], "bloc optionnel", "blocs optionnels")
        return f"Le minimum de {minimum} est atteint : {_is_acquired(facts['acquired'])}."
    remaining = [block for block in facts["offered"] if block not in facts["acquired"]]
    lacking = count(facts["lacking"], "bloc optionnel", "blocs optionnels")
    return f"Il reste à acquérir {lacking} parmi {join(remaining)}."


def _composition_outside(facts: Facts, outcome: CheckOutcome) -> str:
    blocks = facts["blocks"]
    entering = "n’entrent pas" if len(blocks) > 1 else "n’entre pas"
    return f"{capital(_is_acquired(blocks))}, mais {entering} dans cette certification."


def _options(facts: Facts, outcome: CheckOutcome) -> str:
    chosen = facts["chosen"]
    if not chosen:
        return "Les blocs optionnels restent à choisir."
    if outcome == CheckOutcome.MET:
        return f"Le choix des blocs optionnels convient : {join(chosen)}."
    return f"Revoyez le choix des blocs optionnels : {join(chosen)}."


def _options_count(facts: Facts, outcome: CheckOutcome) -> str:
    expected = count(facts["expected"], "bloc optionnel", "blocs optionnels")
    if outcome == CheckOutcome.MET:
        return f"Le nombre exigé de {expected} est choisi."
    return f"Choisissez exactement {expected} ({count(facts['chosen'], 'choisi')})."


def _options_distinct(facts: Facts, outcome: CheckOutcome) -> str:
    repeated = facts["repeated"]
    if not repeated:
        return "Chaque bloc optionnel est choisi une seule fois."
    chosen = "sont choisis" if len(repeated) > 1 else "est choisi"
    return f"Choisissez des blocs différents : {join(repeated)} {chosen} plusieurs fois."


def _options_offered(facts: Facts, outcome: CheckOutcome) -> str:
    offered, strangers = join(facts["offered"]), facts["strangers"]
    if not strangers:
        return f"Le choix se fait bien parmi {offered}."
    options = "ne sont pas des blocs optionnels" if len(strangers) > 1 else "n’est pas un bloc optionnel"
    return f"Choisissez parmi {offered} : {join(strangers)} {options}."


def _options_undecided(facts: Facts, outcome: CheckOutcome) -> str:
    decided = facts["decided"]
    if not decided:
        return "Aucun jury n’a encore décidé d’un bloc optionnel choisi."
    kept = "le choix reste le même" if outcome == CheckOutcome.MET else "le choix des blocs optionnels ne change plus"
    return f"Un jury a déjà décidé de {join(decided)} : {kept}."


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


def _jury_college(facts: Facts, outcome: CheckOutcome) -> str:
    seated, expected = facts["seated"], facts["expected"]
    college = capital(str(CollegeCode(facts["college"]).label))
    filled = f"{college} : {count(seated, 'membre')} pour {count(expected, 'siège')}"
    if seated == expected:
        return f"{filled}."
    left = f"désignez-en encore {expected - seated}" if seated < expected else f"retirez-en {seated - expected}"
    return f"{filled}, {left}."


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


_AWARDS = {
    AwardOutcome.FULL_AWARD: "Admission totale",
    AwardOutcome.PARTIAL_AWARD: "Admission partielle",
    AwardOutcome.NO_AWARD: "Pas d’admission",
}


def _award(facts: Facts, outcome: CheckOutcome) -> str:
    held = _is_acquired(facts["blocks"]) if facts["blocks"] else "aucun bloc n’est acquis"
    return f"{_AWARDS[facts['award']]} : {held}."


def _ground_ratified(facts: Facts, outcome: CheckOutcome) -> str:
    block, ratified_on = facts["block"], facts["ratified_on"]
    if ratified_on is None:
        return f"La décision de la CPNEFP sur {block} reste à enregistrer."
    if outcome == CheckOutcome.MET:
        return f"La CPNEFP a décidé de {block} le {day(ratified_on)}."
    issued_on = day(facts["issued_on"])
    return (
        f"La CPNEFP a décidé de {block} le {day(ratified_on)} : choisissez un jour de délivrance après le {issued_on}."
    )


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


_SENTENCES: Mapping[CheckCode, Wording | Callable[[Facts, CheckOutcome], str]] = {
    CheckCode.OPINION: _opinion,
    CheckCode.OPINION_ATTENDANCE: _opinion_attendance,
    CheckCode.OPINION_RATED: _opinion_rated,
    CheckCode.OPINION_RATINGS: _opinion_ratings,
    CheckCode.PROPOSAL: _proposal,
    CheckCode.PROPOSAL_CHANNEL: _proposal_channel,
    CheckCode.PROPOSAL_OUTSIDE_PLAN: _proposal_outside_plan,
    CheckCode.COMPOSITION: _composition,
    CheckCode.COMPOSITION_MANDATORY: _composition_mandatory,
    CheckCode.COMPOSITION_OPTIONAL: _composition_optional,
    CheckCode.COMPOSITION_BEYOND: Wording(
        "{blocks} sont acquis, plus que le minimum de blocs optionnels : chacun a son attestation."
    ),
    CheckCode.COMPOSITION_OUTSIDE: _composition_outside,
    CheckCode.OPTIONS: _options,
    CheckCode.OPTIONS_COUNT: _options_count,
    CheckCode.OPTIONS_DISTINCT: _options_distinct,
    CheckCode.OPTIONS_OFFERED: _options_offered,
    CheckCode.OPTIONS_UNDECIDED: _options_undecided,
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
    CheckCode.JURY: Wording(
        met="Le jury est complet : {seated} membres pour {expected} sièges.",
        unmet="Revoyez la composition du jury : {seated} membres pour {expected} sièges.",
    ),
    CheckCode.JURY_COLLEGE: _jury_college,
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
    CheckCode.DECISION: _decision,
    CheckCode.DECISION_VOTES: _decision_votes,
    CheckCode.DECISION_MAJORITY: _decision_majority,
    CheckCode.DECISION_CASTING: _decision_casting,
    CheckCode.DECISION_CASTING_UNUSED: Wording(
        "Les voix ne sont pas à égalité : la voix prépondérante du président ne sert pas."
    ),
    CheckCode.AWARD: _award,
    CheckCode.GROUNDS: Wording(
        met="Tous les blocs nécessaires sont acquis définitivement.",
        unmet="Des blocs nécessaires ne sont pas encore acquis définitivement.",
    ),
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
        met="{block} est acquis sur justificatif : {evidence}.", unmet="Le justificatif de {block} reste à indiquer."
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
