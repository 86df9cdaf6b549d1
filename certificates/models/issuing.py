"""The work of issuing: what a job has to issue, how far each reserved paper has come, whether issuing is stopped."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from blocks.models import CatalogueBlock
from candidates.models import Enrolment
from organisations.permissions import access_of

from ..enums import IssuingStep, ItemState, JobState, PaperKind
from .certificates import PUBLIC, Certificate


class PaperDraft(models.Model):
    """A reserved paper on its way: its bytes after each step, until it is published and the draft thrown away.

    A worker that dies between two steps leaves what it had done: the next one goes on from there. The paper says from
    its drawing on in whose name it is sealed: `seal_sha256` is that seal's certificate, and no other seals it.
    """

    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="draft", on_delete=models.PROTECT
    )
    step = models.CharField("étape", max_length=10, choices=IssuingStep)
    content = models.BinaryField("document")
    text = models.TextField("texte du document")
    pages = models.PositiveSmallIntegerField("pages")
    key_hash = models.CharField("empreinte de la clé", max_length=64)
    seal_sha256 = models.CharField("empreinte du certificat du sceau", max_length=64, blank=True)
    written_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "document en cours d’établissement"
        verbose_name_plural = "documents en cours d’établissement"

    def __str__(self) -> str:
        return f"{self.certificate} {self.step}"


class IssuingJobQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Issuing is the whole secretariat's: any admin follows any batch."""
        return self if access_of(user).is_admin else self.none()

    def with_counts(self) -> Self:
        """`total`, `issued`, `refused` items, and how many of its papers are `published`."""
        return self.annotate(
            total=Count("items"),
            issued=Count("items", filter=Q(items__state=ItemState.ISSUED)),
            refused=Count("items", filter=Q(items__state=ItemState.REFUSED)),
            published=Count("items", filter=Q(items__certificate__state__in=PUBLIC)),
            undrawn=Count("items", filter=~Q(items__certificate__last_error="") & Q(items__certificate__isnull=False)),
        )

    def waiting_items(self) -> int:
        return IssuingItem.objects.waiting().filter(job__in=self.exclude(state=JobState.DONE)).count()

    def forgotten(self, before: datetime) -> Self:
        """Running, and untouched since: the message to the workers was lost, or the worker died."""
        touched = Greatest(F("requested_at"), Coalesce(Max("items__claimed_at"), F("requested_at")))
        return self.filter(state=JobState.RUNNING).annotate(touched_at=touched).filter(touched_at__lt=before)


class IssuingJob(models.Model):
    """A batch that somebody of the secretariat asked for; workers take its items one by one."""

    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.RUNNING)
    requested_by = models.ForeignKey(User, verbose_name="demandé par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandé le")
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = IssuingJobQuerySet.as_manager()

    total: int
    issued: int
    refused: int
    published: int
    undrawn: int

    class Meta:
        verbose_name = "délivrance en lot"
        verbose_name_plural = "délivrances en lot"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=JobState.DONE, finished_at__isnull=False)
                | (~Q(state=JobState.DONE) & Q(finished_at__isnull=True)),
                name="certificates_job_state",
            )
        ]

    def __str__(self) -> str:
        return f"délivrance {self.pk}"

    @property
    def subject(self) -> str:
        return f"issuing_job:{self.pk}"

    @property
    def state_kind(self) -> str:
        """How a page paints it: these words have other meanings elsewhere."""
        return {JobState.RUNNING: "neutral", JobState.STOPPED: "danger", JobState.DONE: "ok"}[JobState(self.state)]

    # Of a job `with_counts()`:

    @property
    def handled(self) -> int:
        return self.issued + self.refused

    @property
    def to_publish(self) -> int:
        return self.total - self.refused

    @property
    def is_settled(self) -> bool:
        """Nothing happens any more by itself: every paper is published, or waits for somebody."""
        return self.state == JobState.DONE and self.published + self.undrawn >= self.issued

    @property
    def is_moving(self) -> bool:
        return self.state != JobState.STOPPED and not self.is_settled


class IssuingItemQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state=ItemState.WAITING)


class IssuingItem(models.Model):
    """One paper of a job: the certificate of an enrolment, or the statement of one of its blocks."""

    job = models.ForeignKey(IssuingJob, verbose_name="lot", related_name="items", on_delete=models.PROTECT)
    position = models.PositiveIntegerField("rang")
    enrolment = models.ForeignKey(Enrolment, verbose_name="inscription", related_name="+", on_delete=models.PROTECT)
    kind = models.CharField("document", max_length=20, choices=PaperKind)
    catalogue_block = models.ForeignKey(
        CatalogueBlock, verbose_name="bloc", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    confirmed_reason = models.TextField("motif de délivrance hors enregistrement", blank=True)
    state = models.CharField("état", max_length=10, choices=ItemState, default=ItemState.WAITING)
    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="item", null=True, blank=True, on_delete=models.PROTECT
    )
    refusal = models.TextField("motif du refus", blank=True)
    claimed_at = models.DateTimeField("pris le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)

    objects = IssuingItemQuerySet.as_manager()

    class Meta:
        verbose_name = "document d’un lot"
        verbose_name_plural = "documents d’un lot"
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="certificates_item_position"),
            models.CheckConstraint(
                condition=Q(state=ItemState.WAITING, certificate__isnull=True)
                | Q(state=ItemState.ISSUED, certificate__isnull=False)
                | (Q(state=ItemState.REFUSED, certificate__isnull=True) & ~Q(refusal="")),
                name="certificates_item_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.position}"


class IssuingStopQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """One row at most, as the table holds."""
        return self.filter(resumed_at__isnull=True)


class IssuingStop(models.Model):
    """Somebody has stopped issuing, why, and until when. While a row is not resumed, nothing is issued."""

    reason = models.TextField("motif")
    stopped_by = models.ForeignKey(User, verbose_name="arrêtée par", related_name="+", on_delete=models.PROTECT)
    stopped_at = models.DateTimeField("arrêtée le")
    resumed_by = models.ForeignKey(
        User, verbose_name="reprise par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    resumed_at = models.DateTimeField("reprise le", null=True, blank=True)

    objects = IssuingStopQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêt de la délivrance"
        verbose_name_plural = "arrêts de la délivrance"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="certificates_stop_reason"),
            models.CheckConstraint(
                condition=Q(resumed_by__isnull=True, resumed_at__isnull=True)
                | Q(resumed_by__isnull=False, resumed_at__isnull=False),
                name="certificates_stop_resumed",
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(resumed_at__isnull=True), name="certificates_stop_single"
            ),
        ]

    def __str__(self) -> str:
        return f"arrêt du {self.stopped_at:%d/%m/%Y}"

    @property
    def subject(self) -> str:
        return f"issuing_stop:{self.pk}"
