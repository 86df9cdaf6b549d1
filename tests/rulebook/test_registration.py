from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.outcomes import EntryStanding
from rulebook.registration import EntryAnswer, Registration, judge_claim, judge_entry
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import REGISTRATION_2009, REGISTRATION_2012, REGISTRATION_2018, REGISTRATIONS

REFUSED, REGISTERED, UNREGISTERED = EntryStanding.REFUSED, EntryStanding.REGISTERED, EntryStanding.UNREGISTERED
RENEWAL = Registration(
    ordered_on=date(2023, 1, 2),
    published_on=date(2023, 1, 9),
    starts_on=date(2023, 1, 9),
    ends_on=date(2026, 1, 9),
    last_issue_on=date(2026, 7, 9),
)


@pytest.mark.parametrize(
    ("entered_on", "standing"),
    [
        pytest.param(date(2008, 9, 1), REFUSED, id="before-any-registration"),
        pytest.param(date(2009, 2, 7), REFUSED, id="first-day-of-2009"),
        pytest.param(date(2011, 2, 7), REFUSED, id="2009-2012-boundary"),
        pytest.param(date(2014, 9, 1), REFUSED, id="under-the-former-title"),
        pytest.param(date(2015, 4, 13), REFUSED, id="the-eve"),
        pytest.param(date(2015, 4, 14), REGISTERED, id="the-shared-day"),
        pytest.param(date(2015, 4, 15), REGISTERED, id="the-day-after"),
        pytest.param(date(2018, 8, 7), REGISTERED, id="published-since-with-effect-before"),
        pytest.param(date(2021, 8, 7), REGISTERED, id="last-day-included"),
        pytest.param(date(2021, 8, 8), UNREGISTERED, id="the-day-after-the-last"),
        pytest.param(date(2026, 1, 5), UNREGISTERED, id="years-later"),
    ],
)
def test_the_registration_that_counts_is_the_one_of_the_entry(entered_on, standing):
    for registrations in permutations(REGISTRATIONS):
        answer = judge_entry(registrations, entered_on).answer

        assert answer == EntryAnswer(standing, REGISTRATION_2018 if standing == REGISTERED else None)


@given(st.dates(min_value=date(2005, 1, 1), max_value=date(2030, 1, 1)))
def test_every_day_agrees_with_a_plain_reading_of_the_sheet(day):
    standing = judge_entry(REGISTRATIONS, day).answer.standing

    if day < date(2015, 4, 14):
        assert standing == REFUSED
    elif day <= date(2021, 8, 7):
        assert standing == REGISTERED
    else:
        assert standing == UNREGISTERED


def test_a_refused_entry_says_when_the_present_title_begins():
    verdict = judge_entry(REGISTRATIONS, date(2015, 4, 13))

    assert verdict.check.outcome == CheckOutcome.UNMET
    assert verdict.check.facts == {"entered_on": date(2015, 4, 13), "standing": REFUSED}
    (reason,) = verdict.reasons
    assert reason.code == CheckCode.ENTRY_TITLE
    assert reason.facts == {"entered_on": date(2015, 4, 13), "opens_on": date(2015, 4, 14)}
    assert [check.code for check in verdict.check.checks] == [CheckCode.ENTRY_TITLE]


def test_a_registered_entry_says_by_which_order():
    check = judge_entry(REGISTRATIONS, date(2019, 9, 2)).check

    assert check.outcome == CheckOutcome.MET
    assert (check.source, check.reference) == (Source.LAW, "L6113-9")
    registered = check.checks[-1]
    assert registered.code == CheckCode.ENTRY_REGISTERED
    assert registered.outcome == CheckOutcome.MET
    assert registered.facts == {
        "entered_on": date(2019, 9, 2),
        "starts_on": date(2015, 4, 14),
        "ends_on": date(2021, 8, 7),
        "ordered_on": date(2018, 7, 30),
        "published_on": date(2018, 8, 7),
    }


def test_an_entry_outside_every_registration_is_accepted_with_a_warning():
    verdict = judge_entry(REGISTRATIONS, date(2022, 9, 1))

    assert verdict.check.outcome == CheckOutcome.MET
    assert verdict.reasons == ()
    warning = verdict.check.checks[-1]
    assert (warning.code, warning.outcome) == (CheckCode.ENTRY_UNREGISTERED, CheckOutcome.NOTED)
    assert warning.facts == {"entered_on": date(2022, 9, 1)}


@pytest.mark.parametrize(
    ("entered_on", "standing"),
    [
        pytest.param(date(2022, 12, 31), UNREGISTERED, id="in-the-gap"),
        pytest.param(date(2023, 1, 9), REGISTERED, id="renewed"),
        pytest.param(date(2026, 1, 10), UNREGISTERED, id="after-the-renewal"),
    ],
)
def test_more_registrations_can_be_recorded(entered_on, standing):
    assert judge_entry((*REGISTRATIONS, RENEWAL), entered_on).answer.standing == standing


def test_the_latest_registration_wins_a_shared_day():
    following = Registration(
        ordered_on=date(2021, 7, 1),
        published_on=date(2021, 7, 8),
        starts_on=REGISTRATION_2018.ends_on,
        ends_on=date(2024, 8, 7),
    )
    amended = Registration(
        ordered_on=date(2021, 9, 1),
        published_on=date(2021, 9, 8),
        starts_on=REGISTRATION_2018.ends_on,
        ends_on=date(2024, 8, 7),
    )

    for registrations in permutations([REGISTRATION_2018, following, amended]):
        assert judge_entry(registrations, REGISTRATION_2018.ends_on).answer.registration == amended


def test_without_a_registration_under_the_present_title_every_entry_is_refused():
    verdict = judge_entry((REGISTRATION_2009, REGISTRATION_2012), date(2014, 9, 1))

    assert verdict.answer == EntryAnswer(REFUSED)
    assert verdict.reasons[0].facts["opens_on"] is None


def test_the_paper_claims_the_registration_of_the_entry_even_when_it_is_issued_later():
    verdict = judge_claim(EntryAnswer(REGISTERED, REGISTRATION_2018), date(2024, 3, 1), "")

    assert verdict.answer is True
    assert verdict.reasons == ()
    assert [check.code for check in verdict.check.checks] == [CheckCode.CLAIM_STANDING]
    assert verdict.check.facts == {"claims": True}


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_last_issue_date_is_respected(days):
    issued_on = RENEWAL.last_issue_on + timedelta(days=days)

    verdict = judge_claim(EntryAnswer(REGISTERED, RENEWAL), issued_on, "")

    assert verdict.answer is (days <= 0)
    last_issue = verdict.check.checks[1]
    assert last_issue.code == CheckCode.CLAIM_LAST_ISSUE
    assert last_issue.facts == {"issued_on": issued_on, "last_issue_on": RENEWAL.last_issue_on}


@pytest.mark.parametrize(
    ("entry", "first_reason"),
    [
        pytest.param(EntryAnswer(UNREGISTERED), CheckCode.CLAIM_STANDING, id="unregistered"),
        pytest.param(EntryAnswer(REGISTERED, RENEWAL), CheckCode.CLAIM_LAST_ISSUE, id="issued-too-late"),
    ],
)
def test_issuing_without_the_claim_is_confirmed_with_a_reason(entry, first_reason):
    issued_on = date(2026, 9, 1)

    silent = judge_claim(entry, issued_on, " \n")
    confirmed = judge_claim(entry, issued_on, " CQP de branche, renouvellement refusé ")

    assert (silent.answer, confirmed.answer) == (False, False)
    assert [reason.code for reason in silent.reasons] == [first_reason, CheckCode.CLAIM_CONFIRMATION]
    assert [reason.code for reason in confirmed.reasons] == [first_reason]
    assert confirmed.check.checks[-1].facts == {"reason": "CQP de branche, renouvellement refusé"}
    assert silent.check.checks[-1].facts == {"reason": ""}


def test_a_reason_does_not_make_a_refused_entry_claim():
    verdict = judge_claim(EntryAnswer(REFUSED), date(2026, 9, 1), "une raison")

    assert verdict.answer is False
    assert [reason.code for reason in verdict.reasons] == [CheckCode.CLAIM_STANDING]
    assert [check.code for check in verdict.check.checks] == [CheckCode.CLAIM_STANDING]
    assert verdict.reasons[0].facts == {"standing": REFUSED}
