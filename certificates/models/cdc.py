"""The declaration of holders to the Caisse des Dépôts: files as they were sent, and what was answered of each paper."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from organisations.permissions import access_of

from ..enums import ExamMode, FlowState, Initiative, PassageState, VaeWay
from .certificates import Certificate


class CdcFlowQuerySet(models.QuerySet["CdcFlow"]):
    def visible_to(self, user: User) -> Self:
        """The secretariat's alone: it declares, and nobody else reads who was declared."""
        return self if access_of(user).is_admin else self.none()


class CdcFlow(models.Model):
    """A file of the feed, kept as it was made: `identifier` is its `idFlux`."""

    identifier = models.UUIDField("identifiant du flux", unique=True)
    schema_version = models.CharField("version du schéma", max_length=10)
    state = models.CharField("état", max_length=10, choices=FlowState, default=FlowState.MADE)
    content = models.BinaryField("fichier")
    sha256 = models.CharField("empreinte", max_length=64)
    made_by = models.ForeignKey(User, verbose_name="établi par", related_name="+", on_delete=models.PROTECT)
    made_at = models.DateTimeField("établi le")
    deposited_on = models.DateField("déposé le", null=True, blank=True)
    answered_at = models.DateTimeField("réponse importée le", null=True, blank=True)
    report = models.BinaryField("compte rendu de traitement", null=True, blank=True)
    report_sha256 = models.CharField("empreinte du compte rendu", max_length=64, blank=True)
    refusal = models.TextField("motif du refus", blank=True)

    objects = CdcFlowQuerySet.as_manager()

    class Meta:
        verbose_name = "flux vers la CDC"
        verbose_name_plural = "flux vers la CDC"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=FlowState.MADE, deposited_on__isnull=True, answered_at__isnull=True)
                | Q(state=FlowState.DEPOSITED, deposited_on__isnull=False, answered_at__isnull=True)
                | Q(state__in=[FlowState.REFUSED, FlowState.ANSWERED], answered_at__isnull=False),
                name="certificates_cdcflow_state",
            ),
            models.CheckConstraint(
                condition=Q(state=FlowState.REFUSED) & ~Q(refusal="") | ~Q(state=FlowState.REFUSED) & Q(refusal=""),
                name="certificates_cdcflow_refusal",
                violation_error_message="Un fichier refusé l’est pour un motif.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.identifier)

    @property
    def subject(self) -> str:
        return f"cdc_flow:{self.identifier}"


class CdcPassage(models.Model):
    """A certificate in a file: `technical_id` is its `idTechnique`, the same each time it is sent, and no other's."""

    flow = models.ForeignKey(CdcFlow, verbose_name="flux", related_name="passages", on_delete=models.PROTECT)
    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="cdc_passages", on_delete=models.PROTECT
    )
    technical_id = models.CharField("idTechnique", max_length=255)
    state = models.CharField("état", max_length=10, choices=PassageState, default=PassageState.PENDING)
    message = models.TextField("message de la CDC", blank=True)

    class Meta:
        verbose_name = "passage déclaré"
        verbose_name_plural = "passages déclarés"
        constraints = [
            models.UniqueConstraint(fields=["flow", "certificate"], name="certificates_cdcpassage_once"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~Q(state=PassageState.REJECTED),
                name="certificates_cdcpassage_single",
                violation_error_message="Ce certificat est déjà déclaré, ou attend une réponse.",
            ),
        ]

    def __str__(self) -> str:
        return self.technical_id


class CdcComplement(models.Model):
    """What the CDC asks of a certificate and the house does not know, or knows otherwise: as the secretariat says it.

    What is said here comes before what the enrolment, its cohort and the evaluations say.
    """

    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="cdc_complement", on_delete=models.PROTECT
    )
    initiative = models.CharField("initiative de l’inscription", max_length=20, choices=Initiative, blank=True)
    vae_way = models.CharField("cadre de la VAE", max_length=20, choices=VaeWay, blank=True)
    exam_starts_on = models.DateField("premier jour des épreuves", null=True, blank=True)
    exam_ends_on = models.DateField("dernier jour des épreuves", null=True, blank=True)
    exam_mode = models.CharField("modalité des épreuves", max_length=20, choices=ExamMode, blank=True)
    exam_postcode = models.CharField(
        "code postal du centre d’examen",
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{5}$", "Indiquez un code postal de cinq chiffres.")],
    )

    class Meta:
        verbose_name = "complément de déclaration"
        verbose_name_plural = "compléments de déclaration"
        constraints = [
            models.CheckConstraint(
                condition=Q(exam_starts_on__isnull=True)
                | Q(exam_ends_on__isnull=True)
                | Q(exam_ends_on__gte=F("exam_starts_on")),
                name="certificates_cdccomplement_exam",
                violation_error_message="Le dernier jour des épreuves ne précède pas le premier.",
            )
        ]

    def __str__(self) -> str:
        return f"complément {self.certificate}"

    @property
    def has_exam_in_order(self) -> bool:
        return not (self.exam_starts_on and self.exam_ends_on and self.exam_starts_on > self.exam_ends_on)
