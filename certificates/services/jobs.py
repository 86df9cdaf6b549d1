"""Issuing in a batch: what is asked for is written once, then workers take it item by item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from blocks.models import Block
from blocks.sentences import sentence
from candidates.models import Enrolment
from journal.services import SYSTEM, record

from ..enums import ItemState, JobState, PaperKind
from ..models import Certificate, IssuingItem, IssuingJob
from ..papers import SignatoryMissing
from ..tasks import wake_job
from .issuing import issued_block_statement, issued_certificate
from .refusals import CertificateRefused, IssuingStopped, NothingToIssue
from .steps import refuse_if_stopped

ATTEMPTS = 3  # of one item: a worker that dies of it is not sent back for ever
INTERRUPTED = "La délivrance s’est interrompue plusieurs fois sur ce dossier : délivrez-le depuis sa page."


@dataclass(frozen=True, slots=True)
class Wanted:
    """The certificate of an enrolment, or the statement of one of its blocks."""

    enrolment: Enrolment
    block: Block | None = None


@transaction.atomic(durable=True)
def request_issuing(wanted: Sequence[Wanted], *, by: User, at: datetime, confirmed_reason: str = "") -> IssuingJob:
    """A job of these papers, in this order. What another job is about to issue is left to it: asked for twice, the
    whole is one job. Raises `IssuingStopped` or `NothingToIssue`.
    """
    _wait_for_others(by)
    refuse_if_stopped()
    waiting = IssuingItem.objects.waiting().filter(enrolment__in=[each.enrolment.pk for each in wanted])
    under_way = {(item.enrolment_id, item.catalogue_block_id): item.job for item in waiting.select_related("job")}
    rest = [each for each in wanted if _subject(each) not in under_way]
    if not rest:
        return _first_under_way(wanted, under_way)
    job = IssuingJob.objects.create(requested_by=by, requested_at=at)
    IssuingItem.objects.bulk_create(_items(job, rest, confirmed_reason))
    record(
        "issuing_job.requested",
        subject=job.subject,
        actor=by.reference,
        at=at,
        after={
            "certificates": [each.enrolment.reference for each in rest if each.block is None],
            "statements": [f"{each.enrolment.reference} {each.block.code}" for each in rest if each.block],
        },
    )
    wake_job(job.pk)
    return job


def _subject(wanted: Wanted) -> tuple[int, int | None]:
    return wanted.enrolment.pk, wanted.block.catalogue_block_id if wanted.block else None


def _first_under_way(wanted: Sequence[Wanted], under_way: dict[tuple[int, int | None], IssuingJob]) -> IssuingJob:
    if not wanted:
        raise NothingToIssue
    return under_way[_subject(wanted[0])]


def _wait_for_others(by: User) -> None:
    """Two clicks are one request: the second waits here for the first, and finds its job."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)


def _items(job: IssuingJob, wanted: Iterable[Wanted], confirmed_reason: str) -> Iterable[IssuingItem]:
    for position, each in zip(count(1), wanted, strict=False):
        yield IssuingItem(
            job=job,
            position=position,
            enrolment=each.enrolment,
            kind=PaperKind.BLOCK_STATEMENT if each.block else PaperKind.CERTIFICATE,
            catalogue_block_id=each.block.catalogue_block_id if each.block else None,
            confirmed_reason="" if each.block else confirmed_reason.strip(),
        )


def issue_next(job_id: int, *, at: datetime) -> bool:
    """Issue the first item that waits, or end the job. Says whether the job goes on.

    Each try is counted before it is made, so that an item that kills its workers ends by being refused.
    """
    item = IssuingItem.objects.waiting().filter(job=job_id, job__state=JobState.RUNNING).order_by("position").first()
    if item is None:
        return _finish(job_id, at)
    if not _claim(item, at):
        return False  # another worker has it, and goes on with the job
    return _issue_item(item.pk, at)


@transaction.atomic(durable=True)
def _claim(item: IssuingItem, at: datetime) -> bool:
    """Count this try, unless somebody else is trying or has just counted theirs."""
    free = _waiting(item).filter(attempts=item.attempts).select_for_update(of=("self",), skip_locked=True)
    return free.first() is not None and _waiting(item).update(attempts=F("attempts") + 1, claimed_at=at) > 0


def _waiting(item: IssuingItem) -> QuerySet[IssuingItem]:
    return IssuingItem.objects.waiting().filter(pk=item.pk)


@transaction.atomic(durable=True)
def _issue_item(item_id: int, at: datetime) -> bool:
    """The paper and the item that says so are written together; a worker that dies here leaves neither."""
    item = (
        IssuingItem.objects.select_for_update(of=("self",))
        .select_related("job__requested_by", "enrolment__candidate", "enrolment__version__certification__awarding_body")
        .get(pk=item_id)
    )
    if item.state != ItemState.WAITING:
        return True  # another worker had it
    if item.attempts > ATTEMPTS:
        _refuse(item, INTERRUPTED, at)
        return True
    try:
        with transaction.atomic():  # a refused item takes no number
            item.certificate = _issued(item, at)
    except IssuingStopped:
        _waiting(item).update(attempts=F("attempts") - 1)
        return False
    except CertificateRefused as refusal:
        _refuse(item, " ".join(sentence(check) for check in refusal.reasons), at)
    except SignatoryMissing as refusal:
        _refuse(item, str(refusal), at)
    else:
        item.state = ItemState.ISSUED
        item.save(update_fields=["state", "certificate"])
    return True


def _issued(item: IssuingItem, at: datetime) -> Certificate:
    by = item.job.requested_by
    if item.kind == PaperKind.CERTIFICATE:
        return issued_certificate(item.enrolment, by=by, at=at, confirmed_reason=item.confirmed_reason)
    block = Block.objects.get(version=item.enrolment.version, catalogue_block=item.catalogue_block_id)
    return issued_block_statement(item.enrolment, block, by=by, at=at)


def _refuse(item: IssuingItem, refusal: str, at: datetime) -> None:
    item.state, item.refusal, item.certificate = ItemState.REFUSED, refusal, None
    item.save(update_fields=["state", "refusal", "certificate"])
    record(
        "issuing_item.refused",
        subject=item.enrolment.subject,
        actor=item.job.requested_by.reference,
        at=at,
        after={"job": item.job.subject, "kind": item.kind, "reason": refusal},
    )


@transaction.atomic(durable=True)
def _finish(job_id: int, at: datetime) -> bool:
    """Once: a stopped job stays stopped, and one that is over stays so."""
    job = IssuingJob.objects.select_for_update(of=("self",)).get(pk=job_id)
    if job.state == JobState.RUNNING and not job.items.waiting().exists():
        job.state, job.finished_at = JobState.DONE, at
        job.save(update_fields=["state", "finished_at"])
        issued = job.items.filter(state=ItemState.ISSUED).count()
        refused = job.items.filter(state=ItemState.REFUSED).count()
        record(
            "issuing_job.finished",
            subject=job.subject,
            actor=SYSTEM,
            at=at,
            after={"issued": issued, "refused": refused},
        )
    return False
