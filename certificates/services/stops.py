"""Stopping all issuing, at once and for everything, and resuming it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from journal.services import record

from ..enums import JobState
from ..models import IssuingJob, IssuingStop, NumberCounter
from ..tasks import wake_job
from .refusals import AlreadyStopped, NotStopped


@transaction.atomic(durable=True)
def stop_issuing(*, reason: str, by: User, at: datetime) -> IssuingStop:
    """From here on no number is taken and nothing is published, until somebody resumes. Raises `AlreadyStopped`.

    Waits for whoever is taking a number: what that person was told stays true.
    """
    list(NumberCounter.objects.select_for_update(of=("self",)).order_by("pk"))
    try:
        with transaction.atomic():
            stop = IssuingStop.objects.create(reason=reason.strip(), stopped_by=by, stopped_at=at)
    except IntegrityError as error:
        if IssuingStop.objects.in_force().exists():
            raise AlreadyStopped from error
        raise
    IssuingJob.objects.filter(state=JobState.RUNNING).update(state=JobState.STOPPED)
    record("issuing.stopped", subject=stop.subject, actor=by.reference, at=at, after={"reason": stop.reason})
    return stop


@transaction.atomic(durable=True)
def resume_issuing(*, by: User, at: datetime) -> IssuingStop:
    """What was waiting goes on. Raises `NotStopped`."""
    stop = IssuingStop.objects.in_force().select_for_update(of=("self",)).first()
    if stop is None:
        raise NotStopped
    stop.resumed_by, stop.resumed_at = by, at
    stop.save(update_fields=["resumed_by", "resumed_at"])
    stopped = list(IssuingJob.objects.filter(state=JobState.STOPPED).order_by("pk").values_list("pk", flat=True))
    IssuingJob.objects.filter(pk__in=stopped).update(state=JobState.RUNNING)
    record("issuing.resumed", subject=stop.subject, actor=by.reference, at=at, before={"reason": stop.reason})
    for job_id in stopped:
        wake_job(job_id)
    return stop
