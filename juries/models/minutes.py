"""What remains of a session: its sealed minutes, and what the CPNEFP decided."""

from django.db import models
from django.db.models import Q

from accounts.models import User

from .deliberations import Deliberation
from .drawings import Drawing
from .members import JuryMember
from .sessions import JurySession, Seat

MINUTES_MAIL = "juries.minutes"  # the kind of the mail that asks for an approval


class Minutes(models.Model):
    """The sealed record of a session: a frozen context and its hash. Corrected only by an addendum."""

    session = models.OneToOneField(JurySession, verbose_name="session", on_delete=models.PROTECT)
    context = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    template_version = models.CharField("version du modèle", max_length=10)
    sealed_by = models.ForeignKey(User, verbose_name="signé par", related_name="+", on_delete=models.PROTECT)
    sealed_at = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"

    def __str__(self) -> str:
        return f"procès-verbal {self.session}"


class MinutesDraft(models.Model):
    """What the chair puts to the approval of the members: the incidents of the session, and the hash of the whole.

    Put again after a correction, it has another hash, and waits for other approvals.
    """

    session = models.OneToOneField(
        JurySession, verbose_name="session", related_name="minutes_draft", on_delete=models.PROTECT
    )
    incidents = models.JSONField("incidents de séance", default=list, blank=True)
    sha256 = models.CharField("empreinte", max_length=64)
    submitted_by = models.ForeignKey(User, verbose_name="soumis par", related_name="+", on_delete=models.PROTECT)
    submitted_at = models.DateTimeField("soumis le")

    class Meta:
        verbose_name = "projet de procès-verbal"
        verbose_name_plural = "projets de procès-verbaux"

    def __str__(self) -> str:
        return f"projet de procès-verbal {self.session}"


class MinutesApproval(models.Model):
    """A member approves the minutes as they are put to them: those of one hash."""

    session = models.ForeignKey(
        JurySession, verbose_name="session", related_name="minutes_approvals", on_delete=models.PROTECT
    )
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="+", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="+", on_delete=models.PROTECT)
    sha256 = models.CharField("empreinte", max_length=64)
    approved_at = models.DateTimeField("approuvé le")

    class Meta:
        verbose_name = "approbation du procès-verbal"
        verbose_name_plural = "approbations du procès-verbal"
        constraints = [
            models.UniqueConstraint(fields=["session", "seat", "sha256"], name="juries_minutesapproval_once")
        ]

    def __str__(self) -> str:
        return f"approbation {self.seat}"


class MinutesFile(Drawing):
    minutes = models.OneToOneField(Minutes, verbose_name="procès-verbal", related_name="file", on_delete=models.PROTECT)

    class Meta:
        verbose_name = "document du procès-verbal"
        verbose_name_plural = "documents des procès-verbaux"

    def __str__(self) -> str:
        return str(self.minutes)


class Ratification(models.Model):
    """The CPNEFP's decision on what the jury deliberated [accord, art. 9], as the secretariat records it."""

    session = models.OneToOneField(JurySession, verbose_name="session", on_delete=models.PROTECT)
    decided_on = models.DateField("date de la décision")
    chaired_by = models.CharField("présidée par", max_length=160)
    note = models.TextField("observations", blank=True)
    recorded_by = models.ForeignKey(User, verbose_name="enregistrée par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "décision de la CPNEFP"
        verbose_name_plural = "décisions de la CPNEFP"

    def __str__(self) -> str:
        return f"décision du {self.decided_on:%d/%m/%Y}"


class RatificationException(models.Model):
    """A block that the CPNEFP sends back to a later session, and why."""

    ratification = models.ForeignKey(
        Ratification, verbose_name="décision", related_name="exceptions", on_delete=models.PROTECT
    )
    deliberation = models.OneToOneField(
        Deliberation, verbose_name="délibération", related_name="ratification_exception", on_delete=models.PROTECT
    )
    reason = models.TextField("motif")

    class Meta:
        verbose_name = "renvoi par la CPNEFP"
        verbose_name_plural = "renvois par la CPNEFP"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="juries_ratificationexception_reason")]

    def __str__(self) -> str:
        return str(self.deliberation)
