"""A submitted evaluation is reopened by the secretariat, with a reason: the old is kept, another attempt answers."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from candidates.models import EnrolledBlock, Enrolment
from evaluations.content import blank_content
from evaluations.enums import EntryRefusal, EvaluationState, Opinion, Rating, ReopeningKind, ReopeningObstacle
from evaluations.facts import opinions_of, proposals_of
from evaluations.history import history_of
from evaluations.invariants import INVARIANTS
from evaluations.models import Evaluation, Reopening
from evaluations.services import (
    EntryRefused,
    ReopeningRefused,
    obstacle_to_reopening,
    refusal_of,
    reopen,
    save_draft,
    submit,
)
from journal.models import Entry
from rulebook.outcomes import ChannelCode, Proposal
from rulebook.outcomes import Opinion as GivenOpinion
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

AT = build.REOPENED_AT
DUE = date(2021, 7, 1)
REASON = "La date de l’épreuve est fausse."


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


@pytest.fixture
def evaluation(enrolment) -> Evaluation:
    build.submit_all(enrolment, blocks=["BC1"])
    return Evaluation.objects.get(channel__code="training")


@pytest.fixture
def admin():
    return make_admin()


def refused(write: Callable[[], object], *, match: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


def latest(evaluation: Evaluation) -> Evaluation | None:
    attempts = Evaluation.objects.filter(enrolled_block=evaluation.enrolled_block, channel=evaluation.channel)
    return attempts.select_related("reopening").order_by("-attempt").first()


class TestTheService:
    def test_it_keeps_the_old_and_says_why(self, evaluation, admin):
        before = Evaluation.objects.filter(pk=evaluation.pk).values().get()

        reopening = reopen(evaluation, reason=f"  {REASON} ", due_on=DUE, by=admin, at=AT)

        assert (reopening.kind, reopening.reason, reopening.due_on) == (ReopeningKind.CORRECTION, REASON, DUE)
        assert (reopening.opened_by, reopening.opened_at) == (admin, AT)
        assert Evaluation.objects.filter(pk=evaluation.pk).values().get() == before

    def test_the_journal_says_who_and_what_without_anybody_s_words(self, evaluation, admin):
        reopen(evaluation, reason=REASON, due_on=DUE, by=admin, at=AT)

        entry = Entry.objects.get(action="evaluation.reopened")
        assert (entry.subject, entry.actor, entry.at) == (evaluation.subject, admin.reference, AT)
        assert entry.before == {"opinion": "favourable"}
        assert entry.after == {
            "enrolment": evaluation.enrolled_block.enrolment.reference,
            "block": "BC1",
            "channel": "training",
            "attempt": 1,
            "kind": "correction",
            "due_on": "2021-07-01",
        }

    def test_the_opinion_no_longer_counts(self, enrolment, evaluation, admin):
        assert proposals_of(enrolment)["BC1"].answer == Proposal.ACQUIRED

        reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)

        assert set(opinions_of(enrolment)["BC1"]) == {ChannelCode.COMPANY, ChannelCode.PANEL}
        assert proposals_of(enrolment)["BC1"].answer == Proposal.INCOMPLETE
        assert not latest(evaluation).is_heard

    def test_the_channel_enters_another_attempt(self, enrolment, evaluation, admin):
        block, channel = evaluation.enrolled_block, evaluation.channel
        member = build.evaluator_of(enrolment, "training")
        assert refusal_of(block, channel, latest(evaluation)) == EntryRefusal.SUBMITTED

        reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)
        assert refusal_of(block, channel, latest(evaluation)) is None
        content = blank_content(block.block, channel)
        draft = save_draft(block, channel, content, expected_revision=0, by=member, at=AT)

        assert (draft.attempt, draft.state) == (2, EvaluationState.DRAFT)
        assert set(opinions_of(enrolment)["BC1"]) == {ChannelCode.COMPANY, ChannelCode.PANEL}

    def test_which_then_answers(self, enrolment, evaluation, admin):
        reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)
        build.draft(enrolment, rating=Rating.NOT_ACQUIRED, attempt=2, edited_at=AT)
        member = build.evaluator_of(enrolment, "training")

        submit(evaluation.enrolled_block, evaluation.channel, expected_revision=1, by=member, at=AT)

        assert opinions_of(enrolment)["BC1"][ChannelCode.TRAINING] == GivenOpinion.UNFAVOURABLE
        with pytest.raises(EntryRefused):
            submit(evaluation.enrolled_block, evaluation.channel, expected_revision=1, by=member, at=AT)

    def test_once_is_enough(self, evaluation, admin):
        reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)

        with pytest.raises(ReopeningRefused, match=str(ReopeningObstacle.NOT_HEARD.label)):
            reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)
        assert Entry.objects.filter(action="evaluation.reopened").count() == 1

    @pytest.mark.parametrize(
        ("reason", "due_on", "obstacle"),
        [
            ("  ", DUE, ReopeningObstacle.NO_REASON),
            (REASON, AT.date() - timedelta(days=1), ReopeningObstacle.DUE_BEFORE),
        ],
    )
    def test_it_asks_for_a_reason_and_a_day_to_come(self, evaluation, admin, reason, due_on, obstacle):
        with pytest.raises(ReopeningRefused, match=str(obstacle.label)):
            reopen(evaluation, reason=reason, due_on=due_on, by=admin, at=AT)

    def test_nothing_is_reopened_of_who_has_left(self, enrolment, evaluation, admin):
        Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_on=date(2021, 5, 18))

        with pytest.raises(ReopeningRefused, match="abandonné"):
            reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)

    def test_nor_of_a_block_held(self, enrolment, evaluation, admin):
        make_acquired_block(enrolment.candidate, "BC1")

        with pytest.raises(ReopeningRefused, match="détient déjà"):
            reopen(evaluation, reason=REASON, due_on=None, by=admin, at=AT)

    @pytest.mark.parametrize("state", ["a draft", "an absence excused"])
    def test_nor_what_does_not_answer(self, enrolment, admin, state):
        unheard = build.draft(enrolment) if state == "a draft" else build.submit(enrolment, attendance="excused")

        with pytest.raises(ReopeningRefused, match="un autre passage est déjà attendu"):
            reopen(unheard, reason=REASON, due_on=None, by=admin, at=AT)

    def test_an_absence_is_an_answer(self, enrolment, admin):
        absent = build.submit(enrolment, attendance="absent")

        reopen(absent, reason=REASON, due_on=None, by=admin, at=AT)

        assert opinions_of(enrolment) == {}


class TestOpinions:
    def test_the_last_attempt_alone_tells(self, enrolment):
        """An excused first attempt does not come back when the second is reopened."""
        build.submit(enrolment, attendance="excused")
        build.reopen(build.submit(enrolment, attempt=2))

        assert opinions_of(enrolment) == {}

    def test_excused_after_a_reopening_is_told_as_such(self, enrolment):
        build.reopen(build.submit(enrolment))
        build.submit(enrolment, attempt=2, attendance="excused", at=AT)

        assert opinions_of(enrolment)["BC1"] == {ChannelCode.TRAINING: GivenOpinion.EXCUSED}

    def test_heard_says_the_same_in_sql(self, enrolment):
        build.reopen(build.submit(enrolment))
        second = build.submit(enrolment, attempt=2, at=AT)
        build.submit(enrolment, "BC2", attendance="excused")

        assert list(Evaluation.objects.heard()) == [second]
        rows = Evaluation.objects.select_related("reopening")
        assert [row for row in rows if row.is_heard] == [second]


def test_the_history_is_in_order_each_with_what_ended_it(enrolment):
    build.submit(enrolment, attendance="excused")
    second = build.reopen(build.submit(enrolment, attempt=2, rating=Rating.NOT_ACQUIRED))
    draft = build.draft(enrolment, attempt=3, edited_at=AT)
    rows = Evaluation.objects.select_related("reopening")

    history = history_of(rows.order_by("-attempt"), draft.enrolled_block.block, draft.channel)

    assert [attempt.number for attempt in history] == [1, 2, 3]
    assert [attempt.reopening for attempt in history] == [None, second, None]
    assert history[1].evaluation.opinion == Opinion.UNFAVOURABLE


def test_a_longer_history_asks_no_more(enrolment):
    build.reopen(build.submit(enrolment))
    queries = []
    for attempt in (2, 3):
        rows = list(Evaluation.objects.select_related("reopening", "enrolled_block__block", "channel"))
        prefetch_related_objects(rows, "enrolled_block__block__competencies", "channel__parts")
        block, channel = rows[0].enrolled_block.block, rows[0].channel
        with CaptureQueriesContext(connection) as asked:
            history_of(rows, block, channel)
        queries.append(len(asked))
        build.reopen(build.submit(enrolment, attempt=attempt, at=AT), at=AT)

    assert queries == [2, 2]


class TestTheDatabase:
    """Whoever writes, on both databases."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE evaluations_reopening SET reason = 'autre' WHERE id = %s",
            "UPDATE evaluations_reopening SET due_on = NULL WHERE id = %s",
            "DELETE FROM evaluations_reopening WHERE id = %s",
        ],
    )
    def test_a_reopening_is_never_taken_back(self, evaluation, statement):
        reopening = build.reopen(evaluation)

        def write() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, [reopening.pk])

        refused(write, match="Une réouverture ne se retire pas")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE evaluations_evaluation SET general_comment = 'autre' WHERE id = %s",
            "DELETE FROM evaluations_evaluation WHERE id = %s",
        ],
    )
    def test_what_was_reopened_still_never_changes(self, evaluation, statement):
        build.reopen(evaluation)

        def write() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, [evaluation.pk])

        refused(write, match="Cette évaluation est rendue")

    def test_only_what_answers_is_reopened(self, enrolment):
        refused(lambda: build.reopen(build.draft(enrolment)), match="Seule une évaluation rendue")
        refused(
            lambda: build.reopen(build.submit(enrolment, "BC2", attendance="excused")),
            match="Seule une évaluation rendue",
        )

    def test_once(self, evaluation):
        build.reopen(evaluation)

        refused(lambda: build.reopen(evaluation))

    def test_with_a_reason(self, evaluation):
        refused(lambda: build.reopen(evaluation, reason=""))

    def test_a_resit_has_its_day(self, evaluation):
        refused(lambda: build.reopen(evaluation, kind=ReopeningKind.RESIT, due_on=None))


class TestInvariants:
    def broken(self, code: str) -> list[str]:
        (invariant,) = [row for row in INVARIANTS if row.code == code]
        return list(invariant.find())

    def test_an_attempt_may_follow_what_was_reopened(self, enrolment, evaluation):
        build.reopen(evaluation)
        build.submit(enrolment, attempt=2, at=AT)

        assert self.broken("evaluations.attempts") == self.broken("evaluations.reopenings") == []

    def test_and_nothing_else(self, enrolment, evaluation):
        build.submit(enrolment, attempt=2, at=AT)

        assert self.broken("evaluations.attempts") == [evaluation.subject]

    def test_nothing_is_reopened_before_it_is_submitted(self, evaluation):
        build.reopen(evaluation, at=build.EDITED_AT - timedelta(days=1))

        assert self.broken("evaluations.reopenings") == [evaluation.subject]

    def test_nor_after_what_follows_was_typed(self, enrolment, evaluation):
        build.draft(enrolment, attempt=2)
        build.reopen(evaluation)

        assert self.broken("evaluations.reopenings") == [evaluation.subject]


def test_a_page_says_what_stands_in_the_way_before_anybody_tries(enrolment, evaluation):
    block = EnrolledBlock.objects.select_related("block", "enrolment").get(pk=evaluation.enrolled_block_id)

    assert obstacle_to_reopening(latest(evaluation), block) == ""
    build.reopen(evaluation)
    assert obstacle_to_reopening(latest(evaluation), block) == str(ReopeningObstacle.NOT_HEARD.label)
    assert Reopening.objects.count() == 1
