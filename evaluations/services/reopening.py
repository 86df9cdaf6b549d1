"""Reopening: a submitted evaluation no longer answers for its channel, and makes way for another attempt."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from candidates.models import AcquiredBlock, EnrolledBlock
from journal.services import record

from ..enums import ReopeningKind, ReopeningObstacle
from ..models import Evaluation, Reopening
from ..signals import reopening_considered


class ReopeningRefused(Exception):
    """Why this evaluation stays as it is, in a sentence for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@transaction.atomic(durable=True)
def reopen(evaluation: Evaluation, *, reason: str, due_on: date | None, by: User, at: datetime) -> Reopening:
    """An admin's act: the evaluation is kept with the reason, and its channel answers again, by `due_on` if given."""
    (locked,) = lock_enrolled_blocks([evaluation.enrolled_block_id])
    evaluation = Evaluation.objects.select_related("reopening", "channel").get(pk=evaluation.pk)
    if obstacle := obstacle_to_reopening(evaluation, locked):
        raise ReopeningRefused(obstacle)
    if not reason.strip():
        raise ReopeningRefused(str(ReopeningObstacle.NO_REASON.label))
    if due_on and due_on < timezone.localdate(at):
        raise ReopeningRefused(str(ReopeningObstacle.DUE_BEFORE.label))
    reopening = Reopening(
        evaluation=evaluation,
        kind=ReopeningKind.CORRECTION,
        reason=reason.strip(),
        due_on=due_on,
        opened_by=by,
        opened_at=at,
    )
    try:
        with transaction.atomic():
            write_reopenings([reopening], {locked.pk: locked})
    except IntegrityError as refused:  # A vote has opened meanwhile: the database has the last word.
        obstacle = obstacle_to_reopening(evaluation, locked) or str(ReopeningObstacle.MEANWHILE.label)
        raise ReopeningRefused(obstacle) from refused
    return reopening


def obstacle_to_reopening(evaluation: Evaluation, enrolled_block: EnrolledBlock) -> str:
    """Why this evaluation is not to be reopened, for pages to say before anybody asks; nothing when it may be."""
    if not evaluation.is_heard:
        return str(ReopeningObstacle.NOT_HEARD.label)
    if enrolled_block.enrolment.withdrawn_on is not None:
        return str(ReopeningObstacle.WITHDRAWN.label)
    held = AcquiredBlock.objects.filter(
        candidate=enrolled_block.enrolment.candidate_id, catalogue_block=enrolled_block.block.catalogue_block_id
    )
    if held.exists():
        return str(ReopeningObstacle.ACQUIRED.label)
    answers = reopening_considered.send(sender=Evaluation, enrolled_block=enrolled_block)
    return next((sentence for _, sentence in answers if sentence), "")


# Shared with the resits that a jury's refusal opens


def lock_enrolled_blocks(ids: Iterable[int]) -> list[EnrolledBlock]:
    """As entering does: nothing is entered or reopened on these blocks meanwhile."""
    rows = EnrolledBlock.objects.select_for_update(of=("self",), no_key=True).select_related("block", "enrolment")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def write_reopenings(reopenings: Iterable[Reopening], blocks: dict[int, EnrolledBlock]) -> list[Reopening]:
    """Of evaluations whose blocks are locked. The reason stays in its row: the journal holds nobody's words."""
    written = Reopening.objects.bulk_create(reopenings)
    for reopening in written:
        evaluation = reopening.evaluation
        block = blocks[evaluation.enrolled_block_id]
        record(
            "evaluation.reopened",
            subject=evaluation.subject,
            actor=reopening.opened_by.reference,
            at=reopening.opened_at,
            before={"opinion": evaluation.opinion},
            after={
                "enrolment": block.enrolment.reference,
                "block": block.block.code,
                "channel": evaluation.channel.code,
                "attempt": evaluation.attempt,
                "kind": reopening.kind,
                "due_on": reopening.due_on,
            },
        )
    return written
