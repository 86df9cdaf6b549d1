"""« Retards »: who sees whom, in which order, and a word to all of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.todo import Urgency
from correspondence.models import Mail
from evaluations import services
from evaluations.models import Reopening
from evaluations.todo import to_do
from journal.models import Entry
from organisations.models import Membership
from tests.builders import evaluations as build
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

LATE = "/evaluations/retards/"
DAY = timedelta(days=1)


@pytest.fixture
def organisation():
    return make_training_organisation()


@pytest.fixture
def member(organisation):
    return make_training_member(organisation)


@pytest.fixture
def enrolment(organisation, member):
    cohort = make_cohort(organisation=organisation, due_on=timezone.localdate() - 3 * DAY, name="Lyon")
    return make_enrolment(cohort=cohort)


def rows(client, user, query: str = ""):
    client.force_login(user)
    return client.get(f"{LATE}{query}").context["rows"]


def seen(found) -> set[tuple]:
    return {(row.delay.person, str(row.delay.channel), row.delay.count) for row in found}


@pytest.mark.parametrize("stranger", [make_user, make_referent, make_panel_assessor])
def test_to_others_it_does_not_exist(client, stranger, enrolment):
    client.force_login(stranger())

    assert client.get(LATE).status_code == client.post(LATE).status_code == 404


class TestWhatIsSeen:
    def test_an_admin_sees_every_channel(self, client, enrolment, member):
        assessor = build.assign(enrolment)
        build.submit(enrolment, "BC1", "company")

        assert seen(rows(client, make_admin())) == {
            (member, "training", 7),
            (enrolment.referent, "company", 6),
            (assessor, "panel", 7),
        }

    def test_an_organisation_its_own_two_and_never_a_draft(self, client, enrolment, member):
        build.assign(enrolment)
        build.draft(enrolment, "BC1", "company", comment="CANARI")
        make_enrolment(cohort=make_cohort(due_on=timezone.localdate() - DAY))

        found = rows(client, member)
        page = client.get(LATE).content.decode()

        assert seen(found) == {(member, "training", 7), (enrolment.referent, "company", 7)}
        for word in ("CANARI", "brouillon", "commencée"):
            assert word not in page

    def test_the_oldest_first_with_how_many_and_since_when(self, client, enrolment, member):
        older = make_cohort(due_on=timezone.localdate() - 40 * DAY)
        make_enrolment("vae", cohort=older)

        found = [row.delay for row in rows(client, make_admin())]

        assert [delay.due_on for delay in found] == sorted(delay.due_on for delay in found)
        assert found[0].cohort == older

    def test_what_is_due_today_is_not_late(self, client, organisation, member):
        make_enrolment(cohort=make_cohort(organisation=organisation, due_on=timezone.localdate()))

        assert rows(client, member) == []

    def test_who_is_done_or_has_left_is_not_there(self, client, enrolment, member):
        build.submit_all(enrolment, channels=["company"])
        make_enrolment(cohort=enrolment.cohort, withdrawn_on=timezone.localdate())

        assert seen(rows(client, member)) == {(member, "training", 7)}

    def test_a_reopened_evaluation_counts_by_its_own_date(self, client, enrolment, member):
        build.submit_all(enrolment, channels=["training", "company"])
        for channel, days in (("training", 5), ("company", -5)):
            evaluation = enrolment.enrolled_blocks.first().evaluations.get(channel__code=channel)
            Reopening.objects.create(
                evaluation=evaluation,
                kind="correction",
                reason="Un motif.",
                due_on=timezone.localdate() - days * DAY,
                opened_by=make_admin(),
                opened_at=evaluation.edited_at,
            )

        assert seen(rows(client, member)) == {(member, "training", 1)}

    def test_what_is_shared_is_said(self, client, enrolment, member, organisation):
        make_training_member(organisation)

        assert {row.delay.others for row in rows(client, member, "?channel=training")} == {1}
        assert "avec 1\N{NO-BREAK SPACE}autre personne" in client.get(LATE).content.decode()

    @pytest.mark.parametrize(
        ("query", "count"), [("?channel=company", 1), ("?channel=panel", 0), ("?cohort=999999", 0)]
    )
    def test_filters(self, client, enrolment, member, query, count):
        client.force_login(member)

        assert len(client.get(f"{LATE}{query}").context["page"].object_list) == count

    def test_by_cohort(self, client, enrolment, member, organisation):
        other = make_cohort(organisation=organisation, due_on=timezone.localdate() - DAY)
        make_enrolment(cohort=other)

        assert {row.delay.cohort for row in rows(client, member, f"?cohort={other.pk}")} == {other}

    def test_the_last_message_and_the_next(self, client, enrolment, member):
        services.nudge([member], by=make_admin(), at=timezone.now())

        mine, theirs = sorted(rows(client, member), key=lambda row: row.delay.person != member)

        assert mine.mail.state == "waiting"
        assert mine.next_on > timezone.localdate()
        assert theirs.mail is None
        assert "en attente" in client.get(LATE).content.decode()

    def test_nobody_late_is_said(self, client):
        client.force_login(make_admin())

        assert "Personne n’est en retard." in client.get(LATE).content.decode()


class TestInNobodysHands:
    def test_each_with_the_way_to_name_somebody(self, client, enrolment):
        Membership.objects.filter(user=enrolment.referent).update(ends_on=timezone.localdate())
        Membership.objects.filter(training_organisation=enrolment.training_organisation).update(
            ends_on=timezone.localdate()
        )

        found = {str(row.delay.channel): row for row in rows(client, make_admin())}

        assert {row.delay.person for row in found.values()} == {None}
        assert found["panel"].url == f"{reverse('evaluations:assign')}?cohort={enrolment.cohort_id}"
        assert found["company"].url == f"{reverse('evaluations:referents')}?cohort={enrolment.cohort_id}"
        assert found["training"].url == enrolment.training_organisation.get_absolute_url()
        for row in found.values():
            assert enrolment.reference in client.get(row.url).content.decode() or row is found["training"]

    def test_an_organisation_is_not_told_of_the_panel_s(self, client, enrolment, member):
        assert "Sans évaluateur" not in str([row.nobody for row in rows(client, member)])


class TestNudging:
    def post(self, client, user, **data):
        client.force_login(user)
        return client.post(LATE, data, follow=True)

    def test_those_ticked(self, client, enrolment, member):
        response = self.post(client, member, people=[enrolment.referent.pk])

        assert Mail.objects.get().to == enrolment.referent.email
        assert Entry.objects.get(action="person.nudged").on_behalf_of == (
            f"training_organisation:{enrolment.training_organisation_id}"
        )
        assert "1\N{NO-BREAK SPACE}personne va recevoir un message." in response.content.decode()

    def test_everybody_of_the_list_each_once(self, client, enrolment, member):
        make_enrolment(
            cohort=make_cohort(organisation=enrolment.training_organisation, due_on=timezone.localdate() - DAY)
        )

        self.post(client, member, everybody="3")

        assert Mail.objects.count() == 3

    def test_who_was_told_today_is_named_and_not_told_again(self, client, enrolment, member):
        services.nudge([enrolment.referent], by=make_admin(), at=timezone.now())

        response = self.post(client, member, people=[enrolment.referent.pk])

        assert f"sans second message : {enrolment.referent}." in response.content.decode()
        assert Mail.objects.count() == 1

    @pytest.mark.parametrize("sent", [{}, {"everybody": "7"}, {"people": ["9" * 400]}, {"people": ["x"]}])
    def test_nobody_and_a_list_that_has_changed_are_said(self, client, enrolment, member, sent):
        client.force_login(member)

        response = client.post(LATE, sent)

        assert response.status_code == 422
        assert not Mail.objects.exists()

    def test_only_those_of_one_s_own_list(self, client, enrolment, member):
        elsewhere = make_enrolment(cohort=make_cohort(due_on=timezone.localdate() - DAY))
        assessor = build.assign(enrolment)

        for person in (elsewhere.referent, assessor):
            assert client.post(LATE, {"people": [person.pk]}).status_code in {302, 422}
            client.force_login(member)
            assert client.post(LATE, {"people": [person.pk]}).status_code == 422
        assert not Mail.objects.exists()


class TestHome:
    def test_the_certifier_is_told_first_who_is_late(self, enrolment, member):
        today = timezone.localdate()

        line = to_do(make_admin(), on=today)[0]

        assert (line.count, line.url) == (2, LATE)
        assert line.urgency(today) is Urgency.LATE

    def test_an_organisation_of_its_referents_alone(self, enrolment, member):
        lines = [line for line in to_do(member, on=timezone.localdate()) if line.url == LATE]

        assert [line.count for line in lines] == [1]

    def test_nobody_else(self, enrolment):
        assert LATE not in {line.url for line in to_do(enrolment.referent, on=timezone.localdate())}


def test_the_overview_says_the_state_in_words(client, enrolment, member):
    make_enrolment(cohort=make_cohort(due_on=timezone.localdate() + 5 * DAY))
    make_enrolment(cohort=make_cohort(due_on=timezone.localdate() + 50 * DAY))
    make_enrolment(cohort=make_cohort())
    client.force_login(make_admin())

    page = client.get(reverse("evaluations:overview")).content.decode()

    assert "en retard depuis le" in page
    assert "à rendre bientôt, avant le" in page
    assert "dans les temps, avant le" in page
    assert "sans échéance" in page
    assert f"{LATE}?cohort={enrolment.cohort_id}&amp;channel=company" in page


def test_many_lines_cost_what_one_costs(client):
    admin = make_admin()
    client.force_login(admin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LATE)
        return len(captured)

    def late() -> None:
        organisation = make_training_organisation()
        make_training_member(organisation)
        cohort = make_cohort(organisation=organisation, due_on=timezone.localdate() - DAY)
        build.assign(make_enrolment(cohort=cohort))
        services.nudge([make_training_member(organisation)], by=admin, at=timezone.now())

    late()
    queries()
    for_one = queries()
    for _ in range(5):
        late()

    assert queries() == for_one
