"""Each check says where its rule comes from: the sheet, the agreement, the law, or our own default."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest

import rulebook
from rulebook.admissibility import AdmissibilityFacts, judge_admissibility
from rulebook.award import (
    DecidedBlock,
    IssuanceFacts,
    RecordedBlock,
    StatementFacts,
    judge_block_statement,
    judge_issuance,
)
from rulebook.composition import judge_composition, judge_option_change
from rulebook.convening import ConveningRule, judge_notice
from rulebook.jury import (
    BallotFacts,
    DossierFacts,
    MajorityRule,
    MemberFacts,
    RecusalRule,
    Tally,
    VotingWindow,
    WrittenBallotFacts,
    decide,
    judge_ballot,
    judge_jury,
    judge_quorum,
    judge_recusal,
    judge_written_ballot,
)
from rulebook.minutes import ApprovalFacts, judge_approvals
from rulebook.opinions import RatingSheet, derive_opinion, propose
from rulebook.outcomes import (
    AdmissibilityDecision,
    Attendance,
    BallotChoice,
    BlockOutcome,
    ChannelCode,
    CollegeCode,
    Opinion,
    Rating,
    RouteCode,
)
from rulebook.registration import Registration, judge_entry
from rulebook.resit import ResitFacts, judge_resit
from rulebook.routes import EnrolmentFacts, judge_enrolment
from rulebook.verdict import CheckCode, Source

from .rncp31395 import (
    BLOCKS,
    COMPOSITION,
    JURY,
    QUORUM,
    REGISTRATION_2018,
    REGISTRATIONS,
    ROUTES,
    SEATS,
    STANDARD,
    VAE_PLAN,
    VAE_REPLY,
)

NOON = datetime(2021, 9, 1, 12, tzinfo=UTC)
TODAY, LATE = date(2021, 9, 1), date(2021, 11, 2)
SEALED = DecidedBlock("BC1", BlockOutcome.ACQUIRED, session_sealed=True, ratified_on=TODAY, published=True)
LAST_ISSUE = replace(REGISTRATION_2018, last_issue_on=date(2021, 8, 31))
ENROLMENT = EnrolmentFacts(
    route=ROUTES[RouteCode.VAE],
    entered_on=TODAY,
    needs_organisation=False,
    composition=COMPOSITION,
    registrations=REGISTRATIONS,
    options=("BC6", "BC7"),
)
ISSUANCE = IssuanceFacts(
    composition=COMPOSITION,
    grounds=(SEALED, RecordedBlock("BC2", "PV 2012-3")),
    entry=judge_entry([LAST_ISSUE], date(2020, 9, 1)).answer,
    issued_on=TODAY,
)
MEMBER = MemberFacts(user=1, college=CollegeCode.TRAINING, organisations=frozenset({2}))

VERDICTS = [
    derive_opinion(RatingSheet(Attendance.PRESENT, {"C1": Rating.ACQUIRED})),
    propose(VAE_PLAN, dict.fromkeys(ChannelCode, Opinion.FAVOURABLE)),
    judge_composition(COMPOSITION, BLOCKS | {"XX1"}),
    judge_option_change(COMPOSITION, ["BC6", "BC7"], ["BC6", "BC8"], frozenset()),
    judge_entry(REGISTRATIONS, date(2020, 9, 1)),
    judge_admissibility(AdmissibilityFacts(TODAY, TODAY), VAE_REPLY, TODAY),
    judge_admissibility(AdmissibilityFacts(TODAY, TODAY, AdmissibilityDecision.ADMISSIBLE, TODAY), VAE_REPLY, TODAY),
    judge_admissibility(AdmissibilityFacts(TODAY, TODAY, AdmissibilityDecision.INADMISSIBLE, LATE), VAE_REPLY, LATE),
    judge_enrolment(ENROLMENT),
    judge_enrolment(replace(ENROLMENT, needs_organisation=True)),
    judge_jury(JURY, SEATS),
    judge_notice(ConveningRule(15), convened_on=TODAY, held_on=LATE),
    judge_quorum(QUORUM, []),
    judge_recusal(MEMBER, DossierFacts(assessors=frozenset(), organisation=2), RecusalRule(True)),
    judge_ballot(BallotFacts(True, True, True, True, True)),
    judge_written_ballot(WrittenBallotFacts(True, True, True, NOON), VotingWindow(NOON, NOON + timedelta(days=7))),
    judge_approvals([ApprovalFacts(CollegeCode.UNION, False, True)]),
    decide(Tally(1, 1, 0), MajorityRule()),
    decide(Tally(2, 1, 0), MajorityRule(), BallotChoice.ACQUIRED),
    judge_resit(ResitFacts("BC1", BlockOutcome.NOT_ACQUIRED, True, False, False, VAE_PLAN, VAE_PLAN), STANDARD.resit),
    judge_issuance(ISSUANCE),
    judge_block_statement(StatementFacts("BC1", (SEALED,), TODAY)),
]

SHEET = ("composition", "options", "entry.title", "jury", "award", "statement")
SHEET += ("resit.not_held", "enrolment", "enrolment.accreditation", "enrolment.blocks")
AGREEMENT = ("resit.refused", "resit.published", "issuance", "grounds", "ground", "block")
LAW = ("entry", "claim", "issuance.entry", "issuance.wording", "admissibility")
DEFAULT = ("opinion", "proposal", "quorum", "recusal", "ballot", "decision", "ground.sealed", "ground.published")
DEFAULT += ("options.undecided", "claim.confirmation", "enrolment.route", "enrolment.no_organisation")
DEFAULT += ("convening", "minutes", "resit", "ground.recorded", "issuance.live", "statement.live")
ORIGINS = {
    origin: source
    for source, origins in zip(Source, (SHEET, AGREEMENT, LAW, DEFAULT), strict=True)
    for origin in origins
}
REFERENCES = {Source.LAW: "L6113-9", Source.AGREEMENT: "art. 9"}
OWN_REFERENCES = {"admissibility": VAE_REPLY.reference}


def origin(code):
    """The code's own source, or its family's."""
    return ORIGINS.get(code.value) or ORIGINS[family(code)]


def family(code):
    return code.value.partition(".")[0]


@pytest.mark.parametrize("code", CheckCode)
def test_a_check_tells_its_source_and_its_article(code):
    made = {check for verdict in VERDICTS for check in map(summary, verdict.check.walk()) if check[0] == code}

    assert made == {(code, origin(code), OWN_REFERENCES.get(family(code), REFERENCES.get(origin(code), "")))}


def summary(check):
    return check.code, check.source, check.reference


def test_a_rule_that_another_standard_takes_elsewhere_says_so():
    quorum = judge_quorum(replace(QUORUM, source=Source.AGREEMENT), []).check
    decision = decide(Tally(1, 1, 0), MajorityRule(source=Source.AGREEMENT)).check

    assert {check.source for tree in (quorum, decision) for check in tree.walk()} == {Source.AGREEMENT}


def test_what_the_rules_are_given_cannot_change_under_them():
    modules = [import_module(f"rulebook.{module.name}") for module in iter_modules(rulebook.__path__)]
    classes = {value for module in modules for value in vars(module).values() if is_dataclass(value)}

    loose = [cls.__name__ for cls in classes if not cls.__dataclass_params__.frozen or "__dict__" in dir(cls)]

    assert Registration in classes
    assert all(fields(cls) for cls in classes)
    assert loose == []
