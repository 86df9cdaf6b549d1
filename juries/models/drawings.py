"""A document as a worker drew it, once: its bytes and their hash."""

from django.db import models


class Drawing(models.Model):
    content = models.BinaryField("document")
    sha256 = models.CharField("empreinte", max_length=64)
    drawn_at = models.DateTimeField("dessiné le")

    class Meta:
        abstract = True
