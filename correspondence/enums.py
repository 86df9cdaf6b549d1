from django.db import models


class MailState(models.TextChoices):
    WAITING = "waiting", "en attente"
    SENDING = "sending", "en cours d’envoi"
    SENT = "sent", "envoyé"
    DROPPED = "dropped", "sans objet"
    FAILED = "failed", "non parti"
