"""Doing a drawing job, sheet by sheet: each call draws one, the last makes the file.

A worker may die anywhere, two may meet on one job: each write holds only while the job is still in the hands of
whoever makes it, and the next call goes on from the rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models, transaction
from django.db.models import F, Sum

from .drawing import Drawing, DrawingRefused
from .jobs import DrawingJob, DrawingJobQuerySet, DrawnSheet, JobState
from .merging import merged
from .uploads import AcceptedUpload, MediaType, discard, kept, stored_names

ATTEMPTS = 3  # of one sheet: a worker that dies of it is not sent back for ever
INTERRUPTED = "Le dessin s’est interrompu plusieurs fois : demandez-le de nouveau, ou prévenez le secrétariat."

Job = TypeVar("Job", bound=DrawingJob)
Sheet = TypeVar("Sheet", bound=DrawnSheet)


class Press(ABC, Generic[Job, Sheet]):
    """How one kind of job is done. What a method refuses by `DrawingRefused` ends the job, and is its failure."""

    model: type[Job]
    related: ClassVar[tuple[str, ...]] = ()  # what its drawing reads of the job

    def check(self, job: Job, at: datetime) -> None:
        """Before each call: may this job still be drawn?"""

    @abstractmethod
    def draw(self, job: Job, sheet: Sheet, at: datetime) -> Drawing | None:
        """With the rights of now. What else it writes on the sheet is saved with it; None when it has no page."""

    @abstractmethod
    def title(self, job: Job) -> str: ...

    def cover(self, job: Job, sheets: models.QuerySet[Any], at: datetime) -> Drawing:
        """What comes before the sheets that have pages: nothing, unless said otherwise."""
        return Drawing()

    def announce(self, job: Job, at: datetime) -> None:
        """In the transaction that makes the file known."""

    # The work

    def draw_next(self, job_id: int, *, at: datetime) -> bool:
        """Draw the next sheet, or make the file when there is none. Says whether the work goes on.

        Nothing for a job that is over, gone, or in the hands of another worker.
        """
        job = self._claim(job_id, at)
        if job is None:
            return False
        try:
            self.check(job, at)
            if job.attempts > ATTEMPTS:
                raise DrawingRefused([INTERRUPTED])
            sheet = job.sheets.filter(pages__isnull=True).order_by("position").first()
            if sheet is None:
                return self._finish(job, at)
            self._draw(job, sheet, at)
        except DrawingRefused as refusal:
            return self._fail(job, " ".join(refusal.reasons), at)
        return self._mine(job).update(state=JobState.WAITING, attempts=0, done=F("done") + 1) > 0

    def _claim(self, job_id: int, at: datetime) -> Job | None:
        """Counted before it is made, so that a sheet that kills its workers ends by failing the job."""
        free = self.model.objects.free(at).filter(pk=job_id)
        if not free.update(state=JobState.RUNNING, claimed_at=at, attempts=F("attempts") + 1):
            return None
        job: Job = self.model.objects.select_related(*self.related).get(pk=job_id)
        return job

    def _mine(self, job: Job) -> DrawingJobQuerySet:
        """The row, as long as nobody has taken the work over since."""
        mine: DrawingJobQuerySet = self.model.objects.filter(
            pk=job.pk, state=JobState.RUNNING, claimed_at=job.claimed_at
        )
        return mine

    def _draw(self, job: Job, sheet: Sheet, at: datetime) -> None:
        drawing = self.draw(job, sheet, at)
        sheet.pages = drawing.pages if drawing else 0
        sheet.content = bytes(drawing) if drawing else None
        sheet.save(force_update=True)

    def _finish(self, job: Job, at: datetime) -> bool:
        sheets = job.sheets.filter(pages__gt=0).order_by("position")
        cover = self.cover(job, sheets, at)
        pages = cover.pages + (sheets.aggregate(pages=Sum("pages"))["pages"] or 0)
        content = merged(_drawings(cover, sheets), title=self.title(job))
        upload = AcceptedUpload(job.file_name, MediaType.PDF, content)
        with kept(upload, folder=job.FOLDER) as file, transaction.atomic(durable=True):
            is_mine = self._mine(job).update(
                state=JobState.DONE,
                finished_at=at,
                stored_name=file.stored_name,
                size=file.size,
                sha256=file.sha256,
                pages=pages,
            )
            job.sheets.update(content=None)
            if is_mine:
                self.announce(job, at)
        if not is_mine:
            discard(file.stored_name)
        return False

    def _fail(self, job: Job, failure: str, at: datetime) -> bool:
        with transaction.atomic(durable=True):
            self._mine(job).update(state=JobState.FAILED, finished_at=at, failure=failure[:300])
            job.sheets.update(content=None)
        return False

    # Throwing away

    def throw_away(self, jobs: Iterable[Job], *, at: datetime) -> int:
        """These, then the files that a worker killed at the wrong moment left without a row. Says how many jobs.

        The row first, so that nothing leads to a file that is gone.
        """
        thrown = list(jobs)
        for job in thrown:
            job.delete()
            if job.stored_name:
                discard(job.stored_name)
        named = set(self.model.objects.values_list("stored_name", flat=True))
        for stored_name in stored_names(self.model.FOLDER, before=at - self.model.LIFETIME):
            if stored_name not in named:
                discard(stored_name)
        return len(thrown)


def _drawings(cover: Drawing, sheets: models.QuerySet[Any]) -> Iterator[bytes]:
    if cover:
        yield bytes(cover)
    for sheet in sheets.iterator(chunk_size=10):
        if sheet.content:
            yield bytes(sheet.content)
