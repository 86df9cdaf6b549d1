"""Rows of the work that makes one file out of many sheets, drawn one by one: what a worker finds, and what it leaves.

A kind of job names what it is of, who reads it and its sheets. `documents.press` does the work.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from .uploads import MediaType, StoredFile

ABANDONED = timedelta(minutes=2)  # longer than any sheet takes: a worker silent for so long is dead


class JobState(models.TextChoices):
    WAITING = "waiting", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "prête"
    FAILED = "failed", "en échec"


UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


class DrawingJobQuerySet(models.QuerySet):
    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def free(self, at: datetime) -> Self:
        """Those that a worker may take now: waiting, or left by a dead one."""
        return self.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, claimed_at__lt=at - ABANDONED))

    def forgotten(self, at: datetime, *, after: timedelta) -> Self:
        """Free, and untouched for a while: the message to the workers was lost."""
        touched = Coalesce(F("claimed_at"), F("requested_at"))
        return self.free(at).alias(touched_at=touched).filter(touched_at__lt=at - after)

    def outlived(self, at: datetime) -> Self:
        lifetime: timedelta = self.model.LIFETIME  # type: ignore[attr-defined]  # the model is a DrawingJob
        return self.filter(requested_at__lt=at - lifetime)


class DrawingJob(models.Model):
    """One file, drawn sheet by sheet: each is kept as it is made, so that whatever interrupts the work loses one."""

    FOLDER: ClassVar[str]  # of these files
    LIFETIME: ClassVar[timedelta]  # after which the row and its file are thrown away

    requested_at = models.DateTimeField("demandé le")
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField("dossiers")
    done = models.PositiveIntegerField("dessinés", default=0)
    attempts = models.PositiveSmallIntegerField("essais du dossier en cours", default=0)
    claimed_at = models.DateTimeField("dernière prise en charge", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    stored_name = models.CharField("nom de stockage", max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    pages = models.PositiveIntegerField("pages", default=0)
    failure = models.CharField("échec", max_length=300, blank=True)

    if TYPE_CHECKING:
        objects: Any  # each kind has its own `DrawingJobQuerySet`
        sheets: Any  # the reverse of a sheet's foreign key

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, finished_at__isnull=True, stored_name="", failure="")
                | Q(state=JobState.DONE, finished_at__isnull=False, failure="") & ~Q(stored_name="")
                | Q(state=JobState.FAILED, finished_at__isnull=False, stored_name="") & ~Q(failure=""),
                name="%(app_label)s_%(class)s_state",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="%(app_label)s_%(class)s_progress"),
        ]

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + self.LIFETIME

    @property
    def file_name(self) -> str:
        """Under which it is saved by whoever fetches it."""
        raise NotImplementedError

    @property
    def file(self) -> StoredFile:
        return StoredFile(self.stored_name, self.file_name, MediaType.PDF, self.size, self.sha256)


class DrawnSheet(models.Model):
    """One part of a job, and its drawing until the whole is made. A foreign key `related_name="sheets"` ties it."""

    position = models.PositiveIntegerField("ordre")
    pages = models.PositiveIntegerField("pages", null=True, blank=True)
    content = models.BinaryField("dessin", null=True, blank=True)

    class Meta:
        abstract = True
