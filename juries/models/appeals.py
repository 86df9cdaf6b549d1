"""After the publication: who contests, and the end of the secret that ballots were kept under."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from candidates.models import names_hold
from organisations.permissions import access_of

from ..enums import AppealOutcome
from .sessions import Dossier, JurySession


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User) -> Self:
        """The secretariat's, but those of the candidates from whose dossiers the reader is withdrawn."""
        if not access_of(user).is_admin:
            return self.none()
        return self.filter(dossier__in=Dossier.objects.visible_to(user))

    def pending(self) -> Self:
        return self.filter(outcome__isnull=True)

    def late(self) -> Self:
        return self.filter(received_on__gt=F("deadline_on"))

    def in_time(self) -> Self:
        return self.filter(received_on__lte=F("deadline_on"))

    def upheld(self) -> Self:
        return self.filter(outcome=AppealOutcome.UPHELD)

    def matching(self, words: str) -> Self:
        prefix = "dossier__enrolment__"
        return self.filter(
            Q(**{f"{prefix}reference": words.strip()}) | names_hold(words, prefix=f"{prefix}candidate__")
        )


class Appeal(models.Model):
    """A candidate contests what was published. Recorded whenever it comes; its outcome is written once."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="appeals", on_delete=models.PROTECT)
    received_on = models.DateField("reçu le")
    deadline_on = models.DateField("dernier jour pour contester")
    grounds = models.TextField("moyens")
    recorded_by = models.ForeignKey(User, verbose_name="enregistré par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistré le")
    outcome = models.CharField("issue", max_length=12, choices=AppealOutcome, null=True, blank=True)
    outcome_on = models.DateField("date de l’issue", null=True, blank=True)
    outcome_reason = models.TextField("motif de l’issue", blank=True)
    settled_by = models.ForeignKey(
        User, verbose_name="issue enregistrée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    settled_at = models.DateTimeField("issue enregistrée le", null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = "recours"
        verbose_name_plural = "recours"
        constraints = [
            models.CheckConstraint(condition=~Q(grounds=""), name="juries_appeal_grounds"),
            models.CheckConstraint(
                condition=Q(
                    outcome__isnull=True,
                    outcome_on__isnull=True,
                    outcome_reason="",
                    settled_by__isnull=True,
                    settled_at__isnull=True,
                )
                | (
                    Q(
                        outcome__isnull=False,
                        outcome_on__gte=F("received_on"),
                        settled_by__isnull=False,
                        settled_at__isnull=False,
                    )
                    & ~Q(outcome_reason="")
                ),
                name="juries_appeal_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"recours {self.pk}"

    @property
    def subject(self) -> str:
        return f"appeal:{self.pk}"

    @property
    def is_late(self) -> bool:
        return self.received_on > self.deadline_on

    @property
    def is_pending(self) -> bool:
        return self.outcome is None


class BallotErasure(models.Model):
    """The ballots and remarks of a session are gone; what was counted remains."""

    session = models.OneToOneField(
        JurySession, verbose_name="session", related_name="ballot_erasure", on_delete=models.PROTECT
    )
    ballots = models.PositiveIntegerField("bulletins effacés")
    remarks = models.PositiveIntegerField("remarques effacées")
    erased_at = models.DateTimeField("effacés le")

    class Meta:
        verbose_name = "effacement des bulletins"
        verbose_name_plural = "effacements des bulletins"

    def __str__(self) -> str:
        return f"effacement {self.session}"
