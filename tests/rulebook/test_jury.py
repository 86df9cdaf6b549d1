from dataclasses import replace
from datetime import date
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.jury import (
    BallotFacts,
    DossierFacts,
    JuryComposition,
    MemberFacts,
    QuorumRule,
    RecusalRule,
    SeatFacts,
    appeal_ends_on,
    judge_ballot,
    judge_jury,
    judge_quorum,
    judge_recusal,
)
from rulebook.outcomes import CollegeCode, RecusalReason
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import JURY, QUORUM, SEATS

UNION, EMPLOYER, EXPERT, TRAINING = CollegeCode


def without(*colleges):
    seats = list(SEATS)
    for college in colleges:
        seats.remove(college)
    return seats


@pytest.mark.parametrize(
    ("seats", "wrong"),
    [
        pytest.param(SEATS, [], id="5-5-2-1"),
        pytest.param(SEATS[::-1], [], id="in-any-order"),
        pytest.param(without(UNION), [UNION], id="four-from-the-unions"),
        pytest.param([*without(UNION), EMPLOYER], [UNION, EMPLOYER], id="thirteen-but-4-6-2-1"),
        pytest.param([*SEATS, TRAINING], [TRAINING], id="two-training-organisations"),
        pytest.param(without(EXPERT, EXPERT), [EXPERT], id="no-expert"),
        pytest.param([], list(CollegeCode), id="nobody"),
    ],
)
def test_the_jury_is_five_five_two_and_one(seats, wrong):
    verdict = judge_jury(JURY, seats)

    assert verdict.answer is (not wrong)
    assert [reason.facts["college"] for reason in verdict.reasons] == wrong


def test_a_wrong_jury_says_how_many_seats_each_college_has():
    verdict = judge_jury(JURY, without(UNION))

    assert verdict.check.facts == {"seated": 12, "expected": 13}
    (reason,) = verdict.reasons
    assert (reason.code, reason.source) == (CheckCode.JURY_COLLEGE, Source.SHEET)
    assert reason.facts == {"college": UNION, "seated": 4, "expected": 5}


def test_a_college_that_the_jury_does_not_have_is_wrong():
    verdict = judge_jury(JuryComposition({UNION: 1}), [UNION, EXPERT])

    assert [dict(check.facts) for check in verdict.check.checks] == [
        {"college": UNION, "seated": 1, "expected": 1},
        {"college": EXPERT, "seated": 1, "expected": 0},
    ]
    assert verdict.answer is False


def jury(present=(), recused=()):
    """Seats 1–5 union, 6–10 CSCA, 11–12 experts, 13 training organisation."""
    return [
        SeatFacts(number, college, present=number in present, recused=number in recused)
        for number, college in enumerate(SEATS, start=1)
    ]


@pytest.mark.parametrize(
    ("present", "recused", "refusals"),
    [
        pytest.param(range(1, 14), (), [], id="all-thirteen"),
        pytest.param(range(1, 8), (), [], id="seven-of-two-colleges"),
        pytest.param(range(1, 7), (), [CheckCode.QUORUM_COUNT], id="six-are-too-few"),
        pytest.param([1, 2, 3, 4, 5, 11, 12, 13], (), [CheckCode.QUORUM_COLLEGE], id="no-csca-member"),
        pytest.param([6, 7, 8, 9, 10, 11, 12, 13], (), [CheckCode.QUORUM_COLLEGE], id="no-union-member"),
        pytest.param([1, 6, 7, 8, 9, 10, 13], (), [], id="one-union-member-is-enough"),
        pytest.param(range(1, 8), [7], [CheckCode.QUORUM_COUNT], id="the-seventh-is-recused"),
        pytest.param([1, 2, 3, 4, 5, 6, 11, 12], [6], [CheckCode.QUORUM_COLLEGE], id="the-only-csca-member-is-recused"),
        pytest.param(range(1, 8), [13], [], id="recused-and-absent-changes-nothing"),
        pytest.param((), (), [CheckCode.QUORUM_COUNT] + [CheckCode.QUORUM_COLLEGE] * 2, id="nobody"),
    ],
)
def test_the_quorum_counts_members_present_and_not_recused(present, recused, refusals):
    verdict = judge_quorum(QUORUM, jury(present, recused))

    assert verdict.answer is (not refusals)
    assert [reason.code for reason in verdict.reasons] == refusals


def test_the_quorum_is_told_in_numbers():
    verdict = judge_quorum(QUORUM, jury(present=[1, 2, 3, 4, 6, 11], recused=[6, 13]))

    count, employers = verdict.reasons
    assert verdict.check.facts == {"counted": 5, "minimum": 7}
    assert count.source == Source.DEFAULT
    assert count.facts == {"counted": 5, "minimum": 7, "out_of": 13, "recused": 1}
    assert employers.facts == {"college": EMPLOYER, "counted": 0}
    assert [check.facts.get("college") for check in verdict.check.checks] == [None, UNION, EMPLOYER]


NUMBERS = st.frozensets(st.integers(1, 13))


@given(NUMBERS, NUMBERS, st.integers(1, 13), st.randoms(use_true_random=False))
def test_presence_helps_the_quorum_recusal_harms_it_and_order_is_nothing(present, recused, number, random):
    def is_quorate(present, recused):
        return judge_quorum(QUORUM, jury(present, recused)).answer

    shuffled = random.sample(jury(present, recused), 13)

    assert is_quorate(present | {number}, recused) >= is_quorate(present, recused)
    assert is_quorate(present, recused | {number}) <= is_quorate(present, recused)
    assert judge_quorum(QUORUM, shuffled).check == judge_quorum(QUORUM, jury(present, recused)).check


def test_a_member_present_counts_unless_recused():
    rule = QuorumRule(minimum=1, out_of=1, colleges=frozenset())

    assert judge_quorum(rule, [SeatFacts(1, UNION, present=True)]).answer is True
    assert judge_quorum(rule, [SeatFacts(1, UNION, present=True, recused=True)]).answer is False


def test_a_seat_counts_once():
    with pytest.raises(ValueError, match="counted once"):
        judge_quorum(QUORUM, [SeatFacts(1, UNION, present=True), SeatFacts(1, UNION, present=False)])


@pytest.mark.parametrize("minimum", [0, 14])
def test_a_quorum_that_makes_no_sense_is_refused(minimum):
    with pytest.raises(ValueError, match="no sense"):
        QuorumRule(minimum=minimum, out_of=13, colleges=frozenset())


@pytest.mark.parametrize("minimum", [1, 13])
def test_a_quorum_may_be_anything_from_one_to_all(minimum):
    assert QuorumRule(minimum=minimum, out_of=13, colleges=frozenset()).minimum == minimum


MEMBER = MemberFacts(user=1, college=EXPERT, companies=frozenset({20}), organisations=frozenset({30}))
STRANGER = DossierFacts(assessors=frozenset({7, 8}), company=21, referent=9, trainers=frozenset({7}), organisation=31)


@pytest.mark.parametrize(
    ("member", "dossier", "reasons"),
    [
        pytest.param({}, {}, (), id="a-stranger"),
        pytest.param({}, {"company": None, "referent": None, "organisation": None}, (), id="a-vae-candidate-alone"),
        pytest.param({}, {"assessors": frozenset({1, 7})}, (RecusalReason.SIGNED_EVALUATION,), id="signed-evaluation"),
        pytest.param({}, {"company": 20}, (RecusalReason.EMPLOYER,), id="employer"),
        pytest.param({}, {"former_companies": frozenset({20})}, (RecusalReason.EMPLOYER,), id="was-employer"),
        pytest.param({}, {"referent": 1}, (RecusalReason.REFERENT,), id="referent"),
        pytest.param({}, {"former_referents": frozenset({1})}, (RecusalReason.REFERENT,), id="was-referent"),
        pytest.param({}, {"trainers": frozenset({1})}, (RecusalReason.TRAINER,), id="trainer"),
        pytest.param({}, {"organisation": 30}, (RecusalReason.OWN_ORGANISATION,), id="own-organisation"),
        pytest.param({"has_declared": True}, {}, (RecusalReason.DECLARED,), id="declared"),
        pytest.param(
            {"has_declared": True},
            {"organisation": 30, "trainers": frozenset({1}), "assessors": frozenset({1}), "company": 20, "referent": 1},
            tuple(RecusalReason),
            id="everything",
        ),
    ],
)
def test_who_does_not_sit_on_a_dossier(member, dossier, reasons):
    verdict = judge_recusal(replace(MEMBER, **member), replace(STRANGER, **dossier), RecusalRule())

    assert verdict.answer == reasons
    assert tuple(reason.facts["reason"] for reason in verdict.reasons) == reasons
    assert verdict.check.facts == {"is_recused": bool(reasons)}
    assert verdict.check.outcome == (CheckOutcome.UNMET if reasons else CheckOutcome.MET)


LENIENT = RecusalRule(training_seat_votes_on_own=True, source=Source.AGREEMENT)


@pytest.mark.parametrize(
    ("college", "rule", "reasons"),
    [
        pytest.param(TRAINING, RecusalRule(), (RecusalReason.OWN_ORGANISATION,), id="our-standard"),
        pytest.param(TRAINING, LENIENT, (), id="another-branch-lets-the-seat-vote"),
        pytest.param(EXPERT, LENIENT, (RecusalReason.OWN_ORGANISATION,), id="but-no-other-seat"),
    ],
)
def test_the_standard_says_whether_the_training_seat_votes_on_its_own(college, rule, reasons):
    member, dossier = replace(MEMBER, college=college), replace(STRANGER, organisation=30)

    assert judge_recusal(member, dossier, rule).answer == reasons


def test_an_allowed_tie_is_noted_and_allows_no_other():
    member = replace(MEMBER, college=TRAINING)
    dossier = replace(STRANGER, organisation=30, assessors=frozenset({1}))

    verdict = judge_recusal(member, dossier, LENIENT)

    assert verdict.answer == (RecusalReason.SIGNED_EVALUATION,)
    (noted,) = [check for check in verdict.check.checks if check.outcome == CheckOutcome.NOTED]
    assert (noted.code, noted.source) == (CheckCode.RECUSAL_ALLOWED, Source.AGREEMENT)
    assert noted.facts == {"reason": RecusalReason.OWN_ORGANISATION}


def test_the_tree_shows_the_ties_looked_for_and_not_found():
    check = judge_recusal(MEMBER, STRANGER, LENIENT).check

    assert [tie.facts["reason"] for tie in check.checks] == list(RecusalReason)
    assert {tie.code for tie in check.checks} == {CheckCode.RECUSAL_TIE}


MAY_VOTE = BallotFacts(deliberation_open=True, is_member=True, present=True, recused=False, quorate=True)


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        pytest.param({}, [], id="a-member-may-vote"),
        pytest.param({"deliberation_open": False}, [CheckCode.BALLOT_OPEN], id="before-or-after-the-vote"),
        pytest.param({"is_member": False}, [CheckCode.BALLOT_MEMBER], id="a-stranger"),
        pytest.param({"present": False}, [CheckCode.BALLOT_PRESENT], id="absent"),
        pytest.param({"recused": True}, [CheckCode.BALLOT_NOT_RECUSED], id="recused"),
        pytest.param({"quorate": False}, [CheckCode.BALLOT_QUORATE], id="without-a-quorum"),
    ],
)
def test_who_may_vote(changes, refusals):
    verdict = judge_ballot(replace(MAY_VOTE, **changes), source=Source.AGREEMENT)

    assert verdict.answer is (not refusals)
    assert [reason.code for reason in verdict.reasons] == refusals
    assert {check.source for check in verdict.check.walk()} == {Source.AGREEMENT}


def test_a_ballot_needs_every_condition():
    for values in product([True, False], repeat=5):
        assert judge_ballot(BallotFacts(*values)).answer is (values == (True, True, True, False, True))


@pytest.mark.parametrize(
    ("published_on", "months", "ends_on"),
    [
        pytest.param(date(2020, 3, 10), 2, date(2020, 5, 10), id="the-same-day"),
        pytest.param(date(2020, 12, 31), 2, date(2021, 2, 28), id="february"),
        pytest.param(date(2019, 12, 31), 2, date(2020, 2, 29), id="february-of-a-leap-year"),
        pytest.param(date(2020, 7, 31), 2, date(2020, 9, 30), id="a-month-of-thirty-days"),
        pytest.param(date(2020, 10, 15), 2, date(2020, 12, 15), id="december"),
        pytest.param(date(2020, 11, 30), 1, date(2020, 12, 30), id="december-again"),
        pytest.param(date(2020, 12, 1), 1, date(2021, 1, 1), id="over-the-year"),
        pytest.param(date(2020, 6, 30), 24, date(2022, 6, 30), id="over-two-years"),
        pytest.param(date(2020, 6, 30), 0, date(2020, 6, 30), id="no-appeal"),
    ],
)
def test_the_appeal_ends_on_the_same_day_some_months_later(published_on, months, ends_on):
    assert appeal_ends_on(published_on, months) == ends_on


@given(st.permutations([UNION, UNION, EMPLOYER, EXPERT]))
def test_the_order_of_seats_never_matters(seats):
    rule = JuryComposition({UNION: 2, EMPLOYER: 1, EXPERT: 1})

    assert judge_jury(rule, seats).check == judge_jury(rule, next(permutations(sorted(seats)))).check
