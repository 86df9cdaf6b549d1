from django.db import models
from django.db.models import Q

from accounts.models import User
from blocks.models import Channel
from candidates.models import Enrolment

from ..enums import AdaptationState, Adjustment


class AdaptationRequest(models.Model):
    """A candidate asks that the exams be adapted: the need and the adjustments, never a diagnosis."""

    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="adaptation_requests", on_delete=models.PROTECT
    )
    need = models.TextField("besoin", help_text="Ce qui gêne pendant l’épreuve ; jamais un diagnostic.")
    evidence_stored_name = models.CharField("justificatif", max_length=120, blank=True, editable=False)
    evidence_name = models.CharField("nom du justificatif", max_length=160, blank=True)
    evidence_media_type = models.CharField("nature du justificatif", max_length=40, blank=True)
    state = models.CharField("état", max_length=10, choices=AdaptationState, default=AdaptationState.PENDING)
    requested_by = models.ForeignKey(User, verbose_name="demandée par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandée le")
    decided_by = models.ForeignKey(
        User, verbose_name="décidée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decision_reason = models.TextField("motif de la décision", blank=True)

    class Meta:
        verbose_name = "demande d’aménagement"
        verbose_name_plural = "demandes d’aménagement"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state=AdaptationState.PENDING),
                name="evaluations_adaptation_pending",
                violation_error_message="Une demande attend déjà une décision pour ce candidat.",
            ),
            models.CheckConstraint(
                condition=Q(state=AdaptationState.PENDING, decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state=AdaptationState.PENDING) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="evaluations_adaptation_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} – {self.get_state_display()}"


class AdaptationAdjustment(models.Model):
    """One adjustment, asked for or granted, for some of the channels."""

    request = models.ForeignKey(
        AdaptationRequest, verbose_name="demande", related_name="adjustments", on_delete=models.PROTECT
    )
    adjustment = models.CharField("aménagement", max_length=20, choices=Adjustment)
    detail = models.CharField("précision", max_length=300, blank=True)
    channels = models.ManyToManyField(Channel, verbose_name="voies d’évaluation", related_name="+")
    is_granted = models.BooleanField("accordé", default=False)

    class Meta:
        verbose_name = "aménagement"
        verbose_name_plural = "aménagements"
        constraints = [
            models.UniqueConstraint(fields=["request", "adjustment"], name="evaluations_adjustment_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_adjustment_display())
