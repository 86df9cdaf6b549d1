"""The files beside a paper, its annex and its copies: their bytes, their signed entries, why one could not be drawn."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User

from ..enums import CertificateState, Document
from .certificates import Certificate

DERIVED = (Document.SUPPLEMENT, Document.DUPLICATE)


class SupplementFile(models.Model):
    """The annex of a certificate: its competencies and how they were evaluated, drawn from the same frozen context."""

    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="supplement", on_delete=models.PROTECT
    )
    content = models.BinaryField("document")
    sha256 = models.CharField("empreinte", max_length=64, db_index=True)
    drawn_at = models.DateTimeField("dessiné le")
    seal_sha256 = models.CharField("empreinte du certificat du sceau", max_length=64, blank=True)

    class Meta:
        verbose_name = "supplément délivré"
        verbose_name_plural = "suppléments délivrés"

    def __str__(self) -> str:
        return f"supplément {self.certificate}"


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def waiting(self) -> Self:
        """Asked for and not yet drawn."""
        return self.filter(drawn_at__isnull=True)


class Duplicate(models.Model):
    """The same bytes again, under a cover that says why. `content` once drawn: the cover, the original attached."""

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="duplicates", on_delete=models.PROTECT
    )
    rank = models.PositiveSmallIntegerField("rang")
    reason = models.TextField("motif")
    context = models.JSONField("contenu figé")
    made_by = models.ForeignKey(User, verbose_name="établi par", related_name="+", on_delete=models.PROTECT)
    made_at = models.DateTimeField("établi le")
    content = models.BinaryField("document", null=True, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True, db_index=True)
    drawn_at = models.DateTimeField("dessiné le", null=True, blank=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "duplicata"
        verbose_name_plural = "duplicatas"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "rank"], name="certificates_duplicate_rank"),
            models.CheckConstraint(condition=~Q(reason=""), name="certificates_duplicate_reason"),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, content__isnull=True, sha256="")
                | (Q(drawn_at__isnull=False, content__isnull=False) & ~Q(sha256="")),
                name="certificates_duplicate_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"duplicata {self.rank} de {self.certificate}"


class FileEntry(models.Model):
    """The fingerprint of an annex or of a duplicate, signed (Ed25519) as the states of its paper are.

    The fingerprint on the file's own row is anybody's who writes in the database; this one is not.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="file_entries", on_delete=models.PROTECT
    )
    document = models.CharField("fichier", max_length=10, choices=Document)
    rank = models.PositiveSmallIntegerField("rang")  # among its duplicates; a paper has one annex
    payload = models.JSONField("contenu signé")
    key_id = models.CharField("clé", max_length=64)
    signature = models.CharField("signature", max_length=128)
    signed_at = models.DateTimeField("signé le")

    class Meta:
        verbose_name = "inscription d’un fichier au registre"
        verbose_name_plural = "inscriptions de fichiers au registre"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "document", "rank"], name="certificates_fileentry_once"),
            models.CheckConstraint(condition=Q(document__in=DERIVED), name="certificates_fileentry_derived"),
            models.CheckConstraint(condition=~Q(signature=""), name="certificates_fileentry_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.document} {self.rank}"


class FileRefusalQuerySet(models.QuerySet["FileRefusal"]):
    def standing(self) -> Self:
        """Of papers that are valid: of those that have ended nothing is drawn any more."""
        return self.filter(certificate__state=CertificateState.PUBLISHED)


class FileRefusal(models.Model):
    """An annex or a duplicate that could not be drawn: how often it was tried and why not, until it is drawn."""

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="file_refusals", on_delete=models.PROTECT
    )
    document = models.CharField("fichier", max_length=10, choices=Document)
    rank = models.PositiveSmallIntegerField("rang")
    attempts = models.PositiveSmallIntegerField("essais de dessin", default=0)
    last_error = models.TextField("dernier refus du dessin")
    refused_at = models.DateTimeField("refusé le")

    objects = FileRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier refusé"
        verbose_name_plural = "fichiers refusés"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "document", "rank"], name="certificates_filerefusal_once"),
            models.CheckConstraint(condition=Q(document__in=DERIVED), name="certificates_filerefusal_derived"),
        ]

    def __str__(self) -> str:
        return f"{self.name} refusé de {self.certificate}"

    @property
    def name(self) -> str:
        return file_name(self.document, self.rank)


def file_name(document: str, rank: int) -> str:
    """« supplément », « duplicata 2 »"""
    label = str(Document(document).label)
    return f"{label} {rank}" if document == Document.DUPLICATE else label
