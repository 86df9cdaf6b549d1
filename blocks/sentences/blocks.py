"""The blocks that make the certification, and the choice of the optional ones."""

from collections.abc import Mapping

from rulebook.verdict import CheckCode, CheckOutcome

from ..french import capital, count, join
from .wording import Facts, Say, Wording, are_acquired


def _composition(facts: Facts, outcome: CheckOutcome) -> str:
    acquired = facts["acquired"]
    if not acquired:
        return "Aucun bloc de la certification n’est encore acquis."
    if outcome == CheckOutcome.MET:
        return f"Les blocs acquis composent la certification : {join(acquired)}."
    return f"Il manque des blocs pour composer la certification ; {are_acquired(acquired)}."


def _composition_mandatory(facts: Facts, outcome: CheckOutcome) -> str:
    missing = facts["missing"]
    if not missing:
        return f"Les blocs obligatoires sont tous acquis : {join(facts['required'])}."
    blocks = "les blocs obligatoires" if len(missing) > 1 else "le bloc obligatoire"
    return f"Il reste à acquérir {blocks} {join(missing)}."


def _composition_optional(facts: Facts, outcome: CheckOutcome) -> str:
    if facts["lacking"] == 0:
        minimum = count(facts["minimum"], "bloc optionnel", "blocs optionnels")
        return f"Le minimum de {minimum} est atteint : {are_acquired(facts['acquired'])}."
    remaining = [block for block in facts["offered"] if block not in facts["acquired"]]
    lacking = count(facts["lacking"], "bloc optionnel", "blocs optionnels")
    return f"Il reste à acquérir {lacking} parmi {join(remaining)}."


def _composition_outside(facts: Facts, outcome: CheckOutcome) -> str:
    blocks = facts["blocks"]
    entering = "n’entrent pas" if len(blocks) > 1 else "n’entre pas"
    return f"{capital(are_acquired(blocks))}, mais {entering} dans cette certification."


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


SENTENCES: Mapping[CheckCode, Say] = {
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
}
