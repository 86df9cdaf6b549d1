from django.db import models

from accounts.models import User
from candidates.models import Enrolment


class Assignment(models.Model):
    """The panel assessor in charge of an enrolment's third channel.

    The first channel belongs to the members of the enrolment's training organisation, the second to its referent.
    """

    enrolment = models.OneToOneField(
        Enrolment, verbose_name="inscription", related_name="panel_assignment", on_delete=models.PROTECT
    )
    assessor = models.ForeignKey(
        User, verbose_name="évaluateur", related_name="panel_assignments", on_delete=models.PROTECT
    )
    assigned_by = models.ForeignKey(User, verbose_name="affecté par", related_name="+", on_delete=models.PROTECT)
    assigned_at = models.DateTimeField("affecté le")

    class Meta:
        verbose_name = "affectation"
        verbose_name_plural = "affectations"

    def __str__(self) -> str:
        return f"{self.enrolment} – {self.assessor}"
