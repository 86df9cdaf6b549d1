"""A file that arrives while its evaluation is submitted, on the database that really lets both happen."""

from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from candidates.models import Enrolment
from evaluations.enums import EvaluationState, Opinion
from evaluations.models import Attachment, Evaluation
from evaluations.services import EntryRefused, attach, submit
from journal.guards import all_guards
from journal.models import Entry
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.uploads import stored
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
ROUNDS = 6


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def joined_during_submission(draft: Evaluation) -> Any:
    """What becomes of a file that arrives once the submission is written and before it is committed."""
    file, is_written, may_commit = stored(), Event(), Event()

    def submits() -> None:
        with transaction.atomic():
            Evaluation.objects.filter(pk=draft.pk).update(
                state=EvaluationState.SUBMITTED,
                opinion=Opinion.FAVOURABLE,
                submitted_by=draft.edited_by,
                submitted_at=build.EDITED_AT,
            )
            is_written.set()
            may_commit.wait(timeout=1)  # The other waits for this commit, if it is well guarded.

    def joins() -> None:
        is_written.wait(timeout=10)
        build.join(draft, file)
        may_commit.set()

    return at_once(submits, joins)[1]


def test_without_its_guard_it_would_be_joined_to_what_is_submitted(enrolment):
    for guard in all_guards():
        if guard.table == "evaluations_attachment":
            guard.remove(connection)

    assert joined_during_submission(build.draft(enrolment)) is None
    assert Attachment.objects.get().evaluation.is_submitted


def test_it_waits_and_is_refused(enrolment):
    refusal = joined_during_submission(build.draft(enrolment))

    assert isinstance(refusal, IntegrityError)
    assert not Attachment.objects.exists()


def test_it_is_part_of_what_is_submitted_or_it_is_refused():
    for _ in range(ROUNDS):
        draft, file = build.draft(make_enrolment()), stored()
        place = {"by": draft.edited_by, "at": build.EDITED_AT}

        joined, submitted = at_once(
            lambda draft=draft, file=file, place=place: attach(draft.enrolled_block, draft.channel, file, **place),
            lambda draft=draft, place=place: submit(
                draft.enrolled_block, draft.channel, expected_revision=draft.revision, **place
            ),
        )

        assert isinstance(joined, Attachment | EntryRefused)
        assert submitted.is_submitted
        told = Entry.objects.get(action="evaluation.submitted", subject=draft.subject).after["attachments"]
        assert told == list(draft.attachments.values_list("sha256", flat=True))
