"""What the database itself refuses, whoever writes."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from candidates.models import Enrolment
from evaluations.enums import EvaluationState, Opinion
from evaluations.models import Assignment, CompetencyRating, Evaluation, PartResult
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_panel_assessor

pytestmark = pytest.mark.django_db
SUBMITTED = "Cette évaluation est rendue"


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def refused(write: Callable[[], object], *, match: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


def sql(statement: str, *values: object) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


class TestASubmittedEvaluation:
    """Neither its row nor what it says changes, even by raw SQL. Controls: the same writes pass on a draft."""

    WRITES = {
        "comment": "UPDATE evaluations_evaluation SET general_comment = 'autre' WHERE id = %s",
        "opinion": "UPDATE evaluations_evaluation SET opinion = 'absent', state = 'submitted' WHERE id = %s",
        "rating": "UPDATE evaluations_competencyrating SET rating = 'not_acquired' WHERE evaluation_id = %s",
        "rating removed": "DELETE FROM evaluations_competencyrating WHERE evaluation_id = %s",
        "part": "UPDATE evaluations_partresult SET mark = 3 WHERE evaluation_id = %s",
        "part removed": "DELETE FROM evaluations_partresult WHERE evaluation_id = %s",
    }
    ON_DRAFTS = {name: statement for name, statement in WRITES.items() if name != "opinion"}

    @pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
    def test_it_never_changes(self, enrolment, statement):
        evaluation = build.submit(enrolment)

        refused(sql(statement, evaluation.pk), match=SUBMITTED)

    @pytest.mark.parametrize("statement", ON_DRAFTS.values(), ids=ON_DRAFTS)
    def test_a_draft_does(self, enrolment, statement):
        evaluation = build.draft(enrolment)

        sql(statement, evaluation.pk)()

        assert Evaluation.objects.filter(pk=evaluation.pk).exists()

    def test_it_is_never_deleted(self, enrolment):
        evaluation = build.submit(enrolment, attendance="absent", held=False)
        evaluation_of_a_draft = build.draft(enrolment, "BC2", held=False)
        CompetencyRating.objects.filter(evaluation=evaluation_of_a_draft).delete()

        refused(sql("DELETE FROM evaluations_evaluation WHERE id = %s", evaluation.pk), match=SUBMITTED)
        sql("DELETE FROM evaluations_evaluation WHERE id = %s", evaluation_of_a_draft.pk)()

        assert list(Evaluation.objects.all()) == [evaluation]

    def test_nothing_is_added_to_it(self, enrolment):
        evaluation = build.submit(enrolment, held=False)
        part = evaluation.channel.parts.first()

        refused(lambda: PartResult.objects.create(evaluation=evaluation, part=part), match=SUBMITTED)

    def test_no_rating_moves_to_it(self, enrolment):
        evaluation, other = build.submit(enrolment, held=False), build.draft(enrolment, "BC2")
        moved = sql(
            "UPDATE evaluations_partresult SET evaluation_id = %s WHERE evaluation_id = %s", evaluation.pk, other.pk
        )

        refused(moved, match=SUBMITTED)


class TestConstraints:
    def test_one_attempt_of_a_channel_on_a_block(self, enrolment):
        build.draft(enrolment)

        refused(lambda: build.draft(enrolment))

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": EvaluationState.SUBMITTED},
            {"opinion": Opinion.FAVOURABLE},
            {"submitted_at": build.EDITED_AT},
            {"state": EvaluationState.SUBMITTED, "submitted_at": build.EDITED_AT, "opinion": Opinion.RESERVED},
        ],
        ids=["submitted by nobody", "opinion of a draft", "day of a draft", "without an author"],
    )
    def test_a_submission_has_its_author_its_day_and_its_opinion(self, enrolment, fields):
        draft = build.draft(enrolment)

        refused(lambda: Evaluation.objects.filter(pk=draft.pk).update(**fields))

    def test_nothing_that_cannot_be_read_is_submitted(self, enrolment):
        draft = build.draft(enrolment, unread={"part_oral_mark": "12,,5"})
        signed = {"submitted_at": build.EDITED_AT, "submitted_by": draft.edited_by, "opinion": Opinion.FAVOURABLE}

        refused(
            lambda: Evaluation.objects.filter(pk=draft.pk).update(state=EvaluationState.SUBMITTED, **signed),
            match="evaluations_evaluation_unread",
        )

    @pytest.mark.parametrize("mark", ["-0.01", "20.01"])
    def test_a_mark_goes_from_0_to_20(self, enrolment, mark):
        draft = build.draft(enrolment)

        refused(lambda: draft.parts.update(mark=Decimal(mark)))

    def test_a_competency_is_rated_once(self, enrolment):
        rating = build.draft(enrolment).ratings.first()

        refused(lambda: CompetencyRating.objects.create(evaluation=rating.evaluation, competency=rating.competency))

    def test_a_part_is_held_once(self, enrolment):
        part = build.draft(enrolment).parts.first()

        refused(lambda: PartResult.objects.create(evaluation=part.evaluation, part=part.part))

    def test_one_assessor_is_in_charge_of_an_enrolment(self, enrolment):
        build.assign(enrolment)

        refused(
            lambda: Assignment.objects.create(
                enrolment=enrolment,
                assessor=make_panel_assessor(),
                assigned_by=make_admin(),
                assigned_at=build.EDITED_AT,
            )
        )
