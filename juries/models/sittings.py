"""The meeting as it goes: what is on the table, who is there at each moment."""

from django.db import models
from django.db.models import Q

from ..enums import AttendanceMeans, PresenceChange
from .members import JuryMember
from .sessions import Dossier, JurySession, Seat


class Sitting(models.Model):
    """Where an open session is: the dossier that the chair has called, since when, and whether members' pages answer.

    Made when the session opens. It proves nothing: it is what members' pages follow.
    """

    session = models.OneToOneField(JurySession, verbose_name="session", on_delete=models.PROTECT)
    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier appelé", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    called_at = models.DateTimeField("appelé le", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes par dossier", null=True, blank=True)
    heard_at = models.DateTimeField("dernier signe d’un membre", null=True, blank=True)
    listening_since = models.DateTimeField("à l’écoute depuis", null=True, blank=True)

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=True, called_at__isnull=True)
                | Q(dossier__isnull=False, called_at__isnull=False),
                name="juries_sitting_called",
            )
        ]

    def __str__(self) -> str:
        return f"séance {self.session}"


class PresenceEvent(models.Model):
    """An arrival or a departure, to the moment. Added to, never changed: with the others it says who was there when."""

    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="presence_events", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="+", on_delete=models.PROTECT)
    change = models.CharField("mouvement", max_length=10, choices=PresenceChange)
    means = models.CharField("moyen", max_length=10, choices=AttendanceMeans)
    at = models.DateTimeField("moment")

    class Meta:
        verbose_name = "mouvement"
        verbose_name_plural = "mouvements"

    def __str__(self) -> str:
        return f"{self.seat} {self.get_change_display()}"


class Remark(models.Model):
    """A word of a member on a dossier, to those who deliberate on it. Erased with the ballots."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="remarks", on_delete=models.PROTECT)
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="remarks", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="+", on_delete=models.PROTECT)
    text = models.TextField("texte")
    written_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "remarque"
        verbose_name_plural = "remarques"
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="juries_remark_text")]

    def __str__(self) -> str:
        return f"remarque {self.pk}"
