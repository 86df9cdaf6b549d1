"""Cohorts, and by when each channel is due."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from blocks.enums import ChannelCode
from journal.services import record
from organisations.models import TrainingOrganisation

from ..facts import version_for
from ..models import Cohort, CohortDeadline
from .refusals import CohortNameTaken, DeadlineBeforeStart


@transaction.atomic(durable=True)
def create_cohort(
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    organisation: TrainingOrganisation | None,
    deadlines: Mapping[ChannelCode | str, date],
    exam_postcode: str = "",
    by: User,
    at: datetime,
) -> Cohort:
    """`deadlines`: by when each channel is due. The version of the standard is that of the first day."""
    if Cohort.objects.filter(training_organisation=organisation, name=name).exists():
        raise CohortNameTaken
    cohort = Cohort.objects.create(
        name=name,
        version=version_for(starts_on),
        training_organisation=organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        exam_postcode=exam_postcode,
    )
    _write_deadlines(cohort, deadlines)
    record(
        "cohort.recorded",
        subject=cohort.subject,
        actor=by.reference,
        at=at,
        after={
            "organisation": organisation.pk if organisation else None,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "deadlines": dict(deadlines),
            "exam_postcode": exam_postcode,
        },
    )
    return cohort


@transaction.atomic(durable=True)
def change_deadlines(
    cohort: Cohort,
    deadlines: Mapping[ChannelCode | str, date],
    *,
    exam_postcode: str | None = None,
    by: User,
    at: datetime,
) -> Cohort:
    """By when each channel is due, and where the exam is held; `exam_postcode` stays as it is unless it is given."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if exam_postcode is not None and exam_postcode != cohort.exam_postcode:
        _move_exam(cohort, exam_postcode, by=by, at=at)
    before = dict(cohort.deadlines.order_by("channel__position").values_list("channel__code", "due_on"))
    if before == dict(deadlines):
        return cohort
    cohort.deadlines.all().delete()
    _write_deadlines(cohort, deadlines)
    record(
        "cohort.deadlines_changed",
        subject=cohort.subject,
        actor=by.reference,
        at=at,
        before={"deadlines": before},
        after={"deadlines": dict(deadlines)},
    )
    return cohort


def _move_exam(cohort: Cohort, postcode: str, *, by: User, at: datetime) -> None:
    before, cohort.exam_postcode = cohort.exam_postcode, postcode
    cohort.save(update_fields=["exam_postcode"])
    record(
        "cohort.exam_centre_changed",
        subject=cohort.subject,
        actor=by.reference,
        at=at,
        before={"exam_postcode": before},
        after={"exam_postcode": postcode},
    )


def _write_deadlines(cohort: Cohort, deadlines: Mapping[ChannelCode | str, date]) -> None:
    if any(due_on < cohort.starts_on for due_on in deadlines.values()):
        raise DeadlineBeforeStart
    channels = {channel.code: channel for channel in cohort.version.channels.all()}
    CohortDeadline.objects.bulk_create(
        CohortDeadline(cohort=cohort, channel=channels[code], due_on=due_on) for code, due_on in deadlines.items()
    )
