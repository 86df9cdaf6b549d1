"""Asking for grids on paper. A worker draws them; what is asked for, and which channels, is settled here."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Cohort, Enrolment
from journal.services import record
from organisations.permissions import access_of

from ..enums import GridContent
from ..models import GridJob, GridSheet
from ..papers import printable_channels, printed_by
from ..tasks import draw_grids


class NothingToPrint(Exception):
    message = "Il n’y a rien à imprimer ici : aucune de vos évaluations n’est attendue pour ces candidats."


@transaction.atomic(durable=True)
def print_cohort(cohort: Cohort, content: GridContent | str, *, by: User, at: datetime) -> GridJob:
    """The grids of all the candidates of the cohort that this person prints, the same job while it is under way."""
    _wait_for_others(by)
    under_way = GridJob.objects.under_way().filter(requested_by=by, cohort=cohort, content=content).first()
    if under_way:
        return under_way
    return _ask(printed_by(by).filter(cohort=cohort), content, by=by, at=at, cohort=cohort)


@transaction.atomic(durable=True)
def print_candidate(enrolment: Enrolment, content: GridContent | str, *, by: User, at: datetime) -> GridJob:
    _wait_for_others(by)
    under_way = GridJob.objects.under_way().filter(requested_by=by, enrolment=enrolment, content=content).first()
    if under_way:
        return under_way
    return _ask(printed_by(by, withdrawn=True).filter(pk=enrolment.pk), content, by=by, at=at, enrolment=enrolment)


def _wait_for_others(by: User) -> None:
    """Two clicks are one request: the second waits here for the first, and finds its job."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)


def _ask(
    enrolments: Iterable[Enrolment],
    content: GridContent | str,
    *,
    by: User,
    at: datetime,
    cohort: Cohort | None = None,
    enrolment: Enrolment | None = None,
) -> GridJob:
    access = access_of(by)
    printed = [(row, printable_channels(access, row, content)) for row in enrolments]
    sheets: list[tuple[Enrolment, tuple[ChannelCode, ...]]] = [(row, channels) for row, channels in printed if channels]
    if not sheets:
        raise NothingToPrint
    job = GridJob.objects.create(
        cohort=cohort,
        enrolment=enrolment,
        content=GridContent(content),
        requested_by=by,
        requested_at=at,
        total=len(sheets),
    )
    GridSheet.objects.bulk_create(
        GridSheet(job=job, enrolment=row, position=position, channels=list(channels))
        for position, (row, channels) in enumerate(sheets, start=1)
    )
    record(
        "grids.requested",
        subject=job.subject,
        actor=by.reference,
        at=at,
        after={
            "cohort": cohort.subject if cohort else None,
            "enrolment": enrolment.subject if enrolment else None,
            "content": job.content,
            "candidates": len(sheets),
        },
    )
    draw_grids.delay_on_commit(job_id=job.pk)
    return job
