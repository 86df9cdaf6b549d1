"""What the home page says is left to do about candidates."""

from datetime import date

import pytest

from candidates.enums import AdmissibilityStage, EnrolmentState
from candidates.forms import AdmissibilityFilterForm, EnrolmentFilterForm
from candidates.todo import to_do
from tests.builders.candidates import ENTERED_ON, make_admissibility, make_cohort, make_enrolment
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

    assert counts(make_admin()) == {
        "Recevabilités à décider": 0,
        "Inscrire par VAE les candidats recevables": 0,
        "Vérifier les entrées hors enregistrement au RNCP": 1,
        "Compléter les données de la déclaration à la CDC": 2,
    }


def test_the_secretariat_is_told_of_requests_by_their_first_deadline():
    make_admissibility(complete_on=date(2021, 2, 10))
    make_admissibility(complete_on=date(2021, 1, 4))
    make_admissibility(complete_on=date(2020, 12, 31))
    make_admissibility()
    make_admissibility(decided_on=date(2021, 2, 1), decision="inadmissible")

    to_decide, to_enrol, *_ = to_do(make_admin(), on=TODAY)

    assert (to_decide.label, to_decide.count, to_decide.due_on) == ("Recevabilités à décider", 2, date(2021, 3, 4))
    assert (to_enrol.count, to_enrol.due_on) == (1, None)


@pytest.mark.parametrize("stage", AdmissibilityStage)
def test_one_click_leads_to_as_many_requests(stage):
    make_admissibility(complete_on=date(2021, 2, 10))
    make_admissibility()
    make_admissibility(decided_on=date(2021, 2, 1), decision="inadmissible")
    make_admissibility(complete_on=date(2020, 12, 31))
    make_admissibility(decided_on=date(2021, 2, 1))
    make_enrolment("vae")
    found = AdmissibilityFilterForm({"stage": stage}, user=make_admin(), on=TODAY).filtered().count()

    assert found == {"admissible": 2}.get(stage, 1)


def test_others_have_nothing_to_do_here():
    referent = make_referent()
    make_enrolment(company=referent.memberships.get().company, referent=referent)

    assert counts(referent) == {}


@pytest.mark.parametrize("state", EnrolmentState)
def test_one_click_leads_to_as_many_rows(state):
    make_enrolment(initiative="OF")
    make_enrolment(referred=False)
    make_enrolment(entered_on=date(2021, 9, 13))
    make_enrolment(withdrawn_on=ENTERED_ON)
    found = EnrolmentFilterForm({"state": state}, user=make_admin()).filtered().count()

    assert found == {"active": 3, "to_complete": 2}.get(state, 1)
