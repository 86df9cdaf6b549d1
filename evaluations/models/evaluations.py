from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import User
from blocks.enums import ChannelCode
from blocks.models import Channel, ChannelPart, Competency
from candidates.models import EnrolledBlock
from organisations.permissions import access_of

from ..enums import Attendance, EvaluationState, Opinion, PartMode, Rating

MARK_OUT_OF = 20


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def submitted(self) -> Self:
        return self.filter(state=EvaluationState.SUBMITTED)

    def heard(self) -> Self:
        """Those that answer for their channel: submitted, not reopened since, not only to say that one was excused."""
        return self.submitted().filter(reopening__isnull=True).exclude(opinion=Opinion.EXCUSED)

    def latest_attempts(self) -> Self:
        """Of each block and channel, the last attempt alone."""
        newer = Evaluation.objects.filter(
            enrolled_block=models.OuterRef("enrolled_block"),
            channel=models.OuterRef("channel"),
            attempt__gt=models.OuterRef("attempt"),
        )
        return self.exclude(models.Exists(newer))

    def visible_to(self, user: User) -> Self:
        """Whole evaluations: an admin's all; others only those of the channel they enter.

        What the other channels wrote stays closed to them until publication, drafts and opinions included.
        """
        access = access_of(user)
        if access.is_admin:
            return self
        enrolment = "enrolled_block__enrolment__"
        own = Q(
            **{
                "channel__code": ChannelCode.TRAINING,
                f"{enrolment}training_organisation__in": access.training_organisation_ids,
            }
        ) | Q(
            **{
                "channel__code": ChannelCode.COMPANY,
                f"{enrolment}referent": access.user_id,
                f"{enrolment}company__in": access.company_ids,
            }
        )
        if access.is_panel_assessor:
            own |= Q(**{"channel__code": ChannelCode.PANEL, f"{enrolment}panel_assignment__assessor": access.user_id})
        return self.filter(own)


class Evaluation(models.Model):
    """What one channel says of one block. Once submitted it never changes: a new attempt is a new row."""

    enrolled_block = models.ForeignKey(
        EnrolledBlock, verbose_name="bloc", related_name="evaluations", on_delete=models.PROTECT
    )
    channel = models.ForeignKey(Channel, verbose_name="voie", related_name="+", on_delete=models.PROTECT)
    attempt = models.PositiveSmallIntegerField("passage", default=1)
    attendance = models.CharField("présence", max_length=10, choices=Attendance, default=Attendance.PRESENT)
    is_adapted = models.BooleanField("épreuve aménagée", default=False)
    general_comment = models.TextField("appréciation", blank=True)
    state = models.CharField("état", max_length=10, choices=EvaluationState, default=EvaluationState.DRAFT)
    opinion = models.CharField("avis", max_length=12, choices=Opinion, null=True, blank=True, editable=False)
    unread = models.JSONField(
        "saisies à relire",
        default=dict,
        blank=True,
        editable=False,
        help_text="Ce qui a été tapé sans pouvoir être lu, par champ : rien de ce qui est tapé ne se perd.",
    )
    revision = models.PositiveIntegerField("révision", default=1)
    written_from = models.UUIDField("page d’où vient la dernière saisie", null=True, blank=True, editable=False)
    written_sequence = models.PositiveIntegerField("rang de cette saisie dans sa page", default=0, editable=False)
    edited_by = models.ForeignKey(User, verbose_name="saisie par", related_name="+", on_delete=models.PROTECT)
    edited_at = models.DateTimeField("saisie le")
    submitted_by = models.ForeignKey(
        User,
        verbose_name="rendue par",
        related_name="submitted_evaluations",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # Whoever signed an evaluation is recused from the candidate's jury.
    )
    submitted_at = models.DateTimeField("rendue le", null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolled_block", "channel", "attempt"], name="evaluations_evaluation_attempt"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=EvaluationState.DRAFT,
                    submitted_at__isnull=True,
                    submitted_by__isnull=True,
                    opinion__isnull=True,
                )
                | Q(
                    state=EvaluationState.SUBMITTED,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    opinion__isnull=False,
                ),
                name="evaluations_evaluation_state",
            ),
            models.CheckConstraint(
                condition=Q(state=EvaluationState.DRAFT) | Q(unread={}), name="evaluations_evaluation_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolled_block} – {self.channel}"

    @property
    def is_submitted(self) -> bool:
        return self.state == EvaluationState.SUBMITTED

    @property
    def is_reopened(self) -> bool:
        """Without a query when the evaluation was read with its `reopening`."""
        return self.is_submitted and getattr(self, "reopening", None) is not None

    @property
    def is_heard(self) -> bool:
        """What was reopened is evaluated again, an excused candidate another day: by a new attempt."""
        return self.is_submitted and self.opinion != Opinion.EXCUSED and not self.is_reopened

    @property
    def subject(self) -> str:
        """How the journal names this evaluation."""
        return f"evaluation:{self.pk}"


class CompetencyRating(models.Model):
    evaluation = models.ForeignKey(
        Evaluation, verbose_name="évaluation", related_name="ratings", on_delete=models.CASCADE
    )
    competency = models.ForeignKey(Competency, verbose_name="compétence", related_name="+", on_delete=models.PROTECT)
    rating = models.CharField("niveau", max_length=20, choices=Rating, null=True, blank=True)
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "niveau de compétence"
        verbose_name_plural = "niveaux de compétence"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "competency"], name="evaluations_rating_competency")
        ]

    def __str__(self) -> str:
        return f"{self.competency.code}: {self.get_rating_display()}"


class PartResult(models.Model):
    """One part of the channel as it was held: day, means, and a mark if the assessor gives one."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="évaluation", related_name="parts", on_delete=models.CASCADE
    )
    part = models.ForeignKey(ChannelPart, verbose_name="épreuve", related_name="+", on_delete=models.PROTECT)
    held_on = models.DateField("date", null=True, blank=True)
    mode = models.CharField("modalité", max_length=10, choices=PartMode, blank=True)
    mark = models.DecimalField(
        "note sur 20",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MARK_OUT_OF)],
    )

    class Meta:
        verbose_name = "épreuve passée"
        verbose_name_plural = "épreuves passées"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "part"], name="evaluations_partresult_part"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0, mark__lte=MARK_OUT_OF),
                name="evaluations_partresult_mark",
                violation_error_message="La note va de 0 à 20.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.part)
