"""Two people at once, on the database that really lets them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from candidates.models import Enrolment
from evaluations.content import blank_content
from evaluations.enums import EvaluationState
from evaluations.models import Evaluation
from evaluations.services import EntryRefused, EvaluationChangedMeanwhile, save_draft, submit
from journal.models import Entry
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment

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

    results = together(lambda: save_draft(block, channel, content, expected_revision=0, by=member, at=build.EDITED_AT))

    assert results == ["EvaluationChangedMeanwhile"] * (PEOPLE - 1) + ["done"]
    assert Evaluation.objects.get().revision == 1
    assert Entry.objects.filter(action="evaluation.draft_saved").count() == 1


def test_it_is_submitted_once(enrolment):
    build.draft(enrolment)
    block, channel = build.enrolled_block(enrolment), build.channel_of(enrolment)
    member = build.evaluator_of(enrolment, "training")

    results = together(lambda: submit(block, channel, expected_revision=1, by=member, at=build.EDITED_AT))

    assert results == ["EntryRefused"] * (PEOPLE - 1) + ["done"]
    assert Evaluation.objects.get().state == EvaluationState.SUBMITTED
    assert Entry.objects.filter(action="evaluation.submitted").count() == 1
    assert connection.vendor == "postgresql"
