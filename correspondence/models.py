from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from .enums import MailState


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, at: datetime) -> Self:
        """Those that a worker may take now."""
        return self.filter(state=MailState.WAITING, send_after__lte=at)


class Mail(models.Model):
    """A mail to one person about one event: a row first, sent by a worker afterwards.

    The row says what is to be written, never the words: they are composed when the mail leaves, from what is true then.
    """

    key = models.CharField("événement", max_length=160, unique=True, help_text="Un événement, un message.")
    kind = models.CharField("sorte", max_length=60)
    to = models.EmailField("destinataire")
    about = models.CharField("objet suivi", max_length=80, help_text="La ligne dont parle le message, « user:12 ».")
    facts = models.JSONField("faits", default=dict, blank=True)
    state = models.CharField("état", max_length=10, choices=MailState, default=MailState.WAITING)
    queued_at = models.DateTimeField("mis en file le")
    send_after = models.DateTimeField("à envoyer à partir du")
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    subject = models.CharField("sujet", max_length=200, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        indexes = [
            models.Index(
                fields=["send_after"], condition=Q(state=MailState.WAITING), name="correspondence_mail_waiting"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="correspondence_mail_state"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | ~Q(state=MailState.SENT) & Q(sent_at__isnull=True),
                name="correspondence_mail_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key
