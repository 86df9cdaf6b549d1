"""What may change in an enrolment while it goes on, and until when."""

from datetime import UTC, date, datetime

import pytest

from candidates.facts import option_codes
from candidates.services import (
    AlreadyWithdrawn,
    CohortOutside,
    OptionEngaged,
    OptionsRefused,
    ReferentOutsideCompany,
    WithdrawalOutOfTime,
    change_follow_up,
    change_options,
    withdraw,
)
from journal.models import Entry
from rulebook.verdict import CheckCode
from tests.builders.candidates import ENTERED_ON, make_cohort, make_enrolment
from tests.builders.evaluations import submit
from tests.builders.organisations import make_admin, make_company, make_referent, make_training_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def enrolment():
    return make_enrolment(options=["BC6", "BC7"])


@pytest.fixture
def admin():
    return make_admin()


def entries(action):
    return list(Entry.objects.filter(action=action))


# Options


def test_options_are_exchanged(enrolment, admin):
    kept = enrolment.enrolled_blocks.get(block__code="BC7")

    change_options(enrolment, ["BC7", "BC8"], by=admin, at=NOW)

    (entry,) = entries("enrolment.options_changed")
    assert option_codes(enrolment) == ("BC7", "BC8")
    assert enrolment.enrolled_blocks.get(block__code="BC7") == kept
    assert (entry.subject, entry.actor) == (enrolment.subject, admin.reference)
    assert (entry.before, entry.after) == ({"options": ["BC6", "BC7"]}, {"options": ["BC7", "BC8"]})


def test_the_same_options_again_change_nothing(enrolment, admin):
    change_options(enrolment, ["BC7", "BC6"], by=admin, at=NOW)

    assert option_codes(enrolment) == ("BC6", "BC7")
    assert not entries("enrolment.options_changed")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["BC6"], CheckCode.OPTIONS_COUNT),
        (["BC8", "BC8"], CheckCode.OPTIONS_DISTINCT),
        (["BC1", "BC8"], CheckCode.OPTIONS_OFFERED),
    ],
)
def test_anything_but_two_options_is_refused(enrolment, admin, options, code):
    with pytest.raises(OptionsRefused) as refusal:
        change_options(enrolment, options, by=admin, at=NOW)

    assert [reason.code for reason in refusal.value.reasons] == [code]
    assert option_codes(enrolment) == ("BC6", "BC7")


def test_an_option_with_an_evaluation_stays(enrolment, admin):
    submit(enrolment, "BC6", "training")

    with pytest.raises(OptionEngaged, match="BC6"):
        change_options(enrolment, ["BC7", "BC8"], by=admin, at=NOW)

    assert option_codes(enrolment) == ("BC6", "BC7")


def test_the_other_option_may_still_go(enrolment, admin):
    submit(enrolment, "BC6", "training")

    change_options(enrolment, ["BC6", "BC8"], by=admin, at=NOW)

    assert option_codes(enrolment) == ("BC6", "BC8")


# Follow-up


def test_a_company_a_referent_and_a_cohort_are_named(admin):
    enrolment = make_enrolment(referred=False)
    company = make_company()
    referent = make_referent(company)
    cohort = make_cohort(organisation=enrolment.training_organisation)

    change_follow_up(enrolment, cohort=cohort, company=company, referent=referent, initiative="OF", by=admin, at=NOW)

    enrolment.refresh_from_db()
    (entry,) = entries("enrolment.follow_up_changed")
    assert (enrolment.cohort, enrolment.company, enrolment.referent) == (cohort, company, referent)
    assert enrolment.initiative == "OF"
    assert entry.before == {"cohort": None, "company": None, "referent": None, "initiative": ""}
    assert entry.after == {
        "cohort": cohort.pk,
        "company": company.pk,
        "referent": referent.reference,
        "initiative": "OF",
    }


def test_the_same_follow_up_again_changes_nothing(enrolment, admin):
    change_follow_up(enrolment, cohort=None, company=enrolment.company, referent=enrolment.referent, by=admin, at=NOW)

    assert not entries("enrolment.follow_up_changed")


def test_a_referent_of_another_company_is_refused(enrolment, admin):
    with pytest.raises(ReferentOutsideCompany):
        change_follow_up(enrolment, cohort=None, company=make_company(), referent=make_referent(), by=admin, at=NOW)


def test_a_referent_who_has_left_may_stay_named(enrolment, admin):
    enrolment.referent.memberships.update(ends_on=date(2021, 1, 1))
    cohort = make_cohort(organisation=enrolment.training_organisation)

    change_follow_up(enrolment, cohort=cohort, company=enrolment.company, referent=enrolment.referent, by=admin, at=NOW)

    enrolment.refresh_from_db()
    assert enrolment.cohort == cohort


def test_the_cohort_of_another_organisation_is_refused(enrolment, admin):
    foreign = make_cohort(organisation=make_training_organisation())

    with pytest.raises(CohortOutside):
        change_follow_up(
            enrolment, cohort=foreign, company=enrolment.company, referent=enrolment.referent, by=admin, at=NOW
        )


# Withdrawal


@pytest.mark.parametrize("on", [ENTERED_ON, date(2021, 3, 1)], ids=["the first day", "today"])
def test_a_withdrawal_is_dated(enrolment, admin, on):
    withdraw(enrolment, on=on, by=admin, at=NOW)

    enrolment.refresh_from_db()
    (entry,) = entries("enrolment.withdrawn")
    assert enrolment.withdrawn_on == on
    assert (entry.subject, entry.after) == (enrolment.subject, {"withdrawn_on": on.isoformat()})


@pytest.mark.parametrize("on", [date(2020, 9, 13), date(2021, 3, 2)], ids=["before the entry", "tomorrow"])
def test_a_withdrawal_lies_between_the_entry_and_today(enrolment, admin, on):
    with pytest.raises(WithdrawalOutOfTime):
        withdraw(enrolment, on=on, by=admin, at=NOW)

    assert not entries("enrolment.withdrawn")


def test_today_is_that_of_paris(enrolment, admin):
    withdraw(enrolment, on=date(2021, 3, 2), by=admin, at=datetime(2021, 3, 1, 23, 30, tzinfo=UTC))

    assert entries("enrolment.withdrawn")


def test_one_withdraws_once(enrolment, admin):
    withdraw(enrolment, on=ENTERED_ON, by=admin, at=NOW)

    with pytest.raises(AlreadyWithdrawn):
        withdraw(enrolment, on=ENTERED_ON, by=admin, at=NOW)

    assert len(entries("enrolment.withdrawn")) == 1
