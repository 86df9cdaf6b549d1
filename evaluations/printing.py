"""A job of paper grids, which workers do candidate by candidate: each call draws one, the last makes the file."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from candidates.models import Enrolment
from documents.drawing import DrawingRefused
from documents.merging import merged
from documents.uploads import AcceptedUpload, MediaType, discard, kept, stored_names
from organisations.permissions import access_of

from .enums import GridContent, JobState
from .models import GRIDS, GridJob, GridJobQuerySet, GridSheet
from .models.grids import LIFETIME
from .papers import draw_grids, for_papers, printable_channels

ATTEMPTS = 3  # of one candidate: a worker that dies of it is not sent back for ever
NOTHING_FILLED = "Aucune évaluation n’est encore saisie : il n’y a pas de grille remplie à imprimer."
NOTHING_LEFT = "Ces candidats détiennent déjà tous leurs blocs : aucune grille n’est à remplir."
INTERRUPTED = "Le dessin s’est interrompu plusieurs fois : prévenez le secrétariat de la CSCA."


def draw_next(job_id: int, *, at: datetime) -> bool:
    """Draw the next candidate, or make the file when there is none. Says whether the job goes on.

    Nothing for a job that is over, or in the hands of another worker.
    """
    job = _claim(job_id, at)
    if job is None:
        return False
    if job.attempts > ATTEMPTS:
        return _fail(job, INTERRUPTED, at)
    sheet = job.sheets.filter(pages__isnull=True).order_by("position").first()
    try:
        if sheet is None:
            return _finish(job, at)
        _draw(job, sheet, at)
    except DrawingRefused as refusal:
        name = sheet.enrolment.reference if sheet else str(job.of)
        return _fail(job, f"Dossier {name} : {' '.join(refusal.reasons)}", at)
    return _mine(job).update(state=JobState.WAITING, attempts=0, done=F("done") + 1) > 0


def _claim(job_id: int, at: datetime) -> GridJob | None:
    free = GridJob.objects.free(at).filter(pk=job_id)
    if not free.update(state=JobState.RUNNING, claimed_at=at, attempts=F("attempts") + 1):
        return None
    return GridJob.objects.select_related("requested_by", "cohort", "enrolment").get(pk=job_id)


def _mine(job: GridJob) -> GridJobQuerySet:
    """The row, as long as nobody has taken the job over since."""
    return GridJob.objects.filter(pk=job.pk, state=JobState.RUNNING, claimed_at=job.claimed_at)


def _draw(job: GridJob, sheet: GridSheet, at: datetime) -> None:
    """With the rights that the author has now: a channel that was theirs when they asked may be so no longer."""
    enrolment = for_papers(Enrolment.objects.filter(pk=sheet.enrolment_id)).get()
    allowed = printable_channels(access_of(job.requested_by), enrolment, job.content)
    channels = [channel for channel in allowed if channel in sheet.channels]
    drawing = draw_grids(enrolment, channels, job.content, at=at)
    sheet.channels, sheet.pages = channels, drawing.pages if drawing else 0
    sheet.content = bytes(drawing) if drawing else None
    sheet.save(update_fields=["channels", "pages", "content"])


def _finish(job: GridJob, at: datetime) -> bool:
    sheets = job.sheets.filter(pages__gt=0).order_by("position")
    pages = sheets.aggregate(pages=Sum("pages"))["pages"]
    if not pages:
        return _fail(job, NOTHING_FILLED if job.content == GridContent.FILLED else NOTHING_LEFT, at)
    drawings = (bytes(sheet.content) for sheet in sheets.iterator(chunk_size=10) if sheet.content)
    content = merged(drawings, title=f"Grilles d’évaluation {job.get_content_display()}, {job.of}")
    upload = AcceptedUpload(job.file.name, MediaType.PDF, content)
    with kept(upload, folder=GRIDS) as file, transaction.atomic(durable=True):
        is_mine = _mine(job).update(
            state=JobState.DONE,
            finished_at=at,
            stored_name=file.stored_name,
            size=file.size,
            sha256=file.sha256,
            pages=pages,
        )
        job.sheets.update(content=None)
    if not is_mine:
        discard(file.stored_name)
    return False


def _fail(job: GridJob, failure: str, at: datetime) -> bool:
    with transaction.atomic(durable=True):
        _mine(job).update(state=JobState.FAILED, finished_at=at, failure=failure[:300])
        job.sheets.update(content=None)
    return False


def discard_outlived(*, at: datetime) -> int:
    """What was asked for a day ago is thrown away: the row first, so that nothing leads to a file that is gone."""
    outlived = list(GridJob.objects.outlived(at).order_by("pk"))
    for job in outlived:
        job.delete()
        if job.stored_name:
            discard(job.stored_name)
    _discard_orphans(at)
    return len(outlived)


def _discard_orphans(at: datetime) -> None:
    """Files that lost their row to a worker killed at the wrong moment."""
    named = set(GridJob.objects.values_list("stored_name", flat=True))
    for stored_name in stored_names(GRIDS, before=at - LIFETIME):
        if stored_name not in named:
            discard(stored_name)
