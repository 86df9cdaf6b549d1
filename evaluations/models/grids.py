from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from candidates.models import Cohort, Enrolment
from documents.uploads import MediaType, StoredFile

from ..enums import GridContent, JobState

GRIDS = "grids"  # the folder of these files
LIFETIME = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)  # longer than any candidate takes: a worker silent for so long is dead
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


class GridJobQuerySet(models.QuerySet["GridJob"]):
    def visible_to(self, user: User) -> Self:
        """What somebody asked for is theirs alone, whatever others may read."""
        return self.filter(requested_by=user)

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
        return self.filter(requested_at__lt=at - LIFETIME)


class GridJob(models.Model):
    """Paper grids of a whole cohort or of one candidate, drawn by a worker as one file that its author fetches.

    Candidate by candidate: each drawing is kept as it is made, so that whatever interrupts the work loses one at most.
    """

    cohort = models.ForeignKey(
        Cohort, verbose_name="promotion", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    content = models.CharField("grilles", max_length=10, choices=GridContent)
    requested_by = models.ForeignKey(User, verbose_name="demandées par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandées le")
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField("candidats")
    done = models.PositiveIntegerField("dessinés", default=0)
    attempts = models.PositiveSmallIntegerField("essais du candidat en cours", default=0)
    claimed_at = models.DateTimeField("dernière prise en charge", null=True, blank=True)
    finished_at = models.DateTimeField("terminées le", null=True, blank=True)
    stored_name = models.CharField("nom de stockage", max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    pages = models.PositiveIntegerField("pages", default=0)
    failure = models.CharField("échec", max_length=300, blank=True)

    objects = GridJobQuerySet.as_manager()

    class Meta:
        verbose_name = "impression de grilles"
        verbose_name_plural = "impressions de grilles"
        constraints = [
            models.CheckConstraint(
                condition=Q(cohort__isnull=False, enrolment__isnull=True)
                | Q(cohort__isnull=True, enrolment__isnull=False),
                name="evaluations_gridjob_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, finished_at__isnull=True, stored_name="", failure="")
                | Q(state=JobState.DONE, finished_at__isnull=False, failure="") & ~Q(stored_name="")
                | Q(state=JobState.FAILED, finished_at__isnull=False, stored_name="") & ~Q(failure=""),
                name="evaluations_gridjob_state",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="evaluations_gridjob_progress"),
            models.UniqueConstraint(
                fields=["requested_by", "cohort", "content"],
                condition=Q(state__in=UNDER_WAY, cohort__isnull=False),
                name="evaluations_gridjob_cohort_once",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "enrolment", "content"],
                condition=Q(state__in=UNDER_WAY, enrolment__isnull=False),
                name="evaluations_gridjob_enrolment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of} – {self.get_content_display()}"

    @property
    def of(self) -> Cohort | Enrolment:
        of = self.cohort or self.enrolment
        assert of is not None  # noqa: S101  (one of the two, as the table holds)
        return of

    @property
    def subject(self) -> str:
        """How the journal names this job."""
        return f"grid_job:{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + LIFETIME

    @property
    def file(self) -> StoredFile:
        name = f"grilles-{self.get_content_display()}-{self.of}.pdf"
        return StoredFile(self.stored_name, name, MediaType.PDF, self.size, self.sha256)


class GridSheet(models.Model):
    """One candidate's part of a job: the channels that its author prints, and the drawing until the whole is made."""

    job = models.ForeignKey(GridJob, verbose_name="impression", related_name="sheets", on_delete=models.CASCADE)
    enrolment = models.ForeignKey(Enrolment, verbose_name="inscription", related_name="+", on_delete=models.PROTECT)
    position = models.PositiveIntegerField("ordre")
    channels = models.JSONField("voies imprimées")
    pages = models.PositiveIntegerField("pages", null=True, blank=True)
    content = models.BinaryField("dessin", null=True, blank=True)

    class Meta:
        verbose_name = "grilles d’un candidat"
        verbose_name_plural = "grilles d’un candidat"
        constraints = [models.UniqueConstraint(fields=["job", "enrolment"], name="evaluations_gridsheet_enrolment")]

    def __str__(self) -> str:
        return f"{self.job} – {self.enrolment}"
