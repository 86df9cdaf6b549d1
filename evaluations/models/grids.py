from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from candidates.models import Cohort, Enrolment
from documents.jobs import UNDER_WAY, DrawingJob, DrawingJobQuerySet, DrawnSheet

from ..enums import GridContent


class GridJobQuerySet(DrawingJobQuerySet):
    def visible_to(self, user: User) -> Self:
        """What somebody asked for is theirs alone, whatever others may read."""
        return self.filter(requested_by=user)


class GridJob(DrawingJob):
    """Paper grids of a whole cohort or of one candidate, in one file that its author fetches."""

    FOLDER = "grids"
    LIFETIME = timedelta(hours=24)

    cohort = models.ForeignKey(
        Cohort, verbose_name="promotion", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    content = models.CharField("grilles", max_length=10, choices=GridContent)
    requested_by = models.ForeignKey(User, verbose_name="demandées par", related_name="+", on_delete=models.PROTECT)

    objects = GridJobQuerySet.as_manager()

    class Meta:
        verbose_name = "impression de grilles"
        verbose_name_plural = "impressions de grilles"
        constraints = [
            *DrawingJob.Meta.constraints,
            models.CheckConstraint(
                condition=Q(cohort__isnull=False, enrolment__isnull=True)
                | Q(cohort__isnull=True, enrolment__isnull=False),
                name="evaluations_gridjob_subject",
            ),
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
    def file_name(self) -> str:
        return f"grilles-{self.get_content_display()}-{self.of}.pdf"


class GridSheet(DrawnSheet):
    """One candidate's part of a job: the channels that its author prints."""

    job = models.ForeignKey(GridJob, verbose_name="impression", related_name="sheets", on_delete=models.CASCADE)
    enrolment = models.ForeignKey(Enrolment, verbose_name="inscription", related_name="+", on_delete=models.PROTECT)
    channels = models.JSONField("voies imprimées")

    class Meta:
        verbose_name = "grilles d’un candidat"
        verbose_name_plural = "grilles d’un candidat"
        constraints = [models.UniqueConstraint(fields=["job", "enrolment"], name="evaluations_gridsheet_enrolment")]

    def __str__(self) -> str:
        return f"{self.job} – {self.enrolment}"
