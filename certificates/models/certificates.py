"""The papers as issued: a row with its number and frozen context, then its bytes."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from blocks.models import CatalogueBlock, Certification, Registration
from candidates.models import Candidate, Enrolment
from organisations.permissions import access_of

from ..enums import CertificateState, PaperKind

LIVE = (CertificateState.RESERVED, CertificateState.PUBLISHED)
PUBLIC = (CertificateState.PUBLISHED, CertificateState.REPLACED, CertificateState.REVOKED)


class NumberCounter(models.Model):
    """The last number given in a year to a kind of paper, taken under its row's lock in the issuing transaction."""

    kind = models.CharField("document", max_length=20, choices=PaperKind)
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur de numéros"
        verbose_name_plural = "compteurs de numéros"
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="certificates_counter_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> Self:
        """An admin's all; an organisation sees the published papers of its own candidates."""
        if access_of(user).is_admin:
            return self
        return self.filter(enrolment__in=Enrolment.objects.visible_to(user), state__in=PUBLIC)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def waiting(self) -> Self:
        """Reserved and not yet drawn: the work that Celery is only told about."""
        return self.filter(state=CertificateState.RESERVED)

    def lock(self, certificate_id: int) -> "Certificate":
        """As it is now, and kept so until the transaction ends; rows that refer to it can still be written."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=certificate_id)


class Certificate(models.Model):
    """An issued paper, row first: number, frozen context, template version. Its PDF is drawn from this row alone, once.

    A block statement is the same kind of row and says that it is only the block. The verification key is made when the
    paper is drawn and exists in clear on the paper alone; here is its hash.
    """

    kind = models.CharField("document", max_length=20, choices=PaperKind)
    number = models.CharField("numéro", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("année")
    sequence = models.PositiveIntegerField("rang dans l’année")
    certification = models.ForeignKey(Certification, verbose_name="certification", on_delete=models.PROTECT)
    candidate = models.ForeignKey(
        Candidate, verbose_name="titulaire", related_name="certificates", on_delete=models.PROTECT
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="certificates", on_delete=models.PROTECT
    )
    catalogue_block = models.ForeignKey(
        CatalogueBlock, verbose_name="bloc attesté", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    registration = models.ForeignKey(
        Registration,
        verbose_name="enregistrement au RNCP",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    unregistered_reason = models.TextField("motif de délivrance hors enregistrement", blank=True)
    delivered_on = models.DateField("délivré le")
    context = models.JSONField("contenu figé")
    template_version = models.CharField("version du modèle", max_length=10)
    issued_by = models.ForeignKey(User, verbose_name="délivré par", related_name="+", on_delete=models.PROTECT)
    issued_at = models.DateTimeField("établi le")
    state = models.CharField("état", max_length=10, choices=CertificateState, default=CertificateState.RESERVED)
    key_hash = models.CharField("empreinte de la clé", max_length=64, null=True, blank=True, unique=True)
    sha256 = models.CharField("empreinte du document", max_length=64, null=True, blank=True, db_index=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name="remplace", related_name="replaced_by", null=True, blank=True, on_delete=models.PROTECT
    )
    attempts = models.PositiveSmallIntegerField("essais de dessin", default=0)
    last_error = models.TextField("dernier refus du dessin", blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "certificat"
        verbose_name_plural = "certificats"
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "sequence"], name="certificates_certificate_sequence"),
            models.UniqueConstraint(
                fields=["candidate", "certification"],
                condition=Q(kind=PaperKind.CERTIFICATE, state__in=LIVE),
                name="certificates_certificate_single_live",
                violation_error_message="Cette personne a déjà un certificat valide.",
            ),
            models.UniqueConstraint(
                fields=["candidate", "catalogue_block"],
                condition=Q(kind=PaperKind.BLOCK_STATEMENT, state__in=LIVE),
                name="certificates_statement_single_live",
                violation_error_message="Cette personne a déjà une attestation de ce bloc.",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.CERTIFICATE, catalogue_block__isnull=True)
                | Q(kind=PaperKind.BLOCK_STATEMENT, catalogue_block__isnull=False),
                name="certificates_certificate_block",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.BLOCK_STATEMENT)
                | Q(registration__isnull=False)
                | ~Q(unregistered_reason=""),
                name="certificates_certificate_registration",
                violation_error_message="Hors enregistrement, le motif de la délivrance est requis.",
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.RESERVED, published_at__isnull=True)
                | Q(state__in=PUBLIC, published_at__isnull=False, key_hash__isnull=False, sha256__isnull=False),
                name="certificates_certificate_state",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"certificate:{self.number}"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_valid(self) -> bool:
        return self.state == CertificateState.PUBLISHED

    @property
    def has_ended(self) -> bool:
        return self.state in {CertificateState.REPLACED, CertificateState.REVOKED}


class CertificateFile(models.Model):
    """The bytes of the paper, stored at issue and never drawn again."""

    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="file", on_delete=models.PROTECT
    )
    content = models.BinaryField("document")
    sha256 = models.CharField("empreinte", max_length=64)
    drawn_at = models.DateTimeField("dessiné le")
    seal_sha256 = models.CharField("empreinte du certificat du sceau", max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = "document délivré"
        verbose_name_plural = "documents délivrés"

    def __str__(self) -> str:
        return str(self.certificate)
