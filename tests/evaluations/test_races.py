"""Two people at once, on the database that really lets them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections

from candidates.models import EnrolledBlock, Enrolment
from evaluations.content import blank_content, content_of
from evaluations.enums import EvaluationState
from evaluations.models import Evaluation
from evaluations.services import EntryRefused, EvaluationChangedMeanwhile, entry, save_draft, submit
from journal.models import Entry
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_training_member
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")

PEOPLE = 6


def together(act) -> list[str]:
    """What each of several people gets who act at the same instant."""
    barrier = Barrier(PEOPLE)

    def one(_: int) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except (EntryRefused, EvaluationChangedMeanwhile) as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(one, range(PEOPLE)))


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def test_the_first_draft_is_created_once(enrolment):
    block, channel = build.enrolled_block(enrolment), build.channel_of(enrolment)
    content = blank_content(block.block, channel)
    member = build.evaluator_of(enrolment, "training")

    texts = [replace(content, general_comment=f"Texte {number}") for number in range(PEOPLE)]

    results = together(
        lambda: save_draft(block, channel, texts.pop(), expected_revision=0, by=member, at=build.EDITED_AT)
    )

    assert results == ["EvaluationChangedMeanwhile"] * (PEOPLE - 1) + ["done"]
    assert Evaluation.objects.get().revision == 1


def test_it_is_submitted_once(enrolment):
    build.draft(enrolment)
    block, channel = build.enrolled_block(enrolment), build.channel_of(enrolment)
    member = build.evaluator_of(enrolment, "training")

    results = together(lambda: submit(block, channel, expected_revision=1, by=member, at=build.EDITED_AT))

    assert results == ["EntryRefused"] * (PEOPLE - 1) + ["done"]
    assert Evaluation.objects.get().state == EvaluationState.SUBMITTED
    assert Entry.objects.filter(action="evaluation.submitted").count() == 1
    assert connection.vendor == "postgresql"


def type_in(block, channel, by, page: UUID, text: str, *, sequence: int = 1, revision: int = 1):
    content = replace(content_of(Evaluation.objects.get()), general_comment=text)
    return lambda: save_draft(
        block, channel, content, expected_revision=revision, by=by, at=build.EDITED_AT, page=page, sequence=sequence
    )


@pytest.fixture
def two_texts(enrolment):
    """Two pages on one draft, about to save what they typed."""
    build.draft(enrolment)
    block, channel = build.enrolled_block(enrolment), build.channel_of(enrolment)
    member, colleague = build.evaluator_of(enrolment, "training"), make_training_member(enrolment.training_organisation)
    return [
        type_in(block, channel, member, UUID(int=1), "Un texte"),
        type_in(block, channel, colleague, UUID(int=2), "Un autre"),
    ]


def test_without_the_lock_one_text_replaces_the_other_unseen(two_texts, monkeypatch):
    """What the lock is for: both read the same revision, and both write."""
    both_have_read = Barrier(2)
    check = entry._check_revision

    def wait_for_each_other(*arguments) -> None:
        check(*arguments)
        both_have_read.wait(timeout=10)

    monkeypatch.setattr(EnrolledBlock.objects, "select_for_update", lambda **_: EnrolledBlock.objects.all())
    monkeypatch.setattr(entry, "_check_revision", wait_for_each_other)

    results = at_once(*two_texts)

    assert not [result for result in results if isinstance(result, Exception)]
    assert Evaluation.objects.get().revision == 2


@pytest.mark.parametrize("turn", range(5))
def test_of_two_pages_at_once_one_is_handed_both_texts(two_texts, turn):
    results = at_once(*two_texts)

    refused = [result for result in results if isinstance(result, EvaluationChangedMeanwhile)]
    stored = Evaluation.objects.get()
    assert len(refused) == 1
    assert stored.revision == 2
    assert refused[0].content.general_comment == stored.general_comment


@pytest.mark.parametrize("turn", range(5))
def test_of_one_page_s_requests_at_once_the_last_stays(enrolment, turn):
    build.draft(enrolment)
    block, channel = build.enrolled_block(enrolment), build.channel_of(enrolment)
    member = build.evaluator_of(enrolment, "training")
    type_in(block, channel, member, UUID(int=1), "Un", sequence=1)()

    results = at_once(
        *(type_in(block, channel, member, UUID(int=1), f"Un {number}", sequence=number) for number in range(2, 7))
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert Evaluation.objects.get().general_comment == "Un 6"
