from django.db import models

from accounts.models import User

from .evaluations import Evaluation


class Attachment(models.Model):
    """A file that an assessor joins to an evaluation, kept under a random name and read through its own page alone."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="évaluation", related_name="attachments", on_delete=models.PROTECT
    )
    stored_name = models.CharField("nom de stockage", max_length=120, unique=True, editable=False)
    name = models.CharField("nom donné", max_length=160)
    media_type = models.CharField("nature", max_length=40)
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    uploaded_by = models.ForeignKey(User, verbose_name="déposée par", related_name="+", on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField("déposée le")

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"

    def __str__(self) -> str:
        return self.name
