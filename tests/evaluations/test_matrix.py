"""« Mes candidats »: what each role sees there, the filters, and what it costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.enums import Attendance, Flag, Mark
from evaluations.matrix import MatrixRow, Square, for_matrix, matrix_of
from journal.guards import all_guards
from organisations.permissions import Access, access_of
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
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

URL = "/evaluations/"
DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def get(client: Client, user, **filters: str):
    client.force_login(user)
    return client.get(URL, filters)


def row_of(enrolment: Enrolment, access: Access) -> MatrixRow:
    (row,) = matrix_of([for_matrix(Enrolment.objects.all()).get(pk=enrolment.pk)], access, on=today()).rows
    return row


def square_of(enrolment: Enrolment, access: Access, block: str = "BC1") -> Square:
    return next(square for square in row_of(enrolment, access).squares if square and square.code == block)


def evaluators(enrolment: Enrolment) -> dict[str, Access]:
    return {channel: access_of(build.evaluator_of(enrolment, channel)) for channel in ChannelCode}


def lift_guards(table: str) -> None:
    for guard in all_guards():
        if guard.table == table:
            guard.remove(connection)


class TestSquares:
    def test_each_reads_drafts_and_delays_of_their_own_channel_only(self):
        enrolment = make_enrolment(cohort=make_cohort(due_on=today() - DAY))
        build.draft(enrolment, "BC1", "training")
        build.submit(enrolment, "BC1", "panel")

        marks = {channel: square_of(enrolment, access).marks for channel, access in evaluators(enrolment).items()}

        assert marks[ChannelCode.TRAINING] == (Mark.LATE, Mark.EXPECTED, Mark.SUBMITTED)
        assert marks[ChannelCode.COMPANY] == (Mark.EXPECTED, Mark.LATE, Mark.SUBMITTED)
        assert marks[ChannelCode.PANEL] == (Mark.EXPECTED, Mark.EXPECTED, Mark.SUBMITTED)
        assert square_of(enrolment, access_of(make_admin())).marks == (Mark.LATE, Mark.LATE, Mark.SUBMITTED)

    def test_a_draft_shows_until_it_is_late(self):
        enrolment = make_enrolment(cohort=make_cohort(due_on=today()))
        build.draft(enrolment)

        assert square_of(enrolment, evaluators(enrolment)["training"]).marks[0] == Mark.DRAFT

    def test_after_an_excuse_the_channel_is_awaited_again_and_nobody_else_knows_why(self):
        enrolment = make_enrolment()
        build.submit(enrolment, "BC1", "training", attendance=Attendance.EXCUSED)

        assert {square_of(enrolment, access).marks for access in evaluators(enrolment).values()} == {
            (Mark.EXPECTED, Mark.EXPECTED, Mark.EXPECTED)
        }

    def test_a_route_asks_only_for_its_channels(self):
        vae = make_enrolment(route="vae")

        assert square_of(vae, access_of(vae.referent)).marks == (Mark.NOT_REQUIRED, Mark.EXPECTED, Mark.EXPECTED)

    def test_an_option_not_chosen_asks_for_nothing_and_leads_nowhere(self):
        enrolment = make_enrolment(options=("BC6", "BC7"))

        square = square_of(enrolment, evaluators(enrolment)["training"], "BC8")

        assert (set(square.marks), square.url) == ({Mark.NOT_REQUIRED}, "")

    def test_a_block_held_before_is_carried(self):
        enrolment = make_enrolment()
        make_acquired_block(enrolment.candidate, "BC1")

        square = square_of(enrolment, evaluators(enrolment)["training"])

        assert (square.flag, set(square.marks)) == (Flag.CARRIED, {Mark.NOT_REQUIRED})

    def test_a_block_earned_by_this_enrolment_is_acquired(self):
        lift_guards("candidates_acquiredblock")  # The juries alone make such a row, from a published decision.
        enrolment = make_enrolment()
        enrolled = build.enrolled_block(enrolment)
        make_acquired_block(enrolment.candidate, enrolled.block, enrolled_block=enrolled)

        assert square_of(enrolment, evaluators(enrolment)["training"]).flag == Flag.ACQUIRED

    def test_before_the_entry_nothing_is_expected(self):
        enrolment = make_enrolment(entered_on=today() + DAY)

        assert set(square_of(enrolment, evaluators(enrolment)["training"]).marks) == {Mark.NONE}

    def test_after_a_withdrawal_nothing_more_is_expected(self):
        enrolment = make_enrolment(withdrawn_on=today())
        build.submit(enrolment)

        assert square_of(enrolment, evaluators(enrolment)["training"]).marks == (
            Mark.SUBMITTED,
            Mark.NOT_REQUIRED,
            Mark.NOT_REQUIRED,
        )

    def test_it_leads_to_the_entry_of_ones_own_channel(self):
        enrolment = make_enrolment()

        for channel, access in evaluators(enrolment).items():
            url = reverse("evaluations:enter", args=[enrolment.reference, "BC1", channel])
            assert square_of(enrolment, access).url == url

    def test_to_an_admin_it_leads_to_what_is_left(self):
        enrolment = make_enrolment()
        build.submit(enrolment, "BC1", "training")

        assert square_of(enrolment, access_of(make_admin())).url.endswith("/BC1/company/")

    def test_a_row_says_the_earliest_date_of_ones_own_channel(self):
        cohort = make_cohort()
        enrolment = make_enrolment(cohort=cohort)
        dates = {}
        for days, channel in enumerate(cohort.version.channels.order_by("-position"), start=1):
            dates[channel.code] = today() + days * DAY
            cohort.deadlines.create(channel=channel, due_on=dates[channel.code])

        for channel, access in evaluators(enrolment).items():
            assert row_of(enrolment, access).due_on == dates[channel]
        assert row_of(enrolment, access_of(make_admin())).due_on == min(dates.values())
        build.submit_all(enrolment, channels=["company"])
        assert row_of(enrolment, access_of(enrolment.referent)).due_on is None

    def test_a_row_says_the_options_and_who_has_a_dossier_to_open(self):
        enrolment = make_enrolment(options=("BC6", "BC8"))

        rows = {channel: row_of(enrolment, access) for channel, access in evaluators(enrolment).items()}

        assert {row.options for row in rows.values()} == {("BC6", "BC8")}
        assert [channel for channel, row in rows.items() if row.has_dossier] == ["training", "company"]


class TestThePage:
    def test_each_role_sees_its_own_candidates(self, client):
        enrolment, other = make_enrolment(), make_enrolment()
        build.assign(enrolment)
        admin = make_admin()

        for channel in ChannelCode:
            page = get(client, build.evaluator_of(enrolment, channel)).content.decode()
            assert enrolment.reference in page
            assert other.reference not in page
        everything = get(client, admin).content.decode()
        assert enrolment.reference in everything
        assert other.reference in everything

    @pytest.mark.parametrize(
        ("person", "sentence"),
        [
            (make_training_member, "Inscrivez vos candidats"),
            (make_referent, "Aucun candidat ne vous est confié"),
            (make_panel_assessor, "Aucun candidat ne vous est confié"),
            (make_admin, "Aucun candidat n’est inscrit"),
            (make_user, "Aucun candidat ne vous est confié"),
        ],
    )
    def test_an_empty_one_says_what_comes_next(self, client, person, sentence):
        assert sentence in get(client, person()).content.decode()

    def test_a_filter_that_finds_nothing_offers_to_see_everybody(self, client):
        enrolment = make_enrolment()

        page = get(client, enrolment.referent, search="Inconnu").content.decode()

        assert "Aucun candidat ne correspond à ces filtres" in page
        assert "Voir tous les candidats" in page

    def test_it_asks_to_sign_in(self, client):
        assert client.get(URL).status_code == 302

    def test_it_only_reads(self, client):
        client.force_login(make_admin())

        assert client.post(URL).status_code == 405

    def test_it_offers_what_to_enter_first(self, client):
        organisation = make_training_organisation()
        member = make_training_member(organisation)
        late = make_cohort(organisation=organisation, due_on=today() - DAY)
        make_enrolment(organisation=organisation)
        first = make_enrolment(organisation=organisation, cohort=late)

        response = get(client, member)

        assert response.context["next_entry"].place == (first.reference, "BC1", "training")
        assert response.context["next_entry"].place.url in response.content.decode()


class TestFilters:
    @pytest.fixture
    def member(self):
        return make_training_member()

    @pytest.fixture
    def organisation(self, member):
        return member.memberships.get().training_organisation

    def found(self, client, member, **filters) -> set[str]:
        return {row.enrolment.reference for row in get(client, member, **filters).context["matrix"].rows}

    def test_by_cohort(self, client, member, organisation):
        cohort = make_cohort(organisation=organisation)
        inside = make_enrolment(organisation=organisation, cohort=cohort)
        make_enrolment(organisation=organisation)

        assert self.found(client, member, cohort=str(cohort.pk)) == {inside.reference}

    def test_a_cohort_of_others_is_one_that_does_not_exist(self, client, member, organisation):
        make_enrolment(organisation=organisation)
        foreign = make_enrolment(cohort=make_cohort()).cohort

        hidden = get(client, member, cohort=str(foreign.pk))
        absent = get(client, member, cohort="999999")

        assert hidden.context["matrix"].rows == absent.context["matrix"].rows == ()
        assert foreign.name not in hidden.content.decode()

    @pytest.mark.parametrize("words", ["zoé", "ZOE", "o’brien", "obrien zoe"])
    def test_by_name_without_accents(self, client, member, organisation, words):
        words = words.replace("obrien", "o brien")
        candidate = make_candidate(birth_name="O’Brien", first_names="Zoé")
        other = make_candidate(birth_name="Martin", first_names="Luc")
        wanted = make_enrolment(organisation=organisation, candidate=candidate)
        make_enrolment(organisation=organisation, candidate=other)

        assert self.found(client, member, search=words) == {wanted.reference}

    def test_by_reference(self, client, member, organisation):
        wanted, _ = make_enrolment(organisation=organisation), make_enrolment(organisation=organisation)

        assert self.found(client, member, search=wanted.reference) == {wanted.reference}

    def test_by_what_is_left(self, client, member, organisation):
        late_cohort = make_cohort(organisation=organisation, due_on=today() - DAY)
        blank = make_enrolment(organisation=organisation)
        drafted = make_enrolment(organisation=organisation)
        late = make_enrolment(organisation=organisation, cohort=late_cohort)
        done = make_enrolment(organisation=organisation)
        gone = make_enrolment(organisation=organisation, withdrawn_on=today())
        build.draft(drafted)
        build.submit_all(done, channels=["training"])

        references = {
            "": {blank, drafted, late, done},
            "to_do": {blank, drafted, late},
            "late": {late},
            "draft": {drafted},
            "done": {done},
            "withdrawn": {gone},
        }
        for state, enrolments in references.items():
            expected = {enrolment.reference for enrolment in enrolments}
            assert self.found(client, member, state=state) == expected

    def test_an_unknown_state_finds_nothing(self, client, member, organisation):
        make_enrolment(organisation=organisation)

        assert self.found(client, member, state="favourable") == set()


class TestPages:
    def test_it_shows_thirty_at_a_time_and_keeps_the_filters(self, client):
        organisation = make_training_organisation()
        member = make_training_member(organisation)
        company = make_company()
        referent = make_referent(company)
        for _ in range(31):
            make_enrolment(organisation=organisation, company=company, referent=referent, enrolled_by=member)

        response = get(client, member, state="to_do")

        assert len(response.context["matrix"].rows) == 30
        assert "state=to_do&amp;page=2" in response.content.decode()
        assert len(get(client, member, state="to_do", page="2").context["matrix"].rows) == 1

    @pytest.mark.parametrize("role", ["training", "company", "panel", "admin"])
    def test_thirty_rows_cost_what_three_cost(self, client, role):
        organisation, company = make_training_organisation(), make_company()
        member, referent = make_training_member(organisation), make_referent(company)
        assessor, admin = make_panel_assessor(), make_admin()
        user = {"training": member, "company": referent, "panel": assessor, "admin": admin}[role]
        cohort = make_cohort(organisation=organisation, due_on=today())

        def enrol(count: int) -> None:
            for _ in range(count):
                enrolment = make_enrolment(
                    organisation=organisation, company=company, referent=referent, cohort=cohort, enrolled_by=admin
                )
                build.assign(enrolment, assessor)
                build.submit(enrolment, "BC1", "training", by=member)
                build.draft(enrolment, "BC2", "company", by=referent)

        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                response = get(client, user, state="to_do", search="Lefevre")
            assert len(response.context["matrix"].rows) == Enrolment.objects.count()
            return len(captured)

        enrol(3)
        queries()  # The standard is read once by each process.
        for_three = queries()
        enrol(27)

        assert queries() == for_three
        assert for_three < 32
