"""The consent agenda: several dossiers on which the channels agree, put to the vote in one motion."""

from django.db import models
from django.db.models import Q

from ..enums import MotionState
from .sessions import Dossier, JurySession, Seat


class Motion(models.Model):
    """Opening it opens the votes of its dossiers; adopting it is to vote as the rules propose on each of them."""

    session = models.ForeignKey(JurySession, verbose_name="session", related_name="motions", on_delete=models.PROTECT)
    seat = models.ForeignKey(
        Seat,
        verbose_name="proposée par",
        related_name="+",
        on_delete=models.PROTECT,  # Whoever leads these dossiers.
    )
    state = models.CharField("état", max_length=10, choices=MotionState, default=MotionState.OPEN)
    opened_at = models.DateTimeField("proposée le")
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "adoption en bloc"
        verbose_name_plural = "adoptions en bloc"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MotionState.OPEN, closed_at__isnull=True)
                | Q(state=MotionState.CLOSED, closed_at__isnull=False),
                name="juries_motion_state",
            ),
            models.UniqueConstraint(
                fields=["session", "seat"], condition=Q(state=MotionState.OPEN), name="juries_motion_single_open"
            ),
        ]

    def __str__(self) -> str:
        return f"adoption en bloc {self.pk}"


class MotionItem(models.Model):
    """A dossier of a motion. Any member who votes on it may pull it out: it is then discussed and voted on apart."""

    motion = models.ForeignKey(Motion, verbose_name="adoption en bloc", related_name="items", on_delete=models.PROTECT)
    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="motion_items", on_delete=models.PROTECT)
    pulled_by = models.ForeignKey(
        Seat, verbose_name="retiré par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    pulled_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier adopté en bloc"
        verbose_name_plural = "dossiers adoptés en bloc"
        constraints = [
            models.UniqueConstraint(fields=["motion", "dossier"], name="juries_motionitem_once"),
            models.CheckConstraint(
                condition=Q(pulled_by__isnull=True, pulled_at__isnull=True)
                | Q(pulled_by__isnull=False, pulled_at__isnull=False),
                name="juries_motionitem_pulled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion} – {self.dossier_id}"

    @property
    def is_pulled(self) -> bool:
        return self.pulled_at is not None
