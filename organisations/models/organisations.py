from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User

from ..access import access_of
from ..enums import ROLES_IN, AccreditationState, OrganisationKind, Role
from ..querysets import OrganisationQuerySet, PeriodQuerySet
from ..siret import SIRET_LENGTH, grouped, validate_siret

ENDING_SOON = timedelta(days=60)


def period_in_words(starts_on: date, ends_on: date | None) -> str:
    """« du 01/01/2018 au 31/12/2021 », « depuis le 01/01/2018 »"""
    first = date_format(starts_on, "d/m/Y")
    return f"du {first} au {date_format(ends_on, 'd/m/Y')}" if ends_on else f"depuis le {first}"


def period_constraint(name: str, *, start: str = "starts_on", end: str = "ends_on") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message="La fin ne peut pas précéder le début.",
    )


def siret_constraint(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(siret__regex=r"^[0-9]{14}$"),
        name=name,
        violation_error_message="Un SIRET compte quatorze chiffres.",
    )


class OrganisationMixin(models.Model):
    kind: ClassVar[OrganisationKind]
    column: ClassVar[str]  # That of a membership or an invitation which names the organisation.

    class Meta:
        abstract = True

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those that are held in this kind of organisation."""
        return ROLES_IN[self.kind]

    @property
    def reference(self) -> str:
        """How the journal names this row."""
        return f"{self.column}:{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:organisation", args=[self.kind, self.pk])


class AwardingBodyQuerySet(models.QuerySet["AwardingBody"]):
    def visible_to(self, user: User) -> Self:
        return self if access_of(user).is_admin else self.none()


class AwardingBody(OrganisationMixin):
    """The certifier: the branch's CPNEFP with the CSCA, whose secretariat runs the certification [sheet]."""

    kind = OrganisationKind.AWARDING_BODY
    column = "awarding_body"

    name = models.CharField("nom", max_length=255)
    short_name = models.CharField("nom court", max_length=40, unique=True)
    address = models.CharField("adresse", max_length=255)
    city = models.CharField("ville de délivrance", max_length=80)

    objects = AwardingBodyQuerySet.as_manager()

    class Meta:
        verbose_name = "certificateur"
        verbose_name_plural = "certificateurs"

    def __str__(self) -> str:
        return self.short_name


class Presidency(models.Model):
    """Who signs for the awarding body, and when: the CPNEFP's presidency alternates every two years [accord]."""

    awarding_body = models.ForeignKey(
        AwardingBody, verbose_name="certificateur", related_name="presidencies", on_delete=models.PROTECT
    )
    name = models.CharField("nom du président", max_length=160)
    quality = models.CharField("qualité", max_length=80, default="Président")
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "présidence"
        verbose_name_plural = "présidences"
        constraints = [period_constraint("organisations_presidency_period")]

    def __str__(self) -> str:
        return f"{self.name}, {self.quality}"

    @property
    def period(self) -> str:
        return period_in_words(self.starts_on, self.ends_on)


class TrainingOrganisationQuerySet(OrganisationQuerySet):
    def visible_to(self, user: User) -> Self:
        """An admin's all, a member's own."""
        access = access_of(user)
        return self if access.is_admin else self.filter(pk__in=access.training_organisation_ids)

    def with_accreditation(self, on: date) -> Self:
        """`accreditation_state` that day; one followed by another is not ending.

        `accredited_from` is the first day of the next one, `last_accredited_on` the last day of the last one,
        unless `is_open_ended`.
        """
        periods = Accreditation.objects.filter(training_organisation=OuterRef("pk"))
        state = Case(
            When(~Exists(periods), then=Value(AccreditationState.NONE)),
            When(
                Exists(periods.in_force(on)) & Exists(periods.lasting_beyond(on + ENDING_SOON)),
                then=Value(AccreditationState.IN_FORCE),
            ),
            When(Exists(periods.in_force(on)), then=Value(AccreditationState.ENDING)),
            When(Exists(periods.filter(starts_on__gt=on)), then=Value(AccreditationState.TO_COME)),
            default=Value(AccreditationState.LAPSED),
            output_field=models.CharField(),
        )
        return self.annotate(
            accreditation_state=state,
            accredited_from=Min("accreditations__starts_on", filter=Q(accreditations__starts_on__gt=on)),
            last_accredited_on=Max("accreditations__ends_on"),
            is_open_ended=Exists(periods.filter(ends_on__isnull=True)),
        )


class TrainingOrganisation(OrganisationMixin):
    kind = OrganisationKind.TRAINING_ORGANISATION
    column = "training_organisation"

    name = models.CharField("nom", max_length=160)
    siret = models.CharField(
        "SIRET",
        max_length=SIRET_LENGTH,
        unique=True,
        validators=[validate_siret],
        error_messages={"unique": "Un organisme a déjà ce SIRET : cherchez-le dans la liste."},
    )
    city = models.CharField("ville", max_length=80)

    objects = TrainingOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme de formation"
        verbose_name_plural = "organismes de formation"
        constraints = [siret_constraint("organisations_training_siret")]

    def __str__(self) -> str:
        return self.name

    @property
    def grouped_siret(self) -> str:
        return grouped(self.siret)


class Accreditation(models.Model):
    """A period during which the CPNEFP accredits an organisation to prepare a certification [sheet]."""

    training_organisation = models.ForeignKey(
        TrainingOrganisation, verbose_name="organisme", related_name="accreditations", on_delete=models.PROTECT
    )
    rncp_code = models.CharField("code RNCP", max_length=20)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitation"
        verbose_name_plural = "habilitations"
        constraints = [period_constraint("organisations_accreditation_period")]

    def __str__(self) -> str:
        return f"{self.training_organisation} – {self.rncp_code}"

    @property
    def period(self) -> str:
        return period_in_words(self.starts_on, self.ends_on)

    @property
    def next_day(self) -> date | None:
        """From which another may follow."""
        return self.ends_on + timedelta(days=1) if self.ends_on else None


class CompanyQuerySet(OrganisationQuerySet):
    def visible_to(self, user: User) -> Self:
        """A referent's own; all of them for those who enrol candidates, who must find the employer or open it."""
        access = access_of(user)
        if access.is_admin or access.is_training_member:
            return self
        return self.filter(pk__in=access.company_ids)


class Company(OrganisationMixin):
    kind = OrganisationKind.COMPANY
    column = "company"

    name = models.CharField("nom", max_length=160)
    siret = models.CharField(
        "SIRET",
        max_length=SIRET_LENGTH,
        unique=True,
        validators=[validate_siret],
        error_messages={"unique": "Une entreprise a déjà ce SIRET : cherchez-la dans la liste."},
    )
    city = models.CharField("ville", max_length=80)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprises"
        constraints = [siret_constraint("organisations_company_siret")]

    def __str__(self) -> str:
        return self.name

    @property
    def grouped_siret(self) -> str:
        return grouped(self.siret)
