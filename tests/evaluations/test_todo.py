"""What the home page says of evaluations to each role."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from evaluations.enums import AdaptationState
from evaluations.todo import to_do
from tests.builders import evaluations as build
from tests.builders.adaptations import make_adaptation
from tests.builders.candidates import make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)
SOON, LATER = TODAY + timedelta(days=5), TODAY + timedelta(days=60)


def test_each_is_told_how_many_until_when_and_where_to_begin():
    organisation = make_training_organisation()
    member = make_training_member(organisation)
    make_enrolment(organisation=organisation, cohort=make_cohort(organisation=organisation, due_on=LATER))
    urgent = make_enrolment(organisation=organisation, cohort=make_cohort(organisation=organisation, due_on=SOON))
    build.submit(urgent, "BC1")

    to_enter, drafts = to_do(member, on=TODAY)

    assert (to_enter.count, to_enter.due_on) == (13, SOON)
    assert to_enter.url == reverse("evaluations:enter", args=[urgent.reference, "BC2", "training"])
    assert urgent.candidate.display_name in to_enter.detail
    assert drafts.count == 0


@pytest.mark.parametrize("channel", ["training", "company", "panel"])
def test_drafts_wait_to_be_submitted(channel):
    enrolment = make_enrolment(cohort=make_cohort(due_on=SOON))
    build.draft(enrolment, "BC3", channel)

    to_enter, drafts = to_do(build.evaluator_of(enrolment, channel), on=TODAY)

    assert (to_enter.count, drafts.count, drafts.due_on) == (7, 1, SOON)
    assert drafts.url == f"{reverse('evaluations:matrix')}?state=draft"


def test_an_admin_is_told_whom_the_panel_does_not_have_yet():
    make_enrolment()
    make_enrolment(withdrawn_on=TODAY)
    build.assign(make_enrolment())

    lines = {line.url: line.count for line in to_do(make_admin(), on=TODAY)}

    assert lines[reverse("evaluations:assign")] == 1


def test_an_admin_is_told_which_adaptations_to_decide():
    make_adaptation(make_enrolment())
    make_adaptation(make_enrolment(withdrawn_on=TODAY))
    make_adaptation(make_enrolment(), AdaptationState.GRANTED)

    lines = {line.url: line.count for line in to_do(make_admin(), on=TODAY)}

    assert lines[reverse("evaluations:adaptations")] == 1


@pytest.mark.parametrize("person", [make_user, make_training_member, make_referent, make_panel_assessor])
def test_who_has_nothing_to_enter_is_told_nothing(person):
    make_enrolment()

    assert to_do(person(), on=TODAY) == []
