from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from blocks.models import StandardVersion
from organisations.permissions import access_of

from ..enums import AdmissibilityDecision, AdmissibilityStage
from .enrolments import Candidate, Enrolment, names_hold

ADMISSIBLE, INADMISSIBLE = AdmissibilityDecision.ADMISSIBLE, AdmissibilityDecision.INADMISSIBLE
UNDECIDED = Q(decision="", decided_on__isnull=True, decided_by__isnull=True, decided_at__isnull=True, reason="")
DECIDED = Q(decision=ADMISSIBLE, decided_on__isnull=False, decided_by__isnull=False, decided_at__isnull=False) | Q(
    ~Q(reason=""), decision=INADMISSIBLE, decided_on__isnull=False, decided_by__isnull=False, decided_at__isnull=False
)


class AdmissibilityRequestQuerySet(models.QuerySet["AdmissibilityRequest"]):
    def visible_to(self, user: User) -> Self:
        """The secretariat's alone: nobody else answers them."""
        return self if access_of(user).is_admin else self.none()

    def live(self) -> Self:
        """Those that may still lead to an enrolment."""
        return self.filter(enrolment__isnull=True).exclude(decision=INADMISSIBLE)

    def in_stage(self, stage: AdmissibilityStage, *, on: date) -> Self:
        """The rule is `rulebook.admissibility.judge_admissibility`; the tests hold both to the same answers."""
        match stage:
            case AdmissibilityStage.INCOMPLETE:
                return self.live().filter(complete_on__isnull=True)
            case AdmissibilityStage.PENDING:
                return self.live().filter(decision="", reply_due_on__gte=on)
            case AdmissibilityStage.ADMISSIBLE:
                return self.live().filter(Q(decision=ADMISSIBLE) | Q(reply_due_on__lt=on))
            case AdmissibilityStage.ENROLLED:
                return self.filter(enrolment__isnull=False)
            case AdmissibilityStage.INADMISSIBLE:
                return self.filter(decision=INADMISSIBLE)

    def matching(self, words: str) -> Self:
        return self.filter(names_hold(words, prefix="candidate__"))

    def with_candidate(self) -> Self:
        """All that a page says of a request."""
        return self.select_related("candidate", "version", "enrolment", "decided_by", "recorded_by")

    def most_urgent_first(self, *, on: date) -> Self:
        """Those to decide by their deadline, then those to enrol, those to complete, and what is over."""
        return self.annotate(
            rank=models.Case(
                models.When(Q(enrolment__isnull=False) | Q(decision=INADMISSIBLE), then=3),
                models.When(complete_on__isnull=True, then=2),
                models.When(decision="", reply_due_on__gte=on, then=0),
                default=1,
            )
        ).order_by("rank", "reply_due_on", "received_on", "pk")


class AdmissibilityRequest(models.Model):
    """Somebody asks that their experience be found admissible for VAE; months of silence accept [law].

    What the silence has accepted is read from `reply_due_on`, and written only when the enrolment uses it.
    """

    candidate = models.ForeignKey(
        Candidate, verbose_name="candidat", related_name="admissibility_requests", on_delete=models.PROTECT
    )
    version = models.ForeignKey(
        StandardVersion, verbose_name="référentiel", related_name="admissibility_requests", on_delete=models.PROTECT
    )
    received_on = models.DateField("reçue le")
    complete_on = models.DateField("dossier complet le", null=True, blank=True)
    reply_due_on = models.DateField("réponse attendue jusqu’au", null=True, blank=True)
    decision = models.CharField("décision", max_length=12, choices=AdmissibilityDecision, blank=True)
    decided_on = models.DateField("décidée le", null=True, blank=True)
    reason = models.TextField("motif", blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name="décision enregistrée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField("décision enregistrée le", null=True, blank=True)
    enrolment = models.OneToOneField(
        Enrolment,
        verbose_name="inscription",
        related_name="admissibility",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    admitted_on = models.DateField(
        "recevable depuis le", null=True, blank=True, help_text="Écrite à l’inscription : elle vaut date d’entrée."
    )
    recorded_by = models.ForeignKey(User, verbose_name="enregistrée par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistrée le")

    objects = AdmissibilityRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de recevabilité"
        verbose_name_plural = "demandes de recevabilité"
        indexes = [
            models.Index(
                fields=["reply_due_on"],
                condition=Q(decision="", enrolment__isnull=True),
                name="candidates_admissibility_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "version"],
                condition=Q(enrolment__isnull=True) & ~Q(decision=INADMISSIBLE),
                name="candidates_admissibility_once",
                violation_error_message="Une demande de ce candidat est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(complete_on__isnull=True, reply_due_on__isnull=True)
                | Q(complete_on__isnull=False, reply_due_on__isnull=False)
                & Q(complete_on__gte=F("received_on"), reply_due_on__gt=F("complete_on")),
                name="candidates_admissibility_complete",
                violation_error_message="Le dossier est complet au plus tôt le jour de sa réception.",
            ),
            models.CheckConstraint(
                condition=UNDECIDED | DECIDED,
                name="candidates_admissibility_decision",
                violation_error_message="Une décision a sa date et son auteur ; un refus, son motif.",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True)
                | Q(complete_on__isnull=False) & Q(decided_on__gte=F("complete_on"), decided_on__lte=F("reply_due_on")),
                name="candidates_admissibility_in_time",
                violation_error_message="Une décision se prend sur un dossier complet et dans le délai.",
            ),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=True, admitted_on__isnull=True)
                | Q(enrolment__isnull=False, admitted_on__isnull=False, complete_on__isnull=False)
                & (
                    Q(decision=ADMISSIBLE, admitted_on=F("decided_on"))
                    | Q(decision="", admitted_on__gt=F("reply_due_on"))
                ),
                name="candidates_admissibility_used",
                violation_error_message="Une inscription part d’une demande recevable.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} – {self.received_on}"

    @property
    def subject(self) -> str:
        """How the journal names this request."""
        return f"admissibility:{self.pk}"
