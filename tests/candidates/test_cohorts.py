"""Cohorts and the days by which each channel is due."""

from datetime import UTC, date, datetime

import pytest

from candidates.models import Cohort
from candidates.services import CohortNameTaken, DeadlineBeforeStart, change_deadlines, create_cohort
from journal.models import Entry
from tests.builders.candidates import current_version, make_cohort
from tests.builders.organisations import make_admin, make_training_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 8, 1, 8, tzinfo=UTC)
DEADLINES = {"training": date(2021, 5, 31), "company": date(2021, 6, 15)}


@pytest.fixture
def creating():
    current_version()
    admin = make_admin()

    def creating(**changes):
        facts = {
            "name": "Lyon, septembre 2020",
            "starts_on": date(2020, 9, 1),
            "ends_on": date(2021, 8, 31),
            "organisation": None,
            "deadlines": DEADLINES,
            "by": admin,
            "at": NOW,
        } | changes
        return create_cohort(**facts)

    return creating


def deadlines_of(cohort):
    return dict(cohort.deadlines.values_list("channel__code", "due_on"))


def test_a_cohort_is_opened_with_its_deadlines(creating):
    cohort = creating()

    entry = Entry.objects.get(action="cohort.recorded")
    assert deadlines_of(cohort) == DEADLINES
    assert entry.subject == f"cohort:{cohort.pk}"
    assert entry.after["deadlines"] == {"training": "2021-05-31", "company": "2021-06-15"}


def test_a_name_is_used_once_by_an_organisation(creating):
    creating()
    creating(organisation=make_training_organisation())

    with pytest.raises(CohortNameTaken):
        creating()

    assert Cohort.objects.count() == 2


def test_a_deadline_does_not_precede_the_start(creating):
    with pytest.raises(DeadlineBeforeStart):
        creating(deadlines={"panel": date(2020, 8, 31)})

    assert not Cohort.objects.exists()


def test_deadlines_are_changed_together():
    cohort = make_cohort(due_on=date(2021, 6, 1))

    change_deadlines(cohort, DEADLINES, by=make_admin(), at=NOW)

    entry = Entry.objects.get(action="cohort.deadlines_changed")
    assert deadlines_of(cohort) == DEADLINES
    assert set(entry.before["deadlines"].values()) == {"2021-06-01"}
    assert entry.after["deadlines"] == {"training": "2021-05-31", "company": "2021-06-15"}


def test_the_same_deadlines_again_change_nothing(creating):
    cohort = creating()

    change_deadlines(cohort, DEADLINES, by=make_admin(), at=NOW)

    assert not Entry.objects.filter(action="cohort.deadlines_changed").exists()
