"""The blocks of one enrolment as one channel goes through them."""

from datetime import date

import pytest
from django.urls import reverse

from candidates.models import Enrolment
from evaluations.enums import Attendance
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_training_member,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment(options=("BC6", "BC7"))


def enter(enrolment: Enrolment, block: str, channel: str = "training") -> str:
    return reverse("evaluations:enter", args=[enrolment.reference, block, channel])


def walk(enrolment: Enrolment, channel: str = "training") -> str:
    return reverse("evaluations:walk", args=[enrolment.reference, channel])


def rail_on(client, enrolment: Enrolment, block: str = "BC1", channel: str = "training"):
    client.force_login(build.evaluator_of(enrolment, channel))
    return client.get(enter(enrolment, block, channel)).context["desk"].rail


class TestTheStops:
    def test_each_block_says_where_one_s_own_channel_is(self, client, enrolment):
        build.submit(enrolment, "BC1")
        build.draft(enrolment, "BC2")
        build.submit(enrolment, "BC3", attendance=Attendance.EXCUSED)
        make_acquired_block(enrolment.candidate, "BC4")

        rail = rail_on(client, enrolment, "BC2")

        assert [(stop.place.block, stop.word) for stop in rail.stops] == [
            ("BC1", "rendue"),
            ("BC2", "brouillon"),
            ("BC3", "à saisir"),
            ("BC4", "déjà acquis"),
            ("BC5", "à saisir"),
            ("BC6", "à saisir"),
            ("BC7", "à saisir"),
        ]

    def test_a_block_acquired_before_has_no_page_unless_it_is_enrolled(self, client, enrolment):
        make_acquired_block(enrolment.candidate, "BC8")

        rail = rail_on(client, enrolment, "BC7")

        last = rail.stops[-1]
        assert (last.place.block, last.word, last.is_enrolled) == ("BC8", "déjà acquis", False)
        assert rail.next is None
        assert f'href="{last.place.url}"' not in client.get(enter(enrolment, "BC7")).content.decode()

    def test_nothing_of_another_channel_shows(self, client, enrolment):
        build.draft(enrolment, "BC1", "company")
        build.submit(enrolment, "BC2", "company")

        rail = rail_on(client, enrolment)

        assert {stop.word for stop in rail.stops} == {"à saisir"}

    def test_a_late_draft_is_still_a_draft(self, client):
        organisation = make_training_organisation()
        late = make_enrolment(
            organisation=organisation, cohort=make_cohort(organisation=organisation, due_on=date(2021, 1, 8))
        )
        build.draft(late, "BC1")

        assert rail_on(client, late).stops[0].word == "brouillon"

    def test_it_counts_what_is_left(self, client, enrolment):
        build.submit(enrolment, "BC1")

        rail = rail_on(client, enrolment, "BC2")

        assert (rail.left, rail.submitted, len(rail.asked)) == (6, 1, 7)

    def test_it_leads_to_both_neighbours(self, client, enrolment):
        ends = rail_on(client, enrolment, "BC1"), rail_on(client, enrolment, "BC7")
        middle = rail_on(client, enrolment, "BC4")

        assert (ends[0].previous, ends[1].next) == (None, None)
        assert (middle.previous.place.block, middle.next.place.block) == ("BC3", "BC5")

    def test_it_is_read_in_as_many_queries_for_one_draft_and_for_many(
        self, client, enrolment, django_assert_max_num_queries
    ):
        client.force_login(build.evaluator_of(enrolment, "training"))
        build.draft(enrolment, "BC1")
        with django_assert_max_num_queries(60) as one:
            client.get(enter(enrolment, "BC1"))
        for block in ("BC2", "BC3", "BC4"):
            build.draft(enrolment, block)

        with django_assert_max_num_queries(len(one)):
            client.get(enter(enrolment, "BC1"))


class TestTheWayIn:
    @pytest.mark.parametrize(
        ("submitted", "block"), [([], "BC1"), (["BC1", "BC2"], "BC3"), (["BC1", "BC3"], "BC2")], ids=str
    )
    def test_it_leads_to_the_next_block_to_fill(self, client, enrolment, submitted, block):
        build.submit_all(enrolment, blocks=submitted or ["BC7"], channels=["training"])
        client.force_login(build.evaluator_of(enrolment, "training"))

        assert client.get(walk(enrolment)).url == enter(enrolment, block)

    def test_once_all_is_submitted_it_leads_to_the_first(self, client, enrolment):
        build.submit_all(enrolment, channels=["training"])
        client.force_login(build.evaluator_of(enrolment, "training"))

        assert client.get(walk(enrolment)).url == enter(enrolment, "BC1")

    def test_an_admin_reads_along_it(self, client, enrolment):
        client.force_login(make_admin())

        assert client.get(walk(enrolment, "company")).url == enter(enrolment, "BC1", "company")

    @pytest.mark.parametrize("stranger", [make_training_member, make_panel_assessor])
    def test_to_strangers_it_does_not_exist(self, client, enrolment, stranger):
        client.force_login(stranger())

        assert client.get(walk(enrolment)).status_code == 404

    @pytest.mark.parametrize("channel", ["company", "panel", "teacher"])
    def test_nor_does_another_s_channel(self, client, enrolment, channel):
        client.force_login(build.evaluator_of(enrolment, "training"))

        assert client.get(walk(enrolment, channel)).status_code == 404

    def test_somebody_who_has_left_is_only_read(self, client):
        left = make_enrolment(withdrawn_on=date(2021, 3, 1))
        client.force_login(build.evaluator_of(left, "training"))

        assert client.get(walk(left)).url == enter(left, "BC1")
