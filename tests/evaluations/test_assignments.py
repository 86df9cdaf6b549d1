"""« Affectations »: who evaluates whom, cohort by cohort and in bulk."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations import services
from evaluations.models import Assignment
from journal.models import Entry
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

ASSIGNMENTS, ASSIGN, REFERENTS = "/evaluations/affectations/", "/evaluations/commission/", "/evaluations/referents/"
NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def all_of(*enrolments):
    return type(enrolments[0]).objects.filter(pk__in=[row.pk for row in enrolments])


class TestSharingService:
    def share(self, enrolments, assessors, **more):
        return services.share_panel(all_of(*enrolments), assessors=assessors, by=make_admin(), at=NOW, **more)

    def test_evenly_in_alphabetical_order_with_an_entry_for_each(self):
        names = ["Bernard", "Aubry", "Colin", "Dupuis", "Evrard"]
        enrolments = [make_enrolment(candidate=make_candidate(birth_name=name)) for name in names]
        first, second = make_panel_assessor(), make_panel_assessor()

        sharing = self.share(enrolments, [first, second])

        hands = Assignment.objects.order_by("enrolment__candidate__search_key").values_list("assessor", flat=True)
        assert list(hands) == [first.pk, second.pk, first.pk, second.pk, first.pk]
        assert (dict(sharing.given), sharing.kept) == ({first: 3, second: 2}, 0)
        entries = Entry.objects.filter(action="panel.assigned")
        assert {entry.subject for entry in entries} == {enrolment.subject for enrolment in enrolments}

    def test_those_in_hand_stay_there_unless_asked(self):
        held = [make_enrolment() for _ in range(4)]
        holder, other = make_panel_assessor(), make_panel_assessor()
        for enrolment in held:
            build.assign(enrolment, holder)

        kept = self.share(held, [holder, other])
        moved = self.share(held, [holder, other], keeps=False)

        assert (kept.total, kept.kept) == (0, 4)
        assert (dict(moved.given), moved.kept) == ({holder: 0, other: 2}, 2)

    def test_asked_twice_it_changes_nothing(self):
        enrolments = [make_enrolment() for _ in range(3)]
        assessors = [make_panel_assessor(), make_panel_assessor()]
        self.share(enrolments, assessors)

        assert self.share(enrolments, assessors, keeps=False).total == 0
        assert Entry.objects.filter(action="panel.assigned").count() == 3

    def test_somebody_who_has_left_the_panel_keeps_nothing(self):
        enrolment, gone, here = make_enrolment(), make_panel_assessor(), make_panel_assessor()
        build.assign(enrolment, gone)
        Membership.objects.filter(user=gone).update(ends_on=NOW.date())

        self.share([enrolment], [here])

        assert Assignment.objects.get().assessor == here

    @pytest.mark.parametrize("who", [[], [make_admin], [make_panel_assessor, make_training_member]])
    def test_only_to_those_who_sit_on_the_panel(self, who):
        enrolment = make_enrolment()

        with pytest.raises(services.NotAPanelAssessor):
            self.share([enrolment], [make() for make in who])
        assert not Assignment.objects.exists()


class TestSharingPage:
    def post(self, client, assessors, enrolments, query: str = "", **more):
        sent = {
            "assessors": [person.pk for person in assessors],
            "enrolments": [row.pk for row in enrolments],
            "scope": "ticked",
            "total": 0,
        }
        return client.post(f"{ASSIGN}{query}", sent | more, follow=True)

    def test_several_assessors_share(self, client, admin):
        enrolments = [make_enrolment() for _ in range(4)]
        assessors = [make_panel_assessor(last_name="Aubry"), make_panel_assessor(last_name="Bernard")]

        page = self.post(client, assessors, enrolments).content.decode().replace("\N{NO-BREAK SPACE}", " ")

        assert "Camille Aubry évalue 2 candidats de plus et Camille Bernard évalue 2 candidats de plus." in page
        assert sorted(Assignment.objects.values_list("assessor", flat=True)) == sorted(
            person.pk for person in assessors for _ in range(2)
        )

    def test_those_who_have_somebody_are_left_to_them_and_it_says_so(self, client, admin):
        enrolment, other = make_enrolment(), make_panel_assessor()
        holder = build.assign(enrolment)

        page = self.post(client, [other], [enrolment], "?assessor=any").content.decode()
        assert "1\N{NO-BREAK SPACE}candidat garde son évaluateur." in page
        assert Assignment.objects.get().assessor == holder

        self.post(client, [other], [enrolment], "?assessor=any", reassigned="on")
        assert Assignment.objects.get().assessor == other

    def test_it_says_how_many_each_has(self, client, admin):
        holder = make_panel_assessor(last_name="Aubry")
        build.assign(make_enrolment(), holder)
        make_enrolment()

        page = client.get(ASSIGN).content.decode()

        assert "Camille Aubry, 1 candidat en charge" in page

    def test_whoever_s_assessor_has_left_is_to_be_assigned_again(self, client, admin):
        enrolment = make_enrolment()
        gone = build.assign(enrolment)
        Membership.objects.filter(user=gone).update(ends_on=timezone.localdate())

        assert list(client.get(ASSIGN).context["page"].object_list) == [enrolment]

    def test_those_in_no_cohort(self, client, admin):
        make_enrolment(cohort=make_cohort())
        alone = make_enrolment()

        assert list(client.get(f"{ASSIGN}?cohort=none").context["page"].object_list) == [alone]


class TestByCohort:
    @pytest.mark.parametrize("stranger", [make_user, make_referent, make_panel_assessor])
    def test_to_others_it_does_not_exist(self, client, stranger):
        client.force_login(stranger())

        assert {client.get(page).status_code for page in (ASSIGNMENTS, REFERENTS)} == {404}

    def test_those_that_miss_somebody_come_first(self, client, admin):
        full, missing = make_cohort(), make_cohort()
        build.assign(make_enrolment(cohort=full))
        make_enrolment(cohort=missing, referred=False)
        build.assign(make_enrolment())

        rows = list(client.get(ASSIGNMENTS).context["page"])

        assert [(row.cohort, row.without_assessor, row.without_referent) for row in rows] == [
            (missing, 1, 1),
            (None, 0, 0),
            (full, 0, 0),
        ]

    def test_an_organisation_sees_its_own_and_nothing_of_the_panel(self, client):
        organisation = make_training_organisation()
        own = make_cohort(organisation=organisation)
        make_enrolment(cohort=own)
        make_enrolment(cohort=make_cohort())
        client.force_login(make_training_member(organisation))

        response = client.get(ASSIGNMENTS)

        assert [(row.cohort, row.without_assessor) for row in response.context["page"]] == [(own, 0)]
        assert "Commission" not in response.content.decode()

    @pytest.mark.parametrize("page", [ASSIGNMENTS, f"{REFERENTS}?referent=any", f"{ASSIGN}?assessor=any"])
    def test_many_cost_what_one_costs(self, client, admin, page):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(page)
            return len(captured)

        build.assign(make_enrolment(cohort=make_cohort()))
        queries()
        for_one = queries()
        for _ in range(6):
            build.assign(make_enrolment(cohort=make_cohort()))

        assert queries() == for_one


class TestReferents:
    def post(self, client, referent, enrolments, query: str = "", **more):
        sent = {
            "referent": f"{referent.memberships.get().company_id}-{referent.pk}",
            "enrolments": [row.pk for row in enrolments],
            "scope": "ticked",
            "total": 0,
        }
        return client.post(f"{REFERENTS}{query}", sent | more)

    @pytest.fixture
    def company(self):
        return make_company()

    @pytest.fixture
    def organisation(self):
        return make_training_organisation()

    @pytest.fixture
    def member(self, client, organisation):
        member = make_training_member(organisation)
        client.force_login(member)
        return member

    def unreferred(self, organisation, company, **fields):
        return make_enrolment(organisation=organisation, company=company, referent=None, referred=False, **fields)

    def test_those_of_one_company_in_one_gesture(self, client, organisation, member, company):
        enrolments = [self.unreferred(organisation, company) for _ in range(3)]
        referent = make_referent(company)

        response = self.post(client, referent, enrolments)

        assert response.status_code == 302
        for enrolment in enrolments:
            enrolment.refresh_from_db()
            assert enrolment.referent == referent
        assert Entry.objects.filter(action="enrolment.follow_up_changed").count() == 3

    def test_all_those_of_the_list(self, client, organisation, member, company):
        enrolments = [self.unreferred(organisation, company) for _ in range(2)]
        self.unreferred(organisation, make_company())
        referent = make_referent(company)

        self.post(client, referent, [], f"?company={company.pk}", scope="filtered", total=2)

        for enrolment in enrolments:
            enrolment.refresh_from_db()
            assert enrolment.referent == referent

    def test_those_without_a_referent_first_then_all(self, client, organisation, member, company):
        taken = make_enrolment(organisation=organisation, company=company, referent=make_referent(company))
        waiting = self.unreferred(organisation, company)

        assert list(client.get(REFERENTS).context["page"].object_list) == [waiting]
        assert list(client.get(f"{REFERENTS}?referent=any").context["page"].object_list) == [waiting, taken]

    def test_a_referent_who_has_left_is_to_be_replaced(self, client, organisation, member, company):
        gone = make_referent(company)
        enrolment = make_enrolment(organisation=organisation, company=company, referent=gone)
        Membership.objects.filter(user=gone).update(ends_on=timezone.localdate())

        response = client.get(REFERENTS)

        assert list(response.context["page"].object_list) == [enrolment]
        assert "à remplacer" in response.content.decode()

    def test_of_two_companies_it_is_refused(self, client, organisation, member, company):
        one, other = self.unreferred(organisation, company), self.unreferred(organisation, make_company())

        response = self.post(client, make_referent(company), [one, other])

        assert response.status_code == 422
        assert f"Tous ces candidats ne sont pas chez {company}." in response.content.decode()

    def test_not_another_organisation_s_candidate(self, client, organisation, member, company):
        self.unreferred(organisation, company)
        theirs = self.unreferred(make_training_organisation(), company)

        assert self.post(client, make_referent(company), [theirs]).status_code == 422
        theirs.refresh_from_db()
        assert theirs.referent is None

    def test_nobody_who_is_no_referent_there(self, client, organisation, member, company):
        enrolment = self.unreferred(organisation, company)

        assert self.post(client, make_referent(make_company()), [enrolment]).status_code == 422

    def test_a_company_without_referent_says_where_to_invite_one(self, client, organisation, member, company):
        self.unreferred(organisation, company)

        invite = reverse("candidates:invite_in_company", args=[company.pk])
        assert invite in client.get(REFERENTS).content.decode()
