import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from blocks.enums import Parameter
from blocks.french import count, day, join, number_word, typeset
from blocks.sentences import explanation, label_of, sentence, source_label
from blocks.sentences.rules import composition_in_words, rule_in_words
from blocks.services import STANDARD
from blocks.standard_file import parse
from rulebook.award import DecidedBlock, IssuanceFacts, judge_award, judge_issuance
from rulebook.composition import Composition, Requirement, judge_composition, judge_option_change, judge_options
from rulebook.jury import (
    DossierFacts,
    JuryComposition,
    MajorityRule,
    MemberFacts,
    QuorumRule,
    RecusalRule,
    SeatFacts,
    Tally,
    decide,
    judge_jury,
    judge_quorum,
    judge_recusal,
)
from rulebook.opinions import RatingSheet, derive_opinion, propose
from rulebook.outcomes import (
    AdmissibilityDecision,
    AdmissibilityStanding,
    Attendance,
    AwardOutcome,
    BallotChoice,
    BlockOutcome,
    ChannelCode,
    CollegeCode,
    EntryStanding,
    Opinion,
    Proposal,
    Rating,
    RecusalReason,
    RouteCode,
)
from rulebook.registration import Registration, judge_claim, judge_entry
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source

A_DAY, ANOTHER_DAY = date(2021, 8, 1), date(2021, 8, 7)
SOME_CODES = [(), ("BC4",), ("BC4", "BC5", "BC6")]
COUNTS = [0, 1, 7]
MOMENT = datetime(2021, 6, 14, 7, 0, tzinfo=UTC)

# The values that each fact takes, by its name; a check that reuses a name for another kind of fact has its own line.
VALUES: dict[str, Sequence] = {
    "opinion": [None, *Opinion],
    "attendance": list(Attendance),
    "proposal": list(Proposal),
    "channel": list(ChannelCode),
    "college": list(CollegeCode),
    "route": list(RouteCode),
    "reason": list(RecusalReason),
    "standing": list(EntryStanding),
    "award": list(AwardOutcome),
    "decision": [None, *BlockOutcome],
    "casting": [None, *BallotChoice],
    "block": ["BC4"],
    "channels": [(), (ChannelCode.PANEL,), tuple(ChannelCode)],
    "outcome": [None, *BlockOutcome],
    "number": [None, "2021-000042"],
    "evidence": ["attestation du 3 mars 2012"],
    **dict.fromkeys(["acquired", "partially_acquired", "not_acquired", "missing", "blocks"], SOME_CODES),
    **dict.fromkeys(["chosen", "repeated", "strangers", "decided"], SOME_CODES),
    **dict.fromkeys(["required", "offered"], SOME_CODES[1:]),
    **dict.fromkeys(["rated", "expected", "minimum", "lacking", "seated", "counted", "out_of"], COUNTS),
    **dict.fromkeys(["recused", "cast", "abstain", "needed"], COUNTS),
    **dict.fromkeys(["claims", "is_recused", "is_allowed"], (False, True)),
    **dict.fromkeys(["entered_on", "starts_on", "ends_on", "ordered_on", "published_on", "issued_on"], (A_DAY,)),
    **dict.fromkeys(["opens_on", "last_issue_on", "ratified_on", "complete_on"], (None, ANOTHER_DAY)),
    **dict.fromkeys(["on", "received_on", "decided_on", "deadline", "admitted_on"], (A_DAY,)),
    "arrived_at": [MOMENT - timedelta(hours=1), MOMENT + timedelta(hours=1), MOMENT + timedelta(days=8)],
    "opens_at": [MOMENT],
    "closes_at": [MOMENT + timedelta(days=7)],
    "approved": COUNTS,
    "sat": COUNTS,
    "days_left": COUNTS,
    "days": [-1, 0, 1, 9],
}
OWN_VALUES: dict[tuple[CheckCode, str], list] = {
    (CheckCode.COMPOSITION_BEYOND, "blocks"): SOME_CODES[1:],
    (CheckCode.COMPOSITION_OUTSIDE, "blocks"): SOME_CODES[1:],
    (CheckCode.COMPOSITION_OPTIONAL, "acquired"): [("BC6", "BC7")],
    (CheckCode.COMPOSITION_OPTIONAL, "offered"): [("BC6", "BC7", "BC8")],
    (CheckCode.OPTIONS_COUNT, "chosen"): COUNTS,
    (CheckCode.DECISION_MAJORITY, "acquired"): COUNTS,
    (CheckCode.DECISION_MAJORITY, "not_acquired"): COUNTS,
    (CheckCode.CLAIM_LAST_ISSUE, "last_issue_on"): [ANOTHER_DAY],
    (CheckCode.CLAIM_CONFIRMATION, "reason"): ["entré en 2022"],
    (CheckCode.DECISION_CASTING_UNUSED, "casting"): list(BallotChoice),
    (CheckCode.ADMISSIBILITY, "standing"): list(AdmissibilityStanding),
    (CheckCode.ADMISSIBILITY_DECISION, "decision"): list(AdmissibilityDecision),
    (CheckCode.ADMISSIBILITY_LATE, "decision"): list(AdmissibilityDecision),
}


def checks_of(code: CheckCode):
    """The check with every outcome and every combination of facts."""
    values = [OWN_VALUES.get((code, name), VALUES[name]) for name in code.facts]
    for facts, outcome in product(product(*values), CheckOutcome):
        yield Check(code, outcome, Source.SHEET, dict(zip(code.facts, facts, strict=True)))


@pytest.mark.parametrize("code", CheckCode, ids=str)
def test_every_check_has_a_sentence_whatever_its_facts(code):
    for check in checks_of(code):
        words = sentence(check)

        assert re.fullmatch(r"[A-ZÉÀ0-9].*[.]", words), words
        assert not re.search(r"[{}]|None|True|False|'|  |\(\)|: \.", words), words
        assert not re.search(r"[a-z]_[a-z]|\b(acquired|training|union|excused|absent_)\b|\d{4}-\d{2}-\d{2}", words), (
            words
        )
        assert not re.search(r" [:;?!»]|« |n° ", words), words  # spaces that would break


@pytest.mark.parametrize("code", CheckCode, ids=str)
def test_what_is_met_does_not_read_as_what_is_not(code):
    """Unless the facts themselves say which."""
    if not code.facts or code in {CheckCode.BALLOT}:
        checks = {check.outcome: sentence(check) for check in checks_of(code)}

        assert checks[CheckOutcome.MET] != checks[CheckOutcome.UNMET]


COMPOSITION = Composition(
    Requirement.all_of("BC1", "BC2", "BC3", "BC4", "BC5"), Requirement.at_least(2, "BC6", "BC7", "BC8")
)
ALL_MANDATORY = {"BC1", "BC2", "BC3", "BC4", "BC5"}
REGISTRATION = Registration(date(2018, 7, 30), date(2018, 8, 7), date(2015, 4, 14), date(2021, 8, 7))
QUORUM = QuorumRule(7, 13, frozenset({CollegeCode.UNION, CollegeCode.EMPLOYER}))


def seats(**present: int) -> list[SeatFacts]:
    colleges = [CollegeCode(college) for college, number in present.items() for _ in range(number)]
    return [SeatFacts(number, college, present=True) for number, college in enumerate(colleges)]


def sheet(**ratings: Rating | None) -> RatingSheet:
    return RatingSheet(Attendance.PRESENT, ratings)


def issuance(**facts) -> Check:
    given = {
        "composition": COMPOSITION,
        "grounds": (),
        "entry": judge_entry([REGISTRATION], date(2020, 9, 14)).answer,
        "issued_on": date(2022, 3, 1),
    } | facts
    return judge_issuance(IssuanceFacts(**given)).check


def said(check: Check) -> dict[str, str]:
    return {str(below.code): sentence(below).replace("\N{NO-BREAK SPACE}", " ") for below in check.walk()}


def decided(**facts) -> DecidedBlock:
    given = {
        "block": "BC4",
        "outcome": BlockOutcome.ACQUIRED,
        "session_sealed": True,
        "ratified_on": date(2022, 2, 1),
        "published": True,
    } | facts
    return DecidedBlock(**given)


ACQUIRED, PARTIALLY, NOT_ACQUIRED = Rating
TRAINING, COMPANY, PANEL = ChannelCode

SAID = {
    "every competency is acquired": (
        derive_opinion(sheet(C4=ACQUIRED, C5=ACQUIRED)).check,
        {
            "opinion": "L’évaluation donne un avis favorable.",
            "opinion.rated": "Les 2 compétences sont évaluées.",
            "opinion.ratings": "Niveaux donnés : C4 et C5 acquises.",
        },
    ),
    "competencies of every level": (
        derive_opinion(sheet(C8=ACQUIRED, C9=PARTIALLY, C10=NOT_ACQUIRED)).check,
        {
            "opinion": "L’évaluation donne un avis défavorable.",
            "opinion.ratings": "Niveaux donnés : C8 acquise ; C9 partiellement acquise ; C10 non acquise.",
        },
    ),
    "competencies left to rate": (
        derive_opinion(sheet(C8=ACQUIRED, C9=None, C10=None)).check,
        {
            "opinion": "L’avis est attendu : il se déduit des niveaux donnés à toutes les compétences.",
            "opinion.rated": "1 compétence évaluée sur 3 : il reste à évaluer C9 et C10.",
        },
    ),
    "channels that diverge": (
        propose(
            frozenset(ChannelCode), {TRAINING: Opinion.FAVOURABLE, COMPANY: Opinion.RESERVED, PANEL: Opinion.ABSENT}
        ).check,
        {
            "proposal": "Les voies requises divergent ou font des réserves : le jury discute de ce bloc.",
            "proposal.channel": "Le candidat était absent devant la commission d’évaluation.",
        },
    ),
    "a channel silent": (
        propose(frozenset({COMPANY}), {}).check,
        {
            "proposal": "Il manque l’avis d’une voie requise : le jury ne peut pas encore décider de ce bloc.",
            "proposal.channel": "L’avis du référent en entreprise est attendu.",
        },
    ),
    "blocks missing": (
        judge_composition(COMPOSITION, {"BC1", "BC3", "BC4", "BC6"}).check,
        {
            "composition": "Il manque des blocs pour composer la certification ; BC1, BC3, BC4 et BC6 sont acquis.",
            "composition.mandatory": "Il reste à acquérir les blocs obligatoires BC2 et BC5.",
            "composition.optional": "Il reste à acquérir 1 bloc optionnel parmi BC7 et BC8.",
        },
    ),
    "all eight blocks": (
        judge_composition(COMPOSITION, ALL_MANDATORY | {"BC6", "BC7", "BC8"}).check,
        {
            "composition.mandatory": "Les blocs obligatoires sont tous acquis : BC1, BC2, BC3, BC4 et BC5.",
            "composition.optional": "Le minimum de 2 blocs optionnels est atteint : BC6, BC7 et BC8 sont acquis.",
            "composition.beyond": (
                "BC6, BC7 et BC8 sont acquis, plus que le minimum de blocs optionnels : chacun a son attestation."
            ),
        },
    ),
    "one option, and a mandatory block": (
        judge_options(COMPOSITION, ["BC1"]).check,
        {
            "options": "Revoyez le choix des blocs optionnels : BC1.",
            "options.count": "Choisissez exactement 2 blocs optionnels (1 choisi).",
            "options.offered": "Choisissez parmi BC6, BC7 et BC8 : BC1 n’est pas un bloc optionnel.",
        },
    ),
    "an option already decided": (
        judge_option_change(COMPOSITION, ["BC6", "BC7"], ["BC7", "BC8"], {"BC6"}).check,
        {"options.undecided": "Un jury a déjà décidé de BC6 : le choix des blocs optionnels ne change plus."},
    ),
    "an entry registered": (
        judge_entry([REGISTRATION], date(2020, 9, 14)).check,
        {
            "entry": "L’entrée dans le parcours, le 14 septembre 2020, relève d’un enregistrement au RNCP.",
            "entry.registered": (
                "L’enregistrement en vigueur le 14 septembre 2020 vaut du 14 avril 2015 au 7 août 2021 "
                "(arrêté du 30 juillet 2018, Journal officiel du 7 août 2018)."
            ),
        },
    ),
    "an entry too early": (
        judge_entry([REGISTRATION], date(2015, 4, 13)).check,
        {
            "entry": "L’entrée dans le parcours, le 13 avril 2015, ne relève pas de cette certification.",
            "entry.title": (
                "Le parcours, commencé le 13 avril 2015, est antérieur au 14 avril 2015, premier jour de l’intitulé "
                "actuel : vérifiez la date d’entrée."
            ),
        },
    ),
    "an entry too late": (
        judge_entry([REGISTRATION], date(2021, 8, 8)).check,
        {
            "entry.unregistered": (
                "Aucun enregistrement au RNCP n’était en vigueur le 8 août 2021 : le certificat ne le mentionnera pas."
            )
        },
    ),
    "a claim that needs confirming": (
        judge_claim(judge_entry([REGISTRATION], date(2021, 8, 8)).answer, date(2022, 3, 1), "").check,
        {
            "claim": "Le certificat ne peut pas mentionner le RNCP.",
            "claim.confirmation": "Confirmez, avec un motif, que le certificat est délivré sans mention du RNCP.",
        },
    ),
    "a jury incomplete": (
        judge_jury(JuryComposition({CollegeCode.UNION: 5}), [CollegeCode.UNION] * 4).check,
        {
            "jury": "Revoyez la composition du jury : 4 membres pour 5 sièges.",
            "jury.college": "Organisations syndicales : 4 membres pour 5 sièges, désignez-en encore 1.",
        },
    ),
    "a quorum without the employers": (
        judge_quorum(QUORUM, seats(union=5, expert=2)).check,
        {
            "quorum": "Le quorum n’est pas atteint : un collège manque parmi les 7 membres comptés.",
            "quorum.count": "7 membres comptent pour le quorum : il en faut 7 sur 13.",
            "quorum.college": (
                "Le collège « CSCA » n’a aucun membre qui compte pour le quorum : il en faut au moins un."
            ),
        },
    ),
    "a quorum too small": (
        judge_quorum(QUORUM, seats(union=3, employer=3)).check,
        {"quorum": "Le quorum n’est pas atteint : 6 membres comptés, 7 exigés."},
    ),
    "a member who is tied": (
        judge_recusal(
            MemberFacts(1, CollegeCode.EXPERT, has_declared=True), DossierFacts(frozenset()), RecusalRule()
        ).check,
        {
            "recusal": "Le membre est déporté de ce dossier : il ne suit pas la délibération et n’y vote pas.",
            "recusal.tie": "Le membre a déclaré un conflit d’intérêts.",
        },
    ),
    "a majority": (
        decide(Tally(5, 2, 1), MajorityRule()).check,
        {
            "decision": "Le vote décide que le bloc est acquis.",
            "decision.majority": "5 pour, 2 contre, 1 abstention : la majorité, 4 voix, est atteinte.",
        },
    ),
    "a tie": (
        decide(Tally(3, 3, 0), MajorityRule()).check,
        {
            "decision": "Le vote ne décide pas encore de ce bloc.",
            "decision.casting": "Les voix sont à égalité : la voix prépondérante du président est attendue.",
        },
    ),
    "a full award": (
        judge_award(COMPOSITION, ALL_MANDATORY | {"BC6", "BC7"}).check,
        {"award": "Admission totale : BC1, BC2, BC3, BC4, BC5, BC6 et BC7 sont acquis."},
    ),
    "no award": (judge_award(COMPOSITION, set()).check, {"award": "Pas d’admission : aucun bloc n’est acquis."}),
    "a decision to ratify": (
        issuance(grounds=(decided(ratified_on=None, published=False),)),
        {
            "issuance": "Le certificat ne peut pas encore être délivré.",
            "grounds": "Les blocs acquis dont la certification a besoin ne le sont pas tous définitivement.",
            "block": "BC4 n’est pas encore acquis définitivement.",
            "ground.ratified": "La décision de la CPNEFP sur BC4 reste à enregistrer.",
            "ground.published": "Le résultat de BC4 reste à publier.",
        },
    ),
    "a decision after the issue": (
        issuance(grounds=(decided(ratified_on=date(2022, 3, 2)),)),
        {
            "ground.ratified": (
                "La CPNEFP décide de BC4 le 2 mars 2022 : la délivrance, prévue le 1er mars 2022, "
                "ne peut pas la précéder."
            )
        },
    ),
    "nothing acquired": (
        issuance(),
        {
            "award": "Pas d’admission : aucun bloc n’est acquis.",
            "composition": "Aucun bloc de la certification n’est encore acquis.",
            "composition.mandatory": "Il reste à acquérir les blocs obligatoires BC1, BC2, BC3, BC4 et BC5.",
            "composition.optional": "Il reste à acquérir 2 blocs optionnels parmi BC6, BC7 et BC8.",
            "grounds": "Aucun bloc acquis n’attend d’être définitif.",
        },
    ),
    "a certificate already": (
        issuance(live_certificate="2021-000042"),
        {
            "issuance.live": (
                "La personne détient déjà le certificat n° 2021-000042, valide : il n’y en a qu’un par personne."
            )
        },
    ),
}


@pytest.mark.parametrize(("check", "words"), SAID.values(), ids=SAID)
def test_it_says(check, words):
    sentences = said(check)

    assert {code: sentences[code] for code in words} == words


def test_an_explanation_is_the_tree_of_the_check():
    check = judge_entry([REGISTRATION], date(2020, 9, 14)).check

    explained = explanation(check)

    assert (explained.sentence, explained.outcome, explained.source) == (sentence(check), check.outcome, check.source)
    assert explained.source_label == "code du travail, L6113-9"
    assert [below.sentence for below in explained.checks] == [sentence(below) for below in check.checks]


@pytest.mark.parametrize(
    ("source", "reference", "label"),
    [
        (Source.SHEET, "", "fiche RNCP"),
        (Source.AGREEMENT, "art. 9", "accord du 26 octobre 2017, art. 9"),
        (Source.LAW, "L6113-9", "code du travail, L6113-9"),
        (Source.LAW, "code de l’éducation, R335-7", "code de l’éducation, R335-7"),
        (Source.DEFAULT, "", "à confirmer par la CSCA"),
    ],
)
def test_a_source_has_its_label(source, reference, label):
    assert label_of(source, reference) == label
    assert source_label(Check(CheckCode.BALLOT, CheckOutcome.MET, source, {}, reference=reference)) == label


def test_every_rule_of_the_standard_is_said():
    for key, rule in parse(STANDARD.read_bytes()).rules.items():
        words = rule_in_words(Parameter(key), list(rule.value) if isinstance(rule.value, tuple) else rule.value)

        assert re.fullmatch(r"[A-Z0-9].*\.", words), words
        assert not re.search(r"_|True|False|\bunion\b|acquired", words), words


@pytest.mark.parametrize("key", ["abstentions_count", "casting_vote", "proxies_allowed", "training_seat_votes_on_own"])
def test_a_rule_that_is_not_applied_reads_otherwise(key):
    assert rule_in_words(Parameter(key), True) != rule_in_words(Parameter(key), False)


def test_the_composition_is_said_in_one_sentence():
    assert composition_in_words(("BC1", "BC2"), 2, ("BC6", "BC7", "BC8")) == (
        "La certification entière demande tous les blocs BC1 et BC2, et au moins deux des blocs BC6, BC7 et BC8."
    )


@pytest.mark.parametrize(
    ("words", "joined"),
    [([], ""), (["BC1"], "BC1"), (["BC1", "BC2"], "BC1 et BC2"), (["BC1", "BC2", "BC3"], "BC1, BC2 et BC3")],
)
def test_codes_are_joined(words, joined):
    assert join(words) == joined


def test_french_counts_dates_and_spaces():
    assert [count(number, "bloc") for number in (0, 1, 2)] == ["0\xa0bloc", "1\xa0bloc", "2\xa0blocs"]
    assert [day(date(2021, 8, number)) for number in (1, 7)] == ["1er\xa0août 2021", "7\xa0août 2021"]
    assert [number_word(number) for number in (2, 12)] == ["deux", "12"]
    assert typeset("« BC1 » : n° 1 ; non ?") == "«\xa0BC1\xa0»\xa0: n°\xa01\xa0; non\xa0?"
