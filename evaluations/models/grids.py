from django.db import models
from django.db.models import Q

from accounts.models import User
from candidates.models import Cohort

from ..enums import GridContent, JobState


class GridJob(models.Model):
    """The paper grids of a whole cohort, drawn by a worker as one file that its author fetches within a day."""

    cohort = models.ForeignKey(Cohort, verbose_name="promotion", related_name="+", on_delete=models.PROTECT)
    content = models.CharField("grilles", max_length=10, choices=GridContent)
    requested_by = models.ForeignKey(User, verbose_name="demandées par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandées le")
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField("candidats", default=0)
    done = models.PositiveIntegerField("dessinés", default=0)
    claimed_at = models.DateTimeField("prises en charge le", null=True, blank=True)
    finished_at = models.DateTimeField("terminées le", null=True, blank=True)
    stored_name = models.CharField("nom de stockage", max_length=120, blank=True, editable=False)
    failure = models.CharField("échec", max_length=300, blank=True)

    class Meta:
        verbose_name = "impression de grilles"
        verbose_name_plural = "impressions de grilles"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | ~Q(stored_name="") & Q(finished_at__isnull=False),
                name="evaluations_gridjob_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} – {self.get_content_display()}"
