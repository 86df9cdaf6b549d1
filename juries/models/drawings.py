"""A document as a worker drew it, once: its bytes and their hash."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import models


class DrawingQuerySet(models.QuerySet):
    def keep(self, document: bytes, *, at: datetime, **owner: models.Model) -> tuple[Any, bool]:
        """The file of `owner`, and whether it is new: what is kept already stays as it is."""
        made = {"content": bytes(document), "sha256": hashlib.sha256(document).hexdigest(), "drawn_at": at}
        return self.get_or_create(**owner, defaults=made)


class Drawing(models.Model):
    content = models.BinaryField("document")
    sha256 = models.CharField("empreinte", max_length=64)
    drawn_at = models.DateTimeField("dessiné le")

    objects = DrawingQuerySet.as_manager()

    class Meta:
        abstract = True
