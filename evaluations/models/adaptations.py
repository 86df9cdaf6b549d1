from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from blocks.models import Channel
from candidates.models import Enrolment
from organisations.models import TrainingOrganisation
from organisations.permissions import access_of

from ..enums import AdaptationState, Adjustment
from .attachments import KeptUpload

EVIDENCE = "evidence"  # the folder of these files

_DECIDED = [AdaptationState.GRANTED, AdaptationState.REFUSED]


class AdaptationRequestQuerySet(models.QuerySet["AdaptationRequest"]):
    def visible_to(self, user: User) -> Self:
        """An admin's all; an organisation's own, those that its members made. Nobody else reads a need."""
        access = access_of(user)
        if access.is_admin:
            return self
        return self.filter(requested_for__in=access.training_organisation_ids)

    def to_decide(self) -> Self:
        return self.filter(state=AdaptationState.PENDING, enrolment__withdrawn_on__isnull=True)

    def with_enrolment(self) -> Self:
        return self.select_related("enrolment__candidate", "enrolment__route", "requested_for")

    def with_adjustments(self) -> Self:
        return self.prefetch_related("adjustments__channels")


class AdaptationRequest(models.Model):
    """A candidate asks that the exams be adapted: the need and the adjustments, never a diagnosis.

    A later request replaces one that is still to be decided. What holds is the last that was granted.
    """

    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="adaptation_requests", on_delete=models.PROTECT
    )
    requested_for = models.ForeignKey(
        TrainingOrganisation,
        verbose_name="organisme demandeur",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text="Celui dont un membre a fait la demande ; aucun quand le secrétariat l’a faite.",
    )
    need = models.TextField("besoin", blank=True, help_text="Ce qui gêne pendant l’épreuve ; jamais un diagnostic.")
    erased_at = models.DateTimeField("besoin effacé le", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=AdaptationState, default=AdaptationState.PENDING)
    requested_by = models.ForeignKey(User, verbose_name="demandée par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandée le")
    decided_by = models.ForeignKey(
        User, verbose_name="décidée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decision_reason = models.TextField("motif de la décision", blank=True)
    replaced_at = models.DateTimeField("remplacée le", null=True, blank=True)

    objects = AdaptationRequestQuerySet.as_manager()

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
                condition=Q(state__in=_DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | ~Q(state__in=_DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True),
                name="evaluations_adaptation_decided",
            ),
            models.CheckConstraint(
                condition=Q(state=AdaptationState.REPLACED, replaced_at__isnull=False)
                | ~Q(state=AdaptationState.REPLACED) & Q(replaced_at__isnull=True),
                name="evaluations_adaptation_replaced",
            ),
            models.CheckConstraint(
                condition=~Q(state=AdaptationState.REFUSED) | ~Q(decision_reason=""),
                name="evaluations_adaptation_refusal_reason",
                violation_error_message="Un refus se motive.",
            ),
            models.CheckConstraint(
                condition=Q(need="", erased_at__isnull=False) | ~Q(need="") & Q(erased_at__isnull=True),
                name="evaluations_adaptation_need",
                violation_error_message="Une demande dit le besoin, jusqu’à ce qu’il soit effacé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} – {self.get_state_display()}"

    @property
    def subject(self) -> str:
        """How the journal names this request."""
        return f"adaptation:{self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.state == AdaptationState.PENDING

    @property
    def is_decided(self) -> bool:
        return self.state in _DECIDED


class AdaptationAdjustment(models.Model):
    """One adjustment for some of the channels: as it was asked for, or as it was granted."""

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
            models.UniqueConstraint(fields=["request", "adjustment", "is_granted"], name="evaluations_adjustment_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_adjustment_display())


class AdaptationEvidence(KeptUpload):
    """What supports a request, for the certifier's eyes alone, erased once it has served."""

    request = models.OneToOneField(
        AdaptationRequest, verbose_name="demande", related_name="evidence", on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = "justificatif d’aménagement"
        verbose_name_plural = "justificatifs d’aménagement"
