"""Paper grids: a job as its author finds it."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from candidates.models import Cohort, Enrolment
from documents.jobs import JobState
from documents.uploads import AcceptedUpload, MediaType, kept
from evaluations.enums import GridContent
from evaluations.models import GridJob, GridSheet

REQUESTED_AT = datetime(2021, 5, 20, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.7"


def make_grid_job(
    by: User, of: Cohort | Enrolment, *enrolments: Enrolment, channels: list[str] | None = None, **fields: Any
) -> GridJob:
    """Waiting for a worker, a part for each of these candidates."""
    place = {"cohort": of} if isinstance(of, Cohort) else {"enrolment": of}
    fields = {"content": GridContent.BLANK, "requested_at": REQUESTED_AT, "total": len(enrolments)} | fields
    job = GridJob.objects.create(requested_by=by, **place, **fields)
    for position, enrolment in enumerate(enrolments, start=1):
        GridSheet.objects.create(job=job, enrolment=enrolment, position=position, channels=channels or ["training"])
    return job


def make_drawn_job(by: User, of: Cohort | Enrolment, *enrolments: Enrolment, **fields: Any) -> GridJob:
    """Its file is kept, though it is not a drawing."""
    with kept(AcceptedUpload("grilles.pdf", MediaType.PDF, PDF), folder=GridJob.FOLDER) as file:
        return make_grid_job(
            by,
            of,
            *enrolments,
            **{
                "state": JobState.DONE,
                "done": len(enrolments),
                "finished_at": REQUESTED_AT,
                "stored_name": file.stored_name,
                "size": file.size,
                "sha256": file.sha256,
                "pages": 7,
            }
            | fields,
        )
