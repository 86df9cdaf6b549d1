"""One referent for many candidates of a company: all, or none."""

from datetime import UTC, datetime

import pytest

from candidates import services
from candidates.models import Enrolment
from journal.models import Entry
from organisations.models import Membership
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_company, make_referent

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def referent(company):
    return make_referent(company)


def assign(referent, by=None):
    return services.assign_referent(Enrolment.objects.all(), referent=referent, by=by or make_admin(), at=NOW)


def referents() -> set:
    return set(Enrolment.objects.values_list("referent", flat=True))


def test_each_change_has_its_entry(company, referent):
    before = make_referent(company)
    enrolments = [make_enrolment(company=company, referent=before), make_enrolment(company=company, referent=before)]
    admin = make_admin()

    changed = assign(referent, by=admin)

    assert changed == enrolments
    assert referents() == {referent.pk}
    entries = Entry.objects.filter(action="enrolment.follow_up_changed")
    assert {entry.subject for entry in entries} == {enrolment.subject for enrolment in enrolments}
    assert {entry.actor for entry in entries} == {admin.reference}
    assert entries.first().before == {"referent": before.reference}
    assert entries.first().after == {"referent": referent.reference}


def test_asked_again_it_changes_nothing(company, referent):
    make_enrolment(company=company, referent=referent)

    assert assign(referent) == []
    assert not Entry.objects.filter(action="enrolment.follow_up_changed").exists()


class TestRefusals:
    def test_candidates_of_two_companies(self, company, referent):
        make_enrolment(company=company, referent=make_referent(company))
        make_enrolment()

        with pytest.raises(services.CompaniesDiffer):
            assign(referent)

    def test_a_candidate_without_a_company(self, referent):
        make_enrolment(referred=False)

        with pytest.raises(services.CompanyMissing):
            assign(referent)

    def test_nobody(self, referent):
        with pytest.raises(services.NothingLeftToEvaluate):
            assign(referent)

    def test_a_candidate_who_has_left(self, company, referent):
        make_enrolment(company=company, referent=make_referent(company))
        make_enrolment(company=company, referent=make_referent(company), withdrawn_on=NOW.date())

        with pytest.raises(services.NothingLeftToEvaluate):
            assign(referent)
        assert not Entry.objects.filter(action="enrolment.follow_up_changed").exists()

    @pytest.mark.parametrize("how", ["elsewhere", "gone", "closed"])
    def test_somebody_who_is_no_referent_of_the_company(self, company, referent, how):
        make_enrolment(company=company, referent=make_referent(company))
        if how == "elsewhere":
            referent = make_referent()
        elif how == "gone":
            Membership.objects.filter(user=referent).update(ends_on=NOW.date())
        else:
            referent.is_active = False
            referent.save()

        with pytest.raises(services.ReferentOutsideCompany):
            assign(referent)
