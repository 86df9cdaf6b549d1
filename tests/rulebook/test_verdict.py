import json
from datetime import date
from pathlib import Path

import pytest

import rulebook
from rulebook.outcomes import Opinion
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met, branch, judged, leaf, noted

MET, UNMET = (
    leaf(code, Source.SHEET, is_met)
    for code, is_met in [(CheckCode.BALLOT_OPEN, True), (CheckCode.BALLOT_MEMBER, False)]
)
UNKNOWN = leaf(CheckCode.BALLOT_PRESENT, Source.SHEET, False, otherwise=CheckOutcome.UNKNOWN)
NOTED = noted(CheckCode.BALLOT_QUORATE, Source.SHEET)


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        pytest.param([], CheckOutcome.MET, id="nothing-to-check"),
        pytest.param([MET, MET], CheckOutcome.MET, id="all-met"),
        pytest.param([NOTED, MET], CheckOutcome.MET, id="noted-decides-nothing"),
        pytest.param([MET, UNKNOWN], CheckOutcome.UNKNOWN, id="one-unknown-waits"),
        pytest.param([UNKNOWN, UNMET, MET], CheckOutcome.UNMET, id="one-unmet-refuses"),
    ],
)
def test_checks_combine(checks, outcome):
    assert all_met(checks) == all_met(reversed(checks)) == outcome


def test_a_branch_rests_on_its_checks_unless_told_otherwise():
    assert branch(CheckCode.BALLOT, Source.LAW, [MET, UNMET]).outcome == CheckOutcome.UNMET
    assert branch(CheckCode.BALLOT, Source.LAW, [MET, UNMET], outcome=CheckOutcome.MET).outcome == CheckOutcome.MET


def test_failures_are_the_leaves_that_fail():
    inner = branch(CheckCode.BALLOT, Source.LAW, [MET, UNMET, NOTED])

    check = branch(CheckCode.BALLOT, Source.LAW, [MET, inner, UNKNOWN])

    assert list(check.failures()) == [UNMET, UNKNOWN]


def test_what_lies_under_a_met_check_explains_nothing():
    enough = branch(CheckCode.BALLOT, Source.LAW, [MET, UNMET], outcome=CheckOutcome.MET)

    check = branch(CheckCode.BALLOT, Source.LAW, [enough, UNKNOWN])

    assert list(check.failures()) == [UNKNOWN]


def test_a_failing_branch_without_a_failing_leaf_is_its_own_reason():
    check = branch(CheckCode.BALLOT, Source.LAW, [MET], outcome=CheckOutcome.UNKNOWN)

    assert list(check.failures()) == [check]


def test_walk_goes_through_the_whole_tree_from_the_root():
    inner = branch(CheckCode.BALLOT, Source.LAW, [MET, UNMET])

    check = branch(CheckCode.BALLOT, Source.LAW, [inner, NOTED])

    assert list(check.walk()) == [check, inner, MET, UNMET, NOTED]


def test_a_judged_check_answers_yes_only_when_met():
    assert judged(MET) == Verdict(True, MET)
    assert judged(UNMET).answer is False
    assert judged(UNKNOWN).answer is False
    assert judged(UNKNOWN).reasons == (UNKNOWN,)
    assert judged(MET).reasons == ()


def test_a_check_reads_as_json():
    entry = leaf(
        CheckCode.ENTRY_TITLE, Source.LAW, True, reference="L6113-9", entered_on=date(2015, 4, 14), opens_on=None
    )
    count = leaf(CheckCode.QUORUM_COLLEGE, Source.DEFAULT, False, college="union", counted=0)
    options = leaf(CheckCode.OPTIONS_DISTINCT, Source.SHEET, True, repeated=("BC6", "BC7"))
    opinion = leaf(CheckCode.OPINION, Source.DEFAULT, True, opinion=Opinion.FAVOURABLE)
    recusal = branch(CheckCode.RECUSAL, Source.DEFAULT, [entry, count, options, opinion], is_recused=True)

    written = recusal.as_dict()

    assert json.loads(json.dumps(written)) == written
    assert written["code"] == "recusal"
    assert written["outcome"] == "unmet"
    assert written["source"] == "default"
    assert written["facts"] == {"is_recused": True}
    assert written["checks"][0]["reference"] == "L6113-9"
    assert [check["facts"] for check in written["checks"]] == [
        {"entered_on": "2015-04-14", "opens_on": None},
        {"college": "union", "counted": 0},
        {"repeated": ["BC6", "BC7"]},
        {"opinion": "favourable"},
    ]
    assert type(written["checks"][3]["facts"]["opinion"]) is str


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="missing"),
        pytest.param({"chosen": (), "more": 1}, id="unheard-of"),
    ],
)
def test_a_check_carries_the_facts_of_its_code_and_no_others(facts):
    with pytest.raises(ValueError, match="options carries"):
        Check(CheckCode.OPTIONS, CheckOutcome.MET, Source.SHEET, facts)


def test_a_code_is_found_by_its_value():
    assert CheckCode("composition.mandatory") is CheckCode.COMPOSITION_MANDATORY
    assert CheckCode.COMPOSITION_MANDATORY.facts == ("required", "acquired", "missing")


def test_every_code_is_made_by_a_rule():
    rules = [path for path in Path(rulebook.__path__[0]).glob("*.py") if path.name != "verdict.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in rules)

    assert [code.name for code in CheckCode if f"CheckCode.{code.name}," not in text] == []
