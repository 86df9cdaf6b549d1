import hashlib
from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.utils.formats import localize

from accounts.models import User
from documents.uploads import StoredFile

from .evaluations import Evaluation, EvaluationQuerySet

ATTACHMENTS = "attachments"  # the folder of these files


class KeptUpload(models.Model):
    """A file that somebody sent: kept under a random name, read through a page that asks who reads it."""

    stored_name = models.CharField("nom de stockage", max_length=120, unique=True, editable=False)
    name = models.CharField("nom donné", max_length=160)
    media_type = models.CharField("nature", max_length=40)
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    uploaded_by = models.ForeignKey(User, verbose_name="déposée par", related_name="+", on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField("déposée le")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def size_words(self) -> str:
        """« 3,8 Mo »"""
        unit, name = (1_000_000, "Mo") if self.size >= 999_500 else (1000, "Ko")
        amount = localize(round(Decimal(self.size) / unit, 1 if unit > 1000 else 0).max(1))
        return f"{amount}\N{NO-BREAK SPACE}{name}"

    @property
    def file(self) -> StoredFile:
        return StoredFile(self.stored_name, self.name, self.media_type, self.size, self.sha256)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, evaluations: EvaluationQuerySet) -> "AttachmentQuerySet":
        """Whoever reads an evaluation whole reads what is joined to it: `Evaluation.objects.visible_to` says who."""
        return self.filter(evaluation__in=evaluations)

    def in_order(self) -> "AttachmentQuerySet":
        return self.order_by("uploaded_at", "pk")


def fingerprint(attachments: Iterable["Attachment"]) -> str:
    """The same for the same contents, in whatever order: what somebody has read again is what they submit."""
    return hashlib.sha256("\n".join(sorted(file.sha256 for file in attachments)).encode()).hexdigest()


class Attachment(KeptUpload):
    """A file that an assessor joins to an evaluation, as immutable as the evaluation once it is submitted."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="évaluation", related_name="attachments", on_delete=models.PROTECT
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"

    @property
    def subject(self) -> str:
        """How the journal names this file."""
        return f"attachment:{self.pk}"
