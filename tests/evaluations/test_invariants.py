"""Each promise that `manage.py verify` checks: kept by the services, and missed when the rows are bent."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from candidates.models import Enrolment
from evaluations.invariants import INVARIANTS
from evaluations.models import CompetencyRating, Evaluation, PartResult
from journal.guards import all_guards
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    enrolment = make_enrolment()
    build.submit_all(enrolment, blocks=["BC1", "BC2"])
    build.submit(enrolment, "BC3", attendance="excused")
    build.submit(enrolment, "BC3", attempt=2)
    build.draft(enrolment, "BC4", ratings={"C9": None}, held=False)
    return enrolment


@pytest.fixture
def unguarded() -> None:
    """What the database refuses, done all the same: as somebody with all rights on it could."""
    for guard in all_guards():
        if guard.table.startswith("evaluations_"):
            guard.remove(connection)


def broken() -> dict[str, list[str]]:
    return {invariant.code: found for invariant in INVARIANTS if (found := list(invariant.find()))}


def of(block: str, channel: str) -> Evaluation:
    return Evaluation.objects.get(enrolled_block__block__code=block, channel__code=channel)


def test_they_hold_on_what_is_rightly_submitted(enrolment):
    assert broken() == {}


def forget_a_rating() -> Evaluation:
    evaluation = of("BC1", "training")
    evaluation.ratings.filter(competency__code="C1").update(rating=None)
    return evaluation


def forget_a_part() -> Evaluation:
    evaluation = of("BC1", "training")
    evaluation.parts.first().delete()
    return evaluation


def hold_it_before_the_entry() -> Evaluation:
    evaluation = of("BC1", "company")
    evaluation.parts.update(held_on=date(2020, 9, 13))
    return evaluation


def change_the_opinion() -> Evaluation:
    evaluation = of("BC2", "panel")
    Evaluation.objects.filter(pk=evaluation.pk).update(opinion="unfavourable")
    return evaluation


def mark_somebody_absent() -> Evaluation:
    evaluation = of_attempt("BC3", "training", 1)
    PartResult.objects.create(evaluation=evaluation, part=evaluation.channel.parts.first(), mark=12)
    return evaluation


def rate_somebody_absent() -> Evaluation:
    evaluation = of_attempt("BC3", "training", 1)
    evaluation.ratings.update(rating="acquired")
    return evaluation


def leave_the_plan() -> Evaluation:
    evaluation = of("BC2", "training")
    enrolment = evaluation.enrolled_block.enrolment
    Enrolment.objects.update(route=enrolment.version.routes.get(code="vae"))
    Evaluation.objects.filter(channel__code="training").exclude(pk=evaluation.pk).delete()
    return evaluation


def rate_another_block() -> Evaluation:
    evaluation, other = of("BC1", "panel"), of("BC2", "panel")
    CompetencyRating.objects.create(
        evaluation=evaluation, competency=other.ratings.first().competency, rating="acquired"
    )
    return evaluation


def hold_another_channels_part() -> Evaluation:
    evaluation, other = of("BC1", "panel"), of("BC1", "company")
    PartResult.objects.create(evaluation=evaluation, part=other.parts.first().part)
    return evaluation


def go_on_after_an_answer() -> Evaluation:
    build.draft(Enrolment.objects.get(), "BC1", "panel", attempt=2)
    return of_attempt("BC1", "panel", 1)


def of_attempt(block: str, channel: str, attempt: int) -> Evaluation:
    return Evaluation.objects.get(enrolled_block__block__code=block, channel__code=channel, attempt=attempt)


def lose_the_role(user_of: Evaluation) -> None:
    Membership.objects.filter(user=user_of.submitted_by).update(ends_on=date(2021, 5, 16))


def submit_without_role() -> Evaluation:
    evaluation = of("BC1", "company")
    Evaluation.objects.filter(channel__code="company").exclude(pk=evaluation.pk).delete()
    lose_the_role(evaluation)
    return evaluation


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        ("evaluations.complete", forget_a_rating),
        ("evaluations.complete", forget_a_part),
        ("evaluations.complete", hold_it_before_the_entry),
        ("evaluations.opinion", change_the_opinion),
        ("evaluations.absent", mark_somebody_absent),
        ("evaluations.absent", rate_somebody_absent),
        ("evaluations.plan", leave_the_plan),
        ("evaluations.competencies", rate_another_block),
        ("evaluations.parts", hold_another_channels_part),
        ("evaluations.attempts", go_on_after_an_answer),
        ("evaluations.submitted_by", submit_without_role),
    ],
)
def test_each_names_the_evaluation_that_breaks_it(enrolment, unguarded, code: str, bend: Callable[[], Evaluation]):
    evaluation = bend()

    assert broken().get(code) == [evaluation.subject]
