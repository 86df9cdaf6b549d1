from django.db import models
from django.db.models import F, Q

from accounts.models import User
from blocks.models import StandardVersion

from ..enums import AdmissibilityDecision
from .enrolments import Candidate, Enrolment


class AdmissibilityRequestQuerySet(models.QuerySet["AdmissibilityRequest"]):
    pass


class AdmissibilityRequest(models.Model):
    """Somebody asks that their experience be found admissible for VAE; two months of silence accept [law]."""

    candidate = models.ForeignKey(
        Candidate, verbose_name="candidat", related_name="admissibility_requests", on_delete=models.PROTECT
    )
    version = models.ForeignKey(StandardVersion, verbose_name="référentiel", on_delete=models.PROTECT)
    received_on = models.DateField("reçue le")
    complete_on = models.DateField("dossier complet le", null=True, blank=True)
    decision = models.CharField("décision", max_length=12, choices=AdmissibilityDecision, blank=True)
    decided_on = models.DateField("décidée le", null=True, blank=True)
    reason = models.TextField("motif", blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name="décidée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    enrolment = models.OneToOneField(
        Enrolment,
        verbose_name="inscription",
        related_name="admissibility",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    recorded_by = models.ForeignKey(User, verbose_name="enregistrée par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistrée le")

    objects = AdmissibilityRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de recevabilité"
        verbose_name_plural = "demandes de recevabilité"
        constraints = [
            models.CheckConstraint(
                condition=Q(complete_on__isnull=True) | Q(complete_on__gte=F("received_on")),
                name="candidates_admissibility_complete",
                violation_error_message="Le dossier est complet au plus tôt le jour de sa réception.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} – {self.received_on}"
