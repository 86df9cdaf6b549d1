"""What the home page says is left to do about candidates."""

from datetime import date

import pytest

from candidates.enums import EnrolmentState
from candidates.forms import EnrolmentFilterForm
from candidates.todo import to_do
from tests.builders.candidates import ENTERED_ON, make_cohort, make_enrolment
from tests.builders.organisations import make_admin, make_referent, make_training_member, make_training_organisation

pytestmark = pytest.mark.django_db
TODAY = date(2021, 3, 1)


def counts(user):
    return {todo.label: todo.count for todo in to_do(user, on=TODAY)}


def test_an_organisation_is_told_of_its_own_candidates():
    organisation = make_training_organisation()
    make_enrolment(organisation=organisation)
    make_enrolment(organisation=organisation, referred=False)
    make_enrolment(organisation=organisation, referred=False, withdrawn_on=ENTERED_ON)
    make_enrolment(referred=False)
    make_cohort(organisation=organisation)
    make_cohort(organisation=organisation, due_on=date(2021, 6, 1))
    make_cohort(organisation=organisation, ends_on=date(2021, 2, 28))
    make_cohort(organisation=make_training_organisation())

    assert counts(make_training_member(organisation)) == {
        "Désigner un référent en entreprise": 1,
        "Fixer les échéances d’une promotion": 1,
    }


def test_the_secretariat_is_told_of_entries_outside_every_registration():
    make_enrolment()
    make_enrolment(entered_on=date(2021, 9, 13))
    make_enrolment(entered_on=date(2021, 9, 13), withdrawn_on=date(2021, 9, 13))

    assert counts(make_admin()) == {"Vérifier les entrées hors enregistrement au RNCP": 1}


def test_others_have_nothing_to_do_here():
    referent = make_referent()
    make_enrolment(company=referent.memberships.get().company, referent=referent)

    assert counts(referent) == {}


@pytest.mark.parametrize("state", EnrolmentState)
def test_one_click_leads_to_as_many_rows(state):
    make_enrolment()
    make_enrolment(referred=False)
    make_enrolment(entered_on=date(2021, 9, 13))
    make_enrolment(withdrawn_on=ENTERED_ON)
    found = EnrolmentFilterForm({"state": state}, user=make_admin()).filtered().count()

    assert found == {"active": 3, "withdrawn": 1, "without_referent": 1, "unregistered": 1}[state]
