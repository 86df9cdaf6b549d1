"""Who may sit: the people whom the colleges mandate."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from blocks.enums import CollegeCode
from organisations.models import (
    Company,
    PeriodQuerySet,
    TrainingOrganisation,
    period_constraint,
    period_in_words,
)

MANDATE_MAIL = "juries.mandate"  # the kind of its mail, which the primary key completes into its event


class JuryMemberQuerySet(PeriodQuerySet):
    def ended(self, on: date) -> Self:
        """The last day of a mandate is one of its days."""
        return self.filter(ends_on__lt=on)

    def in_force_or_to_come(self, on: date) -> Self:
        return self.exclude(ends_on__lt=on)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Those that hold on one of these days; `ends_on=None` for as long as one likes."""
        begun = self.filter(starts_on__lte=ends_on) if ends_on else self
        return begun.exclude(ends_on__lt=starts_on)


class JuryMember(models.Model):
    """Somebody whom a college mandates to sit. What ties them to candidates is known here, for recusals."""

    user = models.ForeignKey(User, verbose_name="compte", related_name="jury_mandates", on_delete=models.PROTECT)
    college = models.CharField("collège", max_length=10, choices=CollegeCode)
    body = models.CharField("organisation qui mandate", max_length=160)
    company = models.ForeignKey(
        Company, verbose_name="employeur", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    training_organisation = models.ForeignKey(
        TrainingOrganisation,
        verbose_name="organisme de formation représenté",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    starts_on = models.DateField("début du mandat")
    ends_on = models.DateField("fin du mandat", null=True, blank=True)

    objects = JuryMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre du jury"
        verbose_name_plural = "membres du jury"
        constraints = [
            period_constraint("juries_jurymember_mandate"),
            models.CheckConstraint(
                condition=Q(training_organisation__isnull=False, college=CollegeCode.TRAINING)
                | (Q(training_organisation__isnull=True) & ~Q(college=CollegeCode.TRAINING)),
                name="juries_jurymember_training",
                violation_error_message="Le collège des organismes de formation en représente un, et lui seul.",
            ),
        ]

    def __str__(self) -> str:
        return self.user.full_name

    @property
    def subject(self) -> str:
        return f"jury_member:{self.pk}"

    @property
    def period(self) -> str:
        return period_in_words(self.starts_on, self.ends_on)
