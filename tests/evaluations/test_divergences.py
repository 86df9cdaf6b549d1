"""Where the channels diverge: the SQL of the list held to the rulebook, and its page, the secretariat's alone."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock, Enrolment
from evaluations.divergences import divergent_blocks, table_of, wordings_of
from evaluations.enums import Attendance, Divergence, Rating
from evaluations.facts import divergences_of, divergences_of_many
from evaluations.progress import blocks_to_evaluate
from rulebook.outcomes import Divergence as Strength
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
URL = "/evaluations/divergences/"


def rated(enrolment: Enrolment, block: str, **by_channel: dict[str, str] | str) -> None:
    for channel, ratings in by_channel.items():
        if isinstance(ratings, str):
            build.submit(enrolment, block, channel, ratings)
        else:
            build.submit(enrolment, block, channel, ratings=ratings)


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def test_competency_by_competency_and_by_opinion(enrolment):
    rated(
        enrolment,
        "BC2",
        training={"C4": Rating.ACQUIRED, "C5": Rating.PARTIALLY_ACQUIRED},
        company={"C4": Rating.NOT_ACQUIRED, "C5": Rating.PARTIALLY_ACQUIRED},
        panel={"C4": Rating.ACQUIRED, "C5": Rating.ACQUIRED},
    )

    found = divergences_of(enrolment)["BC2"]

    assert {code: (spread.divergence, spread.apart) for code, spread in found.divergent.items()} == {
        "C4": (Strength.STRONG, (ChannelCode.COMPANY,)),
        "C5": (Strength.SLIGHT, (ChannelCode.PANEL,)),
    }
    assert found.opinions.divergence == Strength.STRONG
    table = table_of(found, wordings_of(build.enrolled_block(enrolment, "BC2").block))
    assert [(row.code, row.divergence, [cell.is_apart for cell in row.cells]) for row in table.rows] == [
        ("C4", Divergence.STRONG, [False, True, False]),
        ("C5", Divergence.SLIGHT, [False, False, True]),
    ]


def test_what_was_reopened_no_longer_diverges(enrolment):
    rated(enrolment, "BC1", training=Rating.ACQUIRED, panel=Rating.ACQUIRED)
    build.reopen(build.submit(enrolment, "BC1", "company", Rating.NOT_ACQUIRED))

    assert divergences_of(enrolment)["BC1"].strongest == Strength.NONE
    assert divergent_blocks(EnrolledBlock.objects.all()) == []


def test_nor_does_a_channel_that_the_route_does_not_ask():
    vae = make_enrolment(route="vae")
    rated(vae, "BC1", company=Rating.ACQUIRED, panel=Rating.ACQUIRED)
    build.submit(vae, "BC1", "training", Rating.NOT_ACQUIRED, by=make_admin())

    assert divergences_of(vae)["BC1"].strongest == Strength.NONE
    assert divergent_blocks(EnrolledBlock.objects.all()) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sql_finds_what_the_rulebook_finds(seed):
    draw = Random(seed)  # noqa: S311  (repeatable, not secret)
    for route in ("apprenticeship", "vae", "apprenticeship"):
        enrolment = make_enrolment(route=route)
        for block in ("BC1", "BC2", "BC4"):
            for channel in enrolment.route.plan.order_by("position"):
                codes = build.enrolled_block(enrolment, block).block.competencies.values_list("code", flat=True)
                kind = draw.random()
                if kind < 0.2:
                    build.submit(enrolment, block, channel.code, attendance=draw.choice(list(Attendance)[1:]))
                    continue
                ratings = {code: draw.choice([Rating.ACQUIRED, *Rating]) for code in codes}
                make = build.draft if kind < 0.3 else build.submit
                evaluation = make(enrolment, block, channel.code, ratings=ratings)
                if kind > 0.9:
                    build.reopen(evaluation)

    found = {row.pk: (row.divergence, row.competencies) for row in divergent_blocks(EnrolledBlock.objects.all())}
    blocks = {(row.enrolment_id, row.block.code): row.pk for row in EnrolledBlock.objects.select_related("block")}
    expected = {
        blocks[pk, code]: (Divergence(divergence.strongest), len(divergence.divergent))
        for pk, by_block in divergences_of_many(Enrolment.objects.all()).items()
        for code, divergence in by_block.items()
        if divergence.divergent
    }
    assert found == expected
    assert found


@pytest.mark.parametrize("count", [1, 6])
def test_many_cost_what_one_costs(count, django_assert_num_queries):
    for _ in range(count):
        enrolment = make_enrolment()
        rated(enrolment, "BC1", training=Rating.ACQUIRED, panel=Rating.NOT_ACQUIRED)

    with django_assert_num_queries(5):
        found = divergences_of_many(Enrolment.objects.all())
    with django_assert_num_queries(1):
        blocks = divergent_blocks(EnrolledBlock.objects.all())

    assert (len(found), len(blocks)) == (count, count)


class TestThePage:
    @pytest.fixture
    def admin(self, client):
        client.force_login(make_admin())
        return client

    def test_the_strongest_come_first_with_what_each_says(self, admin):
        slight, strong = (make_enrolment(candidate=make_candidate(birth_name=name)) for name in ("Aubry", "Zola"))
        rated(slight, "BC1", training=Rating.ACQUIRED, panel=Rating.PARTIALLY_ACQUIRED)
        rated(strong, "BC3", training=Rating.ACQUIRED, company=Rating.NOT_ACQUIRED)

        page = admin.get(URL).content.decode()

        assert page.index("Zola") < page.index("Aubry")
        assert "divergence forte" in page
        assert "divergence d’un niveau" in page
        assert reverse("evaluations:enter", args=[strong.reference, "BC3", "training"]) in page

    def test_it_narrows_to_a_cohort_and_to_the_strong_ones(self, admin):
        cohort = make_cohort()
        inside = make_enrolment(cohort=cohort, candidate=make_candidate(birth_name="Aubry"))
        outside = make_enrolment(candidate=make_candidate(birth_name="Zola"))
        rated(inside, "BC1", training=Rating.ACQUIRED, panel=Rating.PARTIALLY_ACQUIRED)
        rated(outside, "BC1", training=Rating.ACQUIRED, panel=Rating.NOT_ACQUIRED)

        ours = admin.get(f"{URL}?cohort={cohort.pk}").content.decode()
        strong = admin.get(f"{URL}?strength=strong").content.decode()

        assert ("Aubry" in ours, "Zola" in ours) == (True, False)
        assert ("Aubry" in strong, "Zola" in strong) == (False, True)
        assert "Aucune divergence ne répond" in admin.get(f"{URL}?cohort={cohort.pk}&strength=strong").content.decode()
        assert admin.get(f"{URL}?cohort=999999").status_code == 200

    def test_blocks_held_and_candidates_gone_are_left_out(self, admin):
        held, gone = make_enrolment(), make_enrolment(withdrawn_on="2021-06-01")
        make_acquired_block(held.candidate, "BC1")
        for enrolment in (held, gone):
            rated(enrolment, "BC1", training=Rating.ACQUIRED, panel=Rating.NOT_ACQUIRED)

        assert "disent partout la même chose" in admin.get(URL).content.decode()
        assert len(divergent_blocks(blocks_to_evaluate())) == 1

    def test_as_many_queries_for_one_row_as_for_many(self, admin):
        queries = []
        for more in (1, 4):
            for _ in range(more):
                rated(make_enrolment(cohort=make_cohort()), "BC1", training=Rating.ACQUIRED, panel=Rating.NOT_ACQUIRED)
            with CaptureQueriesContext(connection) as asked:
                assert admin.get(URL).status_code == 200
            queries.append(len(asked))

        assert queries[0] == queries[1]

    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_nobody_else_has_it(self, client, enrolment, channel):
        client.force_login(build.evaluator_of(enrolment, channel))

        assert client.get(URL).status_code == 404
