from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from .enums import MailState

UNFINISHED = (MailState.WAITING, MailState.SENDING)
FINISHED = (MailState.SENT, MailState.DROPPED)


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, at: datetime) -> Self:
        """Those that a worker may take now."""
        return self.filter(state=MailState.WAITING, send_after__lte=at)

    def failed(self) -> Self:
        return self.filter(state=MailState.FAILED)

    def in_state(self, state: str) -> Self:
        """A mail on its way still waits, for whoever looks at the list."""
        return self.filter(state__in=UNFINISHED if state == MailState.WAITING else [state])

    def matching(self, words: str) -> Self:
        """Every word is in the address or the subject."""
        found = self
        for word in words.split():
            found = found.filter(Q(to__icontains=word) | Q(subject__icontains=word))
        return found


class Mail(models.Model):
    """A mail to one person about one event: a row first, sent by a worker afterwards.

    The row says what is to be written, never the words: they are composed when the mail leaves, from what is true then.
    """

    key = models.CharField("événement", max_length=160, unique=True, help_text="Un événement, un message.")
    kind = models.CharField("sorte", max_length=60)
    to = models.EmailField("destinataire", blank=True, help_text="Effacé un an après.")
    about = models.CharField("objet suivi", max_length=80, blank=True, help_text="« user:12 », s’il y a lieu.")
    facts = models.JSONField("faits", default=dict, blank=True)
    state = models.CharField("état", max_length=10, choices=MailState, default=MailState.WAITING)
    queued_at = models.DateTimeField("mis en file le")
    send_after = models.DateTimeField("à envoyer à partir du")
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=120, blank=True)
    subject = models.CharField("sujet", max_length=200, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        indexes = [
            models.Index(fields=["state", "send_after"], name="correspondence_mail_state_due"),
            models.Index(fields=["kind", "about"], name="correspondence_mail_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="correspondence_mail_state"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | ~Q(state=MailState.SENT) & Q(sent_at__isnull=True),
                name="correspondence_mail_sent",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENDING, claimed_at__isnull=False)
                | ~Q(state=MailState.SENDING) & Q(claimed_at__isnull=True),
                name="correspondence_mail_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(to="") | Q(state__in=FINISHED),
                name="correspondence_mail_addressed",
                violation_error_message="Un message qui peut encore partir a un destinataire.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    @property
    def reference(self) -> str:
        """How the journal names this row."""
        return f"mail:{self.pk}"
