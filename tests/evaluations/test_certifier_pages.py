"""For the certifier alone: the follow-up of cohorts, and who of the panel evaluates whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candidates.models import Enrolment
from evaluations.models import Assignment
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import make_admin, make_panel_assessor, make_referent, make_training_member, make_user

pytestmark = pytest.mark.django_db

ASSIGN, OVERVIEW = "/evaluations/commission/", "/evaluations/suivi/"


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


@pytest.mark.parametrize("page", [ASSIGN, OVERVIEW])
@pytest.mark.parametrize("stranger", [make_user, make_training_member, make_referent, make_panel_assessor])
def test_to_others_they_do_not_exist(client, page, stranger):
    client.force_login(stranger())

    assert client.get(page).status_code == 404


def test_others_assign_nobody(client):
    assessor, enrolment = make_panel_assessor(), make_enrolment()
    client.force_login(assessor)

    response = client.post(ASSIGN, {"assessors": [assessor.pk], "scope": "ticked", "enrolments": [enrolment.pk]})

    assert response.status_code == 404
    assert not Assignment.objects.exists()


class TestOverview:
    def test_it_counts_what_is_submitted_by_cohort_and_channel(self, client, admin):
        cohort = make_cohort(due_on=timezone.localdate() - timedelta(days=1))
        enrolment = make_enrolment(cohort=cohort)
        make_enrolment(cohort=cohort, withdrawn_on=timezone.localdate())
        build.submit_all(enrolment, blocks=["BC1", "BC2"], channels=["training"])

        (row,) = client.get(OVERVIEW).context["rows"]

        assert [(cell.progress.heard, cell.progress.expected) for cell in row.cells] == [(2, 7), (0, 7), (0, 7)]
        assert row.cohort.candidates == 1
        assert row.url == f"{reverse('evaluations:matrix')}?cohort={cohort.pk}"

    def test_a_cohort_without_candidates_shows_none(self, client, admin):
        make_cohort()

        (row,) = client.get(OVERVIEW).context["rows"]

        assert {cell.progress for cell in row.cells} == {None}

    def test_without_any_cohort_it_says_where_to_open_one(self, client, admin):
        assert reverse("candidates:cohorts") in client.get(OVERVIEW).content.decode()

    def test_many_cohorts_cost_what_one_costs(self, client, admin):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(OVERVIEW)
            return len(captured)

        make_enrolment(cohort=make_cohort())
        queries()
        for_one = queries()
        for _ in range(9):
            make_enrolment(cohort=make_cohort())

        assert queries() == for_one


class TestAssigning:
    def post(self, client, assessor, query: str = "", **data):
        return client.post(f"{ASSIGN}{query}", {"assessors": [assessor.pk], "scope": "ticked", "total": 0} | data)

    def test_those_ticked(self, client, admin):
        assessor, chosen, other = make_panel_assessor(first_name="Aïcha"), make_enrolment(), make_enrolment()

        response = self.post(client, assessor, enrolments=[chosen.pk])

        assert response.status_code == 302
        assert Assignment.objects.get(enrolment=chosen).assessor == assessor
        assert not Assignment.objects.filter(enrolment=other).exists()
        assert "Aïcha" in client.get(ASSIGN).content.decode()

    def test_a_number_too_long_to_be_one_is_refused(self, client, admin):
        response = self.post(client, make_panel_assessor(), enrolments=["9" * 5000])

        assert response.status_code < 500
        assert not Assignment.objects.exists()

    def test_all_those_of_the_filter_and_no_other(self, client, admin):
        assessor, cohort = make_panel_assessor(), make_cohort()
        inside = [make_enrolment(cohort=cohort) for _ in range(3)]
        make_enrolment()

        self.post(client, assessor, f"?cohort={cohort.pk}", scope="filtered", total=3)

        assert set(Assignment.objects.values_list("enrolment", flat=True)) == {enrolment.pk for enrolment in inside}

    def test_it_says_how_far_each_action_reaches(self, client, admin):
        for _ in range(2):
            make_enrolment()

        assert "tous les candidats de cette liste (2)" in client.get(ASSIGN).content.decode()

    def test_a_list_that_grew_meanwhile_is_shown_again(self, client, admin):
        assessor = make_panel_assessor()
        for _ in range(2):
            make_enrolment()

        response = self.post(client, assessor, scope="filtered", total=1)

        assert response.status_code == 422
        assert "Cette liste a changé depuis son affichage" in response.content.decode()
        assert not Assignment.objects.exists()

    def test_ticking_nobody_is_said(self, client, admin):
        make_enrolment()

        response = self.post(client, make_panel_assessor())

        assert response.status_code == 422
        assert "Cochez au moins une inscription." in response.content.decode()

    @pytest.mark.parametrize("person", [make_training_member, make_admin])
    def test_only_the_panel_is_offered(self, client, admin, person):
        enrolment = make_enrolment()

        response = self.post(client, person(), enrolments=[enrolment.pk])

        assert response.status_code == 422
        assert not Assignment.objects.exists()

    def test_an_assessor_who_has_left_the_panel_is_not_offered(self, client, admin):
        gone = make_panel_assessor()
        Membership.objects.filter(user=gone).update(ends_on=timezone.localdate() - timedelta(days=1))

        assert self.post(client, gone, enrolments=[make_enrolment().pk]).status_code == 422

    def test_a_candidate_who_has_left_is_not_listed(self, client, admin):
        left = make_enrolment(withdrawn_on=timezone.localdate())

        assert left.reference not in client.get(ASSIGN).content.decode()
        assert self.post(client, make_panel_assessor(), enrolments=[left.pk]).status_code == 422

    def test_it_lists_first_those_without_an_assessor(self, client, admin):
        assessor = make_panel_assessor()
        waiting, taken = make_enrolment(), make_enrolment()
        build.assign(taken, assessor)

        def listed(query: str) -> set[Enrolment]:
            return set(client.get(f"{ASSIGN}{query}").context["page"].object_list)

        assert listed("") == {waiting}
        assert listed("?assessor=any") == {waiting, taken}
        assert listed(f"?assessor={assessor.pk}") == {taken}
        assert listed("?assessor=999999") == set()

    def test_it_finds_by_name(self, client, admin):
        wanted = make_enrolment(candidate=make_candidate(birth_name="Çelik"))
        make_enrolment()

        assert list(client.get(f"{ASSIGN}?search=celik").context["page"].object_list) == [wanted]

    def test_thirty_rows_cost_what_three_cost(self, client, admin):
        assessor = make_panel_assessor()

        def enrol(count: int) -> None:
            for _ in range(count):
                build.assign(make_enrolment(enrolled_by=admin), assessor)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(f"{ASSIGN}?assessor=any")
            assert len(response.context["page"].object_list) == Enrolment.objects.count()
            return len(captured)

        enrol(3)
        queries()
        for_three = queries()
        enrol(27)

        assert queries() == for_three
