from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.composition import (
    Composition,
    Requirement,
    RequirementKind,
    blocks_to_open,
    in_order,
    judge_composition,
    judge_option_change,
    judge_options,
)
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import BLOCKS, COMPOSITION, MANDATORY, OPTIONAL

EVERY_SET = [frozenset(blocks) for size in range(9) for blocks in combinations(sorted(BLOCKS), size)]


def codes(checks):
    return [check.code for check in checks]


@pytest.mark.parametrize(
    ("acquired", "is_met"),
    [
        pytest.param(MANDATORY | {"BC6", "BC7"}, True, id="five-and-BC6-BC7"),
        pytest.param(MANDATORY | {"BC6", "BC8"}, True, id="five-and-BC6-BC8"),
        pytest.param(MANDATORY | {"BC7", "BC8"}, True, id="five-and-BC7-BC8"),
        pytest.param(BLOCKS, True, id="a-third-option-does-no-harm"),
        pytest.param(BLOCKS - {"BC4"}, False, id="seven-of-eight-without-a-mandatory-one"),
        pytest.param(BLOCKS - {"BC7", "BC8"}, False, id="one-option-only"),
        pytest.param(MANDATORY, False, id="mandatory-only"),
        pytest.param(OPTIONAL, False, id="options-only"),
        pytest.param(frozenset(), False, id="nothing"),
    ],
)
def test_the_certification_is_five_blocks_and_two_options(acquired, is_met):
    assert judge_composition(COMPOSITION, acquired).answer is is_met


def test_all_256_sets_agree_with_a_plain_reading_of_the_sheet():
    def reads(acquired):
        has_mandatory = all(f"BC{number}" in acquired for number in (1, 2, 3, 4, 5))
        options = [number for number in (6, 7, 8) if f"BC{number}" in acquired]
        return has_mandatory and len(options) >= 2

    assert len(EVERY_SET) == 256
    assert [judge_composition(COMPOSITION, acquired).answer for acquired in EVERY_SET] == list(map(reads, EVERY_SET))
    assert sum(map(reads, EVERY_SET)) == 4


def test_neither_any_seven_nor_all_eight():
    any_seven = [acquired for acquired in EVERY_SET if len(acquired) == 7]

    assert sum(judge_composition(COMPOSITION, acquired).answer for acquired in any_seven) == 3
    assert judge_composition(COMPOSITION, BLOCKS - {"BC6"}).answer, "all eight are not needed"
    assert not judge_composition(COMPOSITION, BLOCKS - {"BC1"}).answer, "not any seven will do"


@given(st.frozensets(st.sampled_from(sorted(BLOCKS))), st.sampled_from(sorted(BLOCKS)))
def test_acquiring_a_block_never_loses_the_certification(acquired, block):
    assert judge_composition(COMPOSITION, acquired | {block}).answer >= judge_composition(COMPOSITION, acquired).answer


def test_what_is_missing_is_named():
    verdict = judge_composition(COMPOSITION, {"BC5", "BC1", "BC3", "BC7"})

    mandatory, optional = verdict.reasons
    assert mandatory.code == CheckCode.COMPOSITION_MANDATORY
    assert mandatory.source == Source.SHEET
    assert mandatory.facts == {
        "required": ("BC1", "BC2", "BC3", "BC4", "BC5"),
        "acquired": ("BC1", "BC3", "BC5"),
        "missing": ("BC2", "BC4"),
    }
    assert optional.code == CheckCode.COMPOSITION_OPTIONAL
    assert optional.facts == {
        "minimum": 2,
        "offered": ("BC6", "BC7", "BC8"),
        "acquired": ("BC7",),
        "lacking": 1,
    }
    assert verdict.check.facts == {"acquired": ("BC1", "BC3", "BC5", "BC7")}


def test_a_third_option_and_a_foreign_block_are_noted():
    check = judge_composition(COMPOSITION, BLOCKS | {"XX1"}).check

    assert codes(check.checks) == [
        CheckCode.COMPOSITION_MANDATORY,
        CheckCode.COMPOSITION_OPTIONAL,
        CheckCode.COMPOSITION_BEYOND,
        CheckCode.COMPOSITION_OUTSIDE,
    ]
    assert [dict(noted.facts) for noted in check.checks[2:]] == [
        {"blocks": ("BC6", "BC7", "BC8")},
        {"blocks": ("XX1",)},
    ]
    assert {noted.outcome for noted in check.checks[2:]} == {CheckOutcome.NOTED}
    assert check.facts == {"acquired": in_order(BLOCKS)}


def test_two_options_are_not_too_many():
    check = judge_composition(COMPOSITION, MANDATORY | {"BC6", "BC7"}).check

    assert codes(check.checks) == [CheckCode.COMPOSITION_MANDATORY, CheckCode.COMPOSITION_OPTIONAL]
    assert check.checks[1].facts["lacking"] == 0


@pytest.mark.parametrize(
    ("chosen", "refusals"),
    [
        pytest.param(["BC6", "BC7"], [], id="two-of-three"),
        pytest.param(["BC8", "BC6"], [], id="in-any-order"),
        pytest.param(["BC6"], [CheckCode.OPTIONS_COUNT], id="one-is-too-few"),
        pytest.param([], [CheckCode.OPTIONS_COUNT], id="none"),
        pytest.param(["BC6", "BC7", "BC8"], [CheckCode.OPTIONS_COUNT], id="three-are-too-many"),
        pytest.param(["BC6", "BC6"], [CheckCode.OPTIONS_DISTINCT], id="twice-the-same"),
        pytest.param(["BC6", "BC1"], [CheckCode.OPTIONS_OFFERED], id="a-mandatory-block-is-no-option"),
        pytest.param(["BC6", "BC9"], [CheckCode.OPTIONS_OFFERED], id="an-unknown-block"),
        pytest.param(
            ["BC9", "BC9", "BC9"],
            [CheckCode.OPTIONS_COUNT, CheckCode.OPTIONS_DISTINCT, CheckCode.OPTIONS_OFFERED],
            id="all-wrong-at-once",
        ),
    ],
)
def test_two_distinct_options_are_chosen_at_enrolment(chosen, refusals):
    verdict = judge_options(COMPOSITION, chosen)

    assert verdict.answer is (not refusals)
    assert codes(verdict.reasons) == refusals


def test_a_refused_choice_says_what_is_wrong():
    count, distinct, offered = judge_options(COMPOSITION, ["BC9", "BC6", "BC6"]).reasons

    assert count.facts == {"expected": 2, "chosen": 3}
    assert distinct.facts == {"repeated": ("BC6",)}
    assert offered.facts == {"offered": ("BC6", "BC7", "BC8"), "strangers": ("BC9",)}


@pytest.mark.parametrize(
    ("chosen", "decided", "refusals"),
    [
        pytest.param(["BC6", "BC8"], set(), [], id="nothing-decided"),
        pytest.param(["BC6", "BC8"], {"BC1", "BC8"}, [], id="decided-on-other-blocks"),
        pytest.param(["BC6", "BC8"], {"BC7"}, [CheckCode.OPTIONS_UNDECIDED], id="the-option-left-is-decided"),
        pytest.param(["BC6", "BC8"], {"BC6"}, [CheckCode.OPTIONS_UNDECIDED], id="the-option-kept-is-decided"),
        pytest.param(["BC7", "BC6"], {"BC6", "BC7"}, [], id="the-same-choice-again"),
        pytest.param(["BC6"], set(), [CheckCode.OPTIONS_COUNT], id="a-new-choice-is-still-a-choice"),
    ],
)
def test_options_may_change_until_a_jury_has_decided_one(chosen, decided, refusals):
    verdict = judge_option_change(COMPOSITION, ["BC6", "BC7"], chosen, decided)

    assert verdict.answer is (not refusals)
    assert codes(verdict.reasons) == refusals


def test_a_refused_change_names_the_decided_options():
    verdict = judge_option_change(COMPOSITION, ["BC6", "BC7"], ["BC7", "BC8"], frozenset({"BC1", "BC7", "BC6"}))

    assert verdict.check.facts == {"chosen": ("BC7", "BC8")}
    (reason,) = verdict.reasons
    assert reason.source == Source.DEFAULT
    assert reason.facts == {"decided": ("BC6", "BC7")}


@pytest.mark.parametrize(
    ("options", "acquired", "blocks"),
    [
        pytest.param(["BC6", "BC7"], set(), MANDATORY | {"BC6", "BC7"}, id="a-first-enrolment"),
        pytest.param(["BC6", "BC7"], {"BC1", "BC6", "BC8"}, (MANDATORY - {"BC1"}) | {"BC7"}, id="only-what-is-missing"),
        pytest.param(["BC6", "BC8"], MANDATORY | {"BC6", "BC7"}, {"BC8"}, id="a-third-option"),
    ],
)
def test_an_enrolment_opens_what_is_not_acquired_yet(options, acquired, blocks):
    assert blocks_to_open(COMPOSITION, options, acquired) == blocks


def test_blocks_are_listed_in_the_order_of_their_numbers():
    assert in_order({"BC10", "BC2", "BC1"}) == ("BC1", "BC2", "BC10")


def test_requirements_are_built_by_name():
    assert Requirement.all_of("A", "B", "B") == Requirement(RequirementKind.ALL_OF, frozenset("AB"), 2)
    assert Requirement.at_least(1, "A", "B") == Requirement(RequirementKind.AT_LEAST, frozenset("AB"), 1)
    assert Requirement.at_least(0).lacking(frozenset()) == 0


@pytest.mark.parametrize(
    ("kind", "minimum"),
    [
        pytest.param(RequirementKind.AT_LEAST, 3, id="more-than-there-are"),
        pytest.param(RequirementKind.AT_LEAST, -1, id="less-than-none"),
        pytest.param(RequirementKind.ALL_OF, 1, id="some-of-all"),
    ],
)
def test_a_requirement_that_makes_no_sense_is_refused(kind, minimum):
    with pytest.raises(ValueError, match=r"required|every one"):
        Requirement(kind, frozenset({"A", "B"}), minimum)


def test_a_block_is_either_mandatory_or_optional():
    with pytest.raises(ValueError, match="either mandatory or optional"):
        Composition(Requirement.all_of("A", "B"), Requirement.at_least(1, "B", "C"))


def test_the_composition_of_another_standard_says_its_own_source():
    composition = Composition(Requirement.all_of("A"), Requirement.at_least(0), source=Source.AGREEMENT)

    sources = {check.source for check in judge_composition(composition, {"A", "B"}).check.walk()}

    assert sources == {Source.AGREEMENT}
