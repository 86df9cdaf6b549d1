"""From rows to what the rulebook reads."""

import pytest

from candidates.models import Enrolment
from evaluations.enums import Attendance
from evaluations.facts import opinions_of, opinions_of_many, proposals_of, proposals_of_many, rating_sheet
from evaluations.models import CompetencyRating
from rulebook.opinions import RatingSheet
from rulebook.outcomes import Attendance as RulebookAttendance
from rulebook.outcomes import ChannelCode, Opinion, Proposal, Rating
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def test_a_sheet_holds_every_competency_of_the_block_rated_or_not(enrolment):
    evaluation = build.draft(enrolment, "BC4", ratings={"C9": Rating.NOT_ACQUIRED, "C10": None})
    CompetencyRating.objects.filter(evaluation=evaluation, competency__code="C12").delete()

    assert rating_sheet(evaluation) == RatingSheet(
        RulebookAttendance.PRESENT,
        {"C8": Rating.ACQUIRED, "C9": Rating.NOT_ACQUIRED, "C10": None, "C11": Rating.ACQUIRED, "C12": None},
    )


def test_opinions_are_those_of_submitted_evaluations(enrolment):
    build.submit(enrolment, "BC1", "training")
    build.submit(enrolment, "BC1", "company", rating=Rating.PARTIALLY_ACQUIRED)
    build.draft(enrolment, "BC1", "panel")
    build.draft(enrolment, "BC2", "training")
    build.submit(make_enrolment(), "BC3")

    assert opinions_of(enrolment) == {
        "BC1": {ChannelCode.TRAINING: Opinion.FAVOURABLE, ChannelCode.COMPANY: Opinion.RESERVED}
    }


def test_the_latest_submitted_attempt_speaks(enrolment):
    build.submit(enrolment, attendance=Attendance.EXCUSED)
    build.submit(enrolment, attempt=2, rating=Rating.NOT_ACQUIRED)
    build.submit(enrolment, "BC2", attendance=Attendance.EXCUSED)
    build.draft(enrolment, "BC2", attempt=2)

    opinions = opinions_of(enrolment)

    assert opinions["BC1"][ChannelCode.TRAINING] == Opinion.UNFAVOURABLE
    assert opinions["BC2"][ChannelCode.TRAINING] == Opinion.EXCUSED


def test_every_enrolled_block_has_its_proposal(enrolment):
    build.submit_all(enrolment, blocks=["BC1"])
    build.submit_all(enrolment, blocks=["BC2"], rating=Rating.NOT_ACQUIRED)
    build.submit_all(enrolment, blocks=["BC3"], channels=["training", "company"])
    build.submit(enrolment, "BC3", "panel", rating=Rating.PARTIALLY_ACQUIRED)
    build.submit(enrolment, "BC4", "panel")

    proposals = {block: verdict.answer for block, verdict in proposals_of(enrolment).items()}

    assert proposals == {
        "BC1": Proposal.ACQUIRED,
        "BC2": Proposal.NOT_ACQUIRED,
        "BC3": Proposal.TO_DISCUSS,
        "BC4": Proposal.INCOMPLETE,
        "BC5": Proposal.INCOMPLETE,
        "BC6": Proposal.INCOMPLETE,
        "BC7": Proposal.INCOMPLETE,
    }


def test_a_vae_needs_the_second_and_third_channels_only():
    vae = make_enrolment(route="vae")
    build.submit_all(vae, blocks=["BC1"])

    proposal = proposals_of(vae)["BC1"]

    assert proposal.answer == Proposal.ACQUIRED
    assert [check.facts["channel"] for check in proposal.check.checks] == [ChannelCode.COMPANY, ChannelCode.PANEL]


def test_an_enrolment_on_which_nobody_has_answered_has_no_opinion(enrolment):
    assert opinions_of(enrolment) == {}


@pytest.mark.parametrize("count", [1, 12])
def test_many_enrolments_cost_what_one_costs(count, django_assert_num_queries):
    for _ in range(count):
        build.submit_all(make_enrolment(), blocks=["BC1"])

    with django_assert_num_queries(1):
        opinions = opinions_of_many(Enrolment.objects.all())
    with django_assert_num_queries(4):
        proposals = proposals_of_many(Enrolment.objects.all())

    assert len(opinions) == len(proposals) == count
