"""A request for VAE: the two months of article R335-7, what a decision does to them and what silence does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rulebook.admissibility import AdmissibilityAnswer, AdmissibilityFacts, ReplyRule, judge_admissibility
from rulebook.outcomes import AdmissibilityDecision, AdmissibilityStanding
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import VAE_REPLY

INCOMPLETE, PENDING = AdmissibilityStanding.INCOMPLETE, AdmissibilityStanding.PENDING
ADMISSIBLE, INADMISSIBLE = AdmissibilityStanding.ADMISSIBLE, AdmissibilityStanding.INADMISSIBLE
YES, NO = AdmissibilityDecision.ADMISSIBLE, AdmissibilityDecision.INADMISSIBLE
RECEIVED, COMPLETE, DEADLINE = date(2020, 12, 18), date(2020, 12, 31), date(2021, 2, 28)
SILENCE = date(2021, 3, 1)
A_DAY = timedelta(days=1)


def judged(on, decision=None, decided_on=None, *, complete_on=COMPLETE):
    return judge_admissibility(AdmissibilityFacts(RECEIVED, complete_on, decision, decided_on), VAE_REPLY, on)


@pytest.mark.parametrize(
    ("on", "decided", "answer"),
    [
        pytest.param(date(2020, 12, 30), (), AdmissibilityAnswer(INCOMPLETE), id="a-piece-is-still-awaited"),
        pytest.param(COMPLETE, (), AdmissibilityAnswer(PENDING, DEADLINE, 59), id="the-clock-starts"),
        pytest.param(date(2021, 2, 27), (), AdmissibilityAnswer(PENDING, DEADLINE, 1), id="the-eve"),
        pytest.param(DEADLINE, (), AdmissibilityAnswer(PENDING, DEADLINE, 0), id="the-last-day"),
        pytest.param(
            SILENCE, (), AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, SILENCE, True), id="silence-accepts-next-day"
        ),
        pytest.param(
            date(2022, 6, 1), (), AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, SILENCE, True), id="as-of-that-day"
        ),
        pytest.param(
            date(2021, 1, 20),
            (YES, date(2021, 1, 20)),
            AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, date(2021, 1, 20)),
            id="admitted-that-day",
        ),
        pytest.param(
            date(2021, 9, 1),
            (YES, COMPLETE),
            AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, COMPLETE),
            id="admitted-at-once",
        ),
        pytest.param(
            date(2021, 9, 1), (NO, DEADLINE), AdmissibilityAnswer(INADMISSIBLE, DEADLINE), id="refused-on-the-last-day"
        ),
        pytest.param(
            SILENCE,
            (NO, SILENCE),
            AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, SILENCE, True),
            id="refused-a-day-too-late",
        ),
        pytest.param(
            date(2021, 9, 1),
            (YES, date(2021, 6, 1)),
            AdmissibilityAnswer(ADMISSIBLE, DEADLINE, None, SILENCE, True),
            id="admitted-too-late-counts-from-the-silence",
        ),
        pytest.param(
            date(2021, 1, 19),
            (NO, date(2021, 1, 20)),
            AdmissibilityAnswer(PENDING, DEADLINE, 40),
            id="tomorrow-s-decision-is-not-taken-yet",
        ),
    ],
)
def test_a_request_stands(on, decided, answer):
    assert judged(on, *decided).answer == answer


@pytest.mark.parametrize(
    ("on", "decided", "codes", "outcome"),
    [
        pytest.param(date(2020, 12, 20), (), ["complete"], CheckOutcome.UNKNOWN, id="incomplete"),
        pytest.param(DEADLINE, (), ["complete", "clock"], CheckOutcome.UNKNOWN, id="pending"),
        pytest.param(DEADLINE, (YES, DEADLINE), ["complete", "decision"], CheckOutcome.MET, id="admitted"),
        pytest.param(DEADLINE, (NO, DEADLINE), ["complete", "decision"], CheckOutcome.UNMET, id="refused"),
        pytest.param(SILENCE, (), ["complete", "silence"], CheckOutcome.MET, id="silent"),
        pytest.param(SILENCE, (NO, SILENCE), ["complete", "silence", "late"], CheckOutcome.MET, id="too-late"),
        pytest.param(
            SILENCE, (NO, SILENCE + A_DAY), ["complete", "silence"], CheckOutcome.MET, id="too-late-and-tomorrow"
        ),
    ],
)
def test_it_says_why(on, decided, codes, outcome):
    check = judged(on, *decided).check

    assert [below.code.value.partition(".")[2] for below in check.checks] == codes
    assert check.outcome == outcome
    assert {below.reference for below in check.walk()} == {VAE_REPLY.reference}
    assert {below.source for below in check.walk()} == {Source.LAW}


def test_its_facts_are_enough_to_say_it():
    pending, silent = judged(DEADLINE), judged(SILENCE, NO, SILENCE)

    assert pending.check.facts == {"standing": PENDING, "on": DEADLINE}
    assert pending.check.checks[0].facts == {"received_on": RECEIVED, "complete_on": COMPLETE}
    assert pending.check.checks[1].facts == {"deadline": DEADLINE, "days_left": 0}
    assert silent.check.checks[1].facts == {"deadline": DEADLINE, "admitted_on": SILENCE}
    assert silent.check.checks[2].facts == {"decision": NO, "decided_on": SILENCE, "deadline": DEADLINE}
    assert [reason.code for reason in pending.reasons] == [CheckCode.ADMISSIBILITY_CLOCK]
    assert judged(RECEIVED).check.checks[0].facts == {"received_on": RECEIVED, "complete_on": None}


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param((RECEIVED, RECEIVED - A_DAY), id="complete-before-received"),
        pytest.param((RECEIVED, COMPLETE, YES), id="a-decision-without-its-day"),
        pytest.param((RECEIVED, COMPLETE, None, COMPLETE), id="a-day-without-its-decision"),
        pytest.param((RECEIVED, None, YES, COMPLETE), id="decided-on-an-incomplete-file"),
        pytest.param((RECEIVED, COMPLETE, NO, COMPLETE - A_DAY), id="decided-before-complete"),
    ],
)
def test_facts_that_contradict_each_other_are_no_request(facts):
    with pytest.raises(ValueError, match=r"complete|decision|decided"):
        AdmissibilityFacts(*facts)


DAYS = st.dates(date(2017, 1, 1), date(2022, 12, 31))
SPANS = st.integers(0, 200).map(timedelta)


@st.composite
def requests(draw):
    received_on = draw(DAYS)
    complete_on = received_on + draw(SPANS)
    decision = draw(st.none() | st.sampled_from(AdmissibilityDecision))
    return AdmissibilityFacts(received_on, complete_on, decision, complete_on + draw(SPANS) if decision else None)


@given(requests(), SPANS)
def test_every_day_agrees_with_a_plain_reading_of_the_article(facts, later):
    on = facts.complete_on + later
    deadline = VAE_REPLY.deadline(facts.complete_on)
    in_time = facts.decided_on is not None and facts.decided_on <= deadline and facts.decided_on <= on

    answer = judge_admissibility(facts, VAE_REPLY, on).answer

    if in_time:
        assert answer.standing == (ADMISSIBLE if facts.decision == YES else INADMISSIBLE)
        assert answer.admitted_on == (facts.decided_on if facts.decision == YES else None)
    elif on > deadline:
        assert (answer.standing, answer.admitted_on, answer.is_silent) == (ADMISSIBLE, deadline + A_DAY, True)
    else:
        assert (answer.standing, answer.days_left) == (PENDING, (deadline - on).days)


@given(requests(), SPANS, SPANS)
def test_what_is_answered_once_is_answered_for_good(facts, first, second):
    one, other = sorted((facts.complete_on + first, facts.complete_on + second))
    early = judge_admissibility(facts, VAE_REPLY, one).answer
    assume(early.standing in {ADMISSIBLE, INADMISSIBLE})

    assert judge_admissibility(facts, VAE_REPLY, other).answer == early


@given(requests(), SPANS)
def test_a_refusal_after_the_deadline_is_as_good_as_silence(facts, later):
    deadline = VAE_REPLY.deadline(facts.complete_on)
    late = replace(facts, decision=NO, decided_on=deadline + A_DAY + later)
    silent = replace(facts, decision=None, decided_on=None)
    on = late.decided_on + later

    assert judge_admissibility(late, VAE_REPLY, on).answer == judge_admissibility(silent, VAE_REPLY, on).answer


def test_another_standard_may_count_other_months():
    facts = AdmissibilityFacts(RECEIVED, COMPLETE)

    answer = judge_admissibility(facts, ReplyRule(months=6, source=Source.DEFAULT), date(2021, 6, 30)).answer

    assert (answer.standing, answer.deadline, answer.days_left) == (PENDING, date(2021, 6, 30), 0)
