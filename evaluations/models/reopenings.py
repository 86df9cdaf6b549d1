from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User

from ..enums import ReopeningKind
from .evaluations import Evaluation


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def standing(self) -> Self:
        """Of each block and channel, the last one: by its date, if it has one, the next attempt is due."""
        later = Reopening.objects.filter(
            evaluation__enrolled_block=models.OuterRef("evaluation__enrolled_block"),
            evaluation__channel=models.OuterRef("evaluation__channel"),
            evaluation__attempt__gt=models.OuterRef("evaluation__attempt"),
        )
        return self.exclude(models.Exists(later))


class Reopening(models.Model):
    """Why a submitted evaluation no longer answers for its channel: another attempt follows, the old one is kept."""

    evaluation = models.OneToOneField(
        Evaluation, verbose_name="évaluation", related_name="reopening", on_delete=models.PROTECT
    )
    kind = models.CharField("motif", max_length=12, choices=ReopeningKind)
    reason = models.TextField("raison")
    due_on = models.DateField("à rendre pour le", null=True, blank=True)
    opened_by = models.ForeignKey(User, verbose_name="rouverte par", related_name="+", on_delete=models.PROTECT)
    opened_at = models.DateTimeField("rouverte le")

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = "réouverture"
        verbose_name_plural = "réouvertures"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="evaluations_reopening_reason",
                violation_error_message="Une réouverture a une raison.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ReopeningKind.RESIT) | Q(due_on__isnull=False),
                name="evaluations_reopening_resit_due",
                violation_error_message="Un rattrapage a une échéance.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} – {self.get_kind_display()}"

    @property
    def is_resit(self) -> bool:
        return self.kind == ReopeningKind.RESIT
