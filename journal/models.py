from django.db import models


class Entry(models.Model):
    """One decision: who, when, on whose behalf, what, before and after. Appended, never changed.

    Actors and subjects are opaque references (`user:12`, `enrolment:2021-000123`), so that erasing a person's data
    elsewhere leaves the chain valid.
    """

    seq = models.BigIntegerField("rang", primary_key=True)
    at = models.DateTimeField("date", db_index=True)
    actor = models.CharField("acteur", max_length=64)
    on_behalf_of = models.CharField("pour le compte de", max_length=64, blank=True)
    action = models.CharField("acte", max_length=64)
    subject = models.CharField("objet", max_length=80, db_index=True)
    before = models.JSONField("avant", null=True)
    after = models.JSONField("après", null=True)
    previous_hash = models.CharField("empreinte précédente", max_length=64, unique=True)
    hash = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "journal"

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class Head(models.Model):
    """The chain's last link: a single row, locked by each append so that the chain never forks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField("rang")
    hash = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "tête du journal"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="journal_head_is_single")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"
