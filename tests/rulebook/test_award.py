from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.award import (
    DecidedBlock,
    IssuanceFacts,
    RecordedBlock,
    StatementFacts,
    favourable_blocks,
    judge_award,
    judge_block_statement,
    judge_issuance,
    standing_blocks,
)
from rulebook.outcomes import AwardOutcome, BlockOutcome, EntryStanding
from rulebook.registration import EntryAnswer
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import BLOCKS, COMPOSITION, MANDATORY, OPTIONAL, REGISTRATION_2018

FULL, PARTIAL, NONE = AwardOutcome
RATIFIED_ON, ISSUED_ON = date(2021, 6, 10), date(2021, 6, 24)
SEVEN = [*sorted(MANDATORY), "BC6", "BC7"]


@pytest.mark.parametrize(
    ("acquired", "award"),
    [
        pytest.param(MANDATORY | {"BC6", "BC8"}, FULL, id="all-mandatory-and-two-options"),
        pytest.param(BLOCKS, FULL, id="all-eight"),
        pytest.param(BLOCKS - {"BC2"}, PARTIAL, id="any-seven-is-not-enough"),
        pytest.param(MANDATORY, PARTIAL, id="no-option"),
        pytest.param({"BC8"}, PARTIAL, id="one-block"),
        pytest.param(set(), NONE, id="nothing"),
        pytest.param({"XX1"}, NONE, id="a-block-of-another-certification"),
    ],
)
def test_what_is_awarded(acquired, award):
    verdict = judge_award(COMPOSITION, acquired)

    assert verdict.answer == award
    assert verdict.check.facts["award"] == award
    assert verdict.check.is_met is (award == FULL)
    assert (verdict.reasons == ()) == (award == FULL)


def test_an_award_lists_the_blocks_held_and_what_is_missing():
    verdict = judge_award(COMPOSITION, {"BC3", "BC1", "XX1"})

    assert verdict.check.facts == {"award": PARTIAL, "blocks": ("BC1", "BC3")}
    assert [reason.code for reason in verdict.reasons] == [
        CheckCode.COMPOSITION_MANDATORY,
        CheckCode.COMPOSITION_OPTIONAL,
    ]


RANKS = {NONE: 0, PARTIAL: 1, FULL: 2}


@given(st.frozensets(st.sampled_from(sorted(BLOCKS))), st.sampled_from(sorted(BLOCKS)))
def test_acquiring_a_block_never_makes_an_award_worse(acquired, block):
    before, after = judge_award(COMPOSITION, acquired), judge_award(COMPOSITION, acquired | {block})

    assert RANKS[after.answer] >= RANKS[before.answer]


def decided(block, **changes):
    final = DecidedBlock(block, BlockOutcome.ACQUIRED, session_sealed=True, ratified_on=RATIFIED_ON, published=True)
    return replace(final, **changes)


def grounds(*but, without=()):
    """Seven final decisions, but for those given."""
    replaced = {ground.block for ground in but}
    return (*(decided(block) for block in SEVEN if block not in replaced | set(without)), *but)


READY = IssuanceFacts(
    composition=COMPOSITION,
    grounds=grounds(),
    entry=EntryAnswer(EntryStanding.REGISTERED, REGISTRATION_2018),
    issued_on=ISSUED_ON,
)
UNREGISTERED = EntryAnswer(EntryStanding.UNREGISTERED)
CLOSED_REGISTRATION = replace(REGISTRATION_2018, last_issue_on=date(2021, 6, 23))


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        pytest.param({}, [], id="ready"),
        pytest.param({"grounds": grounds(without=["BC4"])}, [CheckCode.COMPOSITION_MANDATORY], id="a-block-missing"),
        pytest.param({"grounds": grounds(without=["BC7"])}, [CheckCode.COMPOSITION_OPTIONAL], id="an-option-missing"),
        pytest.param(
            {"grounds": grounds(decided("BC4", outcome=BlockOutcome.NOT_ACQUIRED))},
            [CheckCode.COMPOSITION_MANDATORY],
            id="a-decision-against",
        ),
        pytest.param(
            {"grounds": grounds(decided("BC4", outcome=BlockOutcome.DEFERRED))},
            [CheckCode.COMPOSITION_MANDATORY],
            id="sent-back-by-the-cpnefp",
        ),
        pytest.param(
            {"grounds": grounds(decided("BC4", session_sealed=False, ratified_on=None, published=False))},
            [CheckCode.GROUND_SEALED, CheckCode.GROUND_RATIFIED, CheckCode.GROUND_PUBLISHED],
            id="only-voted",
        ),
        pytest.param(
            {"grounds": grounds(decided("BC4", ratified_on=None, published=False))},
            [CheckCode.GROUND_RATIFIED, CheckCode.GROUND_PUBLISHED],
            id="art-9-the-cpnefp-decides",
        ),
        pytest.param(
            {"grounds": grounds(decided("BC4", session_sealed=False))}, [CheckCode.GROUND_SEALED], id="not-sealed"
        ),
        pytest.param(
            {"grounds": grounds(decided("BC4", published=False))}, [CheckCode.GROUND_PUBLISHED], id="not-published"
        ),
        pytest.param({"issued_on": RATIFIED_ON}, [], id="issued-on-the-day-of-the-decision"),
        pytest.param(
            {"grounds": grounds(decided("BC4", ratified_on=date(2021, 6, 25)))},
            [CheckCode.GROUND_RATIFIED],
            id="issued-before-the-decision",
        ),
        pytest.param({"grounds": grounds(RecordedBlock("BC1", "PV 2012-3"))}, [], id="a-recorded-block"),
        pytest.param(
            {"grounds": grounds(RecordedBlock("BC1", "  "))},
            [CheckCode.GROUND_RECORDED],
            id="recorded-without-evidence",
        ),
        pytest.param(
            {"grounds": (*grounds(), decided("BC4", outcome=BlockOutcome.NOT_ACQUIRED))},
            [],
            id="acquired-is-acquired-for-life",
        ),
        pytest.param({"grounds": (decided("BC4", published=False), *grounds())}, [], id="one-final-decision-is-enough"),
        pytest.param({"grounds": grounds(decided("BC8", published=False))}, [], id="a-third-option-under-way"),
        pytest.param({"grounds": (*grounds(), decided("XX1", published=False))}, [], id="a-foreign-block-under-way"),
        pytest.param(
            {"grounds": grounds(decided("BC7", published=False), decided("BC8", ratified_on=None))},
            [CheckCode.GROUND_PUBLISHED, CheckCode.GROUND_RATIFIED],
            id="either-of-two-options-under-way",
        ),
        pytest.param(
            {"grounds": grounds(decided("BC8", published=False), without=["BC4"])},
            [CheckCode.COMPOSITION_MANDATORY],
            id="only-what-holds-it-back-is-told",
        ),
        pytest.param({"live_certificate": "2021-0007"}, [CheckCode.ISSUANCE_LIVE], id="already-issued"),
        pytest.param(
            {"entry": EntryAnswer(EntryStanding.REFUSED)}, [CheckCode.ISSUANCE_ENTRY], id="under-the-former-title"
        ),
        pytest.param(
            {"entry": EntryAnswer(EntryStanding.REFUSED), "confirmed_reason": "une raison"},
            [CheckCode.ISSUANCE_ENTRY],
            id="no-reason-is-enough-for-that",
        ),
        pytest.param(
            {"entry": UNREGISTERED},
            [CheckCode.CLAIM_STANDING, CheckCode.CLAIM_CONFIRMATION],
            id="L6113-9-unregistered-and-not-confirmed",
        ),
        pytest.param({"entry": UNREGISTERED, "confirmed_reason": "CQP de branche"}, [], id="L6113-9-confirmed"),
        pytest.param(
            {"entry": EntryAnswer(EntryStanding.REGISTERED, CLOSED_REGISTRATION)},
            [CheckCode.CLAIM_LAST_ISSUE, CheckCode.CLAIM_CONFIRMATION],
            id="after-the-last-issue-date",
        ),
        pytest.param(
            {"entry": EntryAnswer(EntryStanding.REGISTERED, CLOSED_REGISTRATION), "confirmed_reason": "CQP de branche"},
            [],
            id="after-the-last-issue-date-confirmed",
        ),
        pytest.param(
            {"grounds": (), "entry": UNREGISTERED, "live_certificate": "2021-0007"},
            [
                CheckCode.COMPOSITION_MANDATORY,
                CheckCode.COMPOSITION_OPTIONAL,
                CheckCode.CLAIM_STANDING,
                CheckCode.CLAIM_CONFIRMATION,
                CheckCode.ISSUANCE_LIVE,
            ],
            id="every-reason-is-given",
        ),
    ],
)
def test_why_not_yet(changes, refusals):
    verdict = judge_issuance(replace(READY, **changes))

    assert verdict.answer is (not refusals)
    assert [reason.code for reason in verdict.reasons] == refusals


def test_the_refusal_names_the_block_and_the_dates():
    facts = replace(READY, grounds=grounds(decided("BC4", ratified_on=date(2021, 7, 1))))

    (reason,) = judge_issuance(facts).reasons

    assert (reason.source, reason.reference) == (Source.AGREEMENT, "art. 9")
    assert reason.facts == {"block": "BC4", "ratified_on": date(2021, 7, 1), "issued_on": ISSUED_ON}


def test_the_tree_tells_what_the_paper_may_say():
    def wording(facts):
        (check,) = [check for check in judge_issuance(facts).check.checks if check.code == CheckCode.ISSUANCE_WORDING]
        return check.outcome, check.facts["claims"]

    assert wording(READY) == (CheckOutcome.MET, True)
    assert wording(replace(READY, entry=UNREGISTERED)) == (CheckOutcome.UNMET, False)
    assert wording(replace(READY, entry=UNREGISTERED, confirmed_reason="CQP")) == (CheckOutcome.MET, False)


def test_the_tree_shows_every_block_and_those_not_needed():
    facts = replace(READY, grounds=grounds(decided("BC8", published=False), RecordedBlock("BC1", " PV 2012-3 ")))

    check = judge_issuance(facts).check

    blocks = [part for part in check.walk() if part.code == CheckCode.BLOCK]
    assert check.facts == {"issued_on": ISSUED_ON}
    assert {part.facts["block"]: part.outcome for part in blocks} == dict.fromkeys(SEVEN, CheckOutcome.MET) | {
        "BC8": CheckOutcome.NOTED
    }
    (evidence,) = [part for part in check.walk() if part.code == CheckCode.GROUND_RECORDED]
    assert evidence.facts == {"block": "BC1", "evidence": "PV 2012-3"}
    (standing,) = [part for part in check.walk() if part.code == CheckCode.GROUNDS]
    assert standing.facts == {"blocks": (*SEVEN, "BC8")}


def test_the_live_certificate_is_named():
    (reason,) = judge_issuance(replace(READY, live_certificate="2021-0007")).reasons

    assert reason.facts == {"number": "2021-0007"}


STAGES = [
    {},
    {"published": False},
    {"ratified_on": None, "published": False},
    {"session_sealed": False, "ratified_on": None, "published": False},
    {"outcome": BlockOutcome.NOT_ACQUIRED},
]


@given(st.dictionaries(st.sampled_from(sorted(BLOCKS)), st.sampled_from(STAGES)), st.randoms(use_true_random=False))
def test_a_certificate_rests_on_final_decisions_alone(stages, random):
    made = [decided(block, **stage) for block, stage in stages.items()]
    final = {block for block, stage in stages.items() if stage == {}}

    verdict = judge_issuance(replace(READY, grounds=tuple(made)))
    shuffled = judge_issuance(replace(READY, grounds=tuple(random.sample(made, len(made)))))

    assert verdict.answer is (final >= MANDATORY and len(final & OPTIONAL) >= 2)
    assert verdict.answer is (verdict.reasons == ())
    assert shuffled.check == verdict.check


def test_all_256_sets_of_final_decisions_issue_what_the_sheet_says():
    for size in range(9):
        for blocks in combinations(sorted(BLOCKS), size):
            facts = replace(READY, grounds=tuple(map(decided, blocks)))
            assert judge_issuance(facts).answer is (judge_award(COMPOSITION, set(blocks)).answer == FULL)


def test_favourable_is_not_yet_standing():
    made = [
        decided("BC1"),
        decided("BC2", published=False),
        decided("BC3", outcome=BlockOutcome.NOT_ACQUIRED),
        RecordedBlock("BC4", "PV 2012-3"),
        RecordedBlock("BC5", ""),
    ]

    assert favourable_blocks(made) == {"BC1", "BC2", "BC4", "BC5"}
    assert standing_blocks(made, ISSUED_ON) == {"BC1", "BC4"}
    assert standing_blocks(made, RATIFIED_ON) == {"BC1", "BC4"}
    assert standing_blocks(made, date(2021, 6, 9)) == {"BC4"}


STATEMENT = StatementFacts(block="BC8", grounds=(decided("BC8"),), issued_on=ISSUED_ON)


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        pytest.param({}, [], id="one-block-needs-no-other"),
        pytest.param({"grounds": ()}, [CheckCode.STATEMENT_ACQUIRED], id="not-decided"),
        pytest.param({"grounds": grounds()}, [CheckCode.STATEMENT_ACQUIRED], id="other-blocks-do-not-help"),
        pytest.param(
            {"grounds": (decided("BC8", outcome=BlockOutcome.NOT_ACQUIRED),)},
            [CheckCode.STATEMENT_ACQUIRED],
            id="not-acquired",
        ),
        pytest.param(
            {"grounds": (decided("BC8", ratified_on=None, published=False),)},
            [CheckCode.GROUND_RATIFIED, CheckCode.GROUND_PUBLISHED],
            id="not-final",
        ),
        pytest.param({"grounds": (RecordedBlock("BC8", "PV 2012-3"),)}, [], id="recorded"),
        pytest.param({"grounds": (RecordedBlock("BC8", ""),)}, [CheckCode.GROUND_RECORDED], id="without-evidence"),
        pytest.param({"live_statement": "2021-B-0042"}, [CheckCode.STATEMENT_LIVE], id="already-stated"),
    ],
)
def test_a_block_is_stated_once_it_is_final(changes, refusals):
    verdict = judge_block_statement(replace(STATEMENT, **changes))

    assert verdict.answer is (not refusals)
    assert [reason.code for reason in verdict.reasons] == refusals
    assert verdict.check.facts == {"block": "BC8", "issued_on": ISSUED_ON}
