from datetime import date
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from blocks.models import AccessRoute, Block, CatalogueBlock, Channel, StandardVersion
from organisations.models import Company, TrainingOrganisation
from organisations.permissions import access_of

from .enums import AcquisitionOrigin, Sex
from .names import NameField, search_key

FRANCE = "FR"
commune_code = RegexValidator(r"^(\d{2}|2[AB])\d{3}$", "Indiquez le code INSEE de la commune, par exemple 69381.")


class CandidateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Admins see everybody; others the people of the enrolments they see."""
        if access_of(user).is_admin:
            return self
        return self.filter(enrolments__in=Enrolment.objects.visible_to(user)).distinct()

    def same_person(self, *, birth_name: str, first_names: str, birth_date: date, birth_place: str) -> Self:
        """Homonyms are told apart by birth date and place, never by the name alone."""
        return self.filter(
            search_key=search_key(birth_name, first_names),
            birth_date=birth_date,
            birth_place_key=search_key(birth_place),
        )


class Candidate(models.Model):
    """A person, with the identity of their civil status. What they acquire belongs to them for life."""

    birth_name = NameField("nom de naissance")
    usual_name = NameField("nom d’usage", blank=True)
    first_names = NameField("prénoms", blank=True, help_text="Tous les prénoms, dans l’ordre de l’état civil.")
    sex = models.CharField("sexe", max_length=1, choices=Sex)
    birth_date = models.DateField("date de naissance")
    birth_country = models.CharField("pays de naissance", max_length=2, default=FRANCE)
    birth_commune_code = models.CharField(
        "code INSEE de la commune", max_length=5, blank=True, validators=[commune_code]
    )
    birth_place = NameField("lieu de naissance", help_text="La commune, ou la ville à l’étranger.")
    email = models.EmailField("adresse électronique", blank=True)
    search_key = models.CharField(max_length=500, editable=False, db_index=True)
    birth_place_key = models.CharField(max_length=250, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "candidat"
        verbose_name_plural = "candidats"
        constraints = [
            models.UniqueConstraint(
                fields=["search_key", "birth_date", "birth_place_key"],
                name="candidates_candidate_identity",
                violation_error_message="Cette personne est déjà enregistrée.",
            ),
            models.CheckConstraint(condition=~Q(birth_name=""), name="candidates_candidate_birth_name"),
            models.CheckConstraint(
                condition=Q(birth_country=FRANCE) & ~Q(birth_commune_code="")
                | ~Q(birth_country=FRANCE) & Q(birth_commune_code=""),
                name="candidates_candidate_birth_place",
                violation_error_message="Le code de la commune accompagne une naissance en France, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_key = search_key(self.birth_name, self.first_names)
        self.birth_place_key = search_key(self.birth_place)
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        """As lists show it: the name in use, then the first names."""
        return " ".join(filter(None, [self.usual_name or self.birth_name, self.first_names]))


class Cohort(models.Model):
    """A group prepared together by an organisation, with the day by which each channel is due."""

    name = models.CharField("promotion", max_length=120)
    version = models.ForeignKey(StandardVersion, verbose_name="référentiel", on_delete=models.PROTECT)
    training_organisation = models.ForeignKey(
        TrainingOrganisation,
        verbose_name="organisme de formation",
        related_name="cohorts",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")

    class Meta:
        verbose_name = "promotion"
        verbose_name_plural = "promotions"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="candidates_cohort_period"),
        ]

    def __str__(self) -> str:
        return self.name


class CohortDeadline(models.Model):
    cohort = models.ForeignKey(Cohort, verbose_name="promotion", related_name="deadlines", on_delete=models.CASCADE)
    channel = models.ForeignKey(Channel, verbose_name="voie d’évaluation", related_name="+", on_delete=models.PROTECT)
    due_on = models.DateField("à rendre pour le")

    class Meta:
        verbose_name = "échéance"
        verbose_name_plural = "échéances"
        constraints = [models.UniqueConstraint(fields=["cohort", "channel"], name="candidates_deadline_channel")]

    def __str__(self) -> str:
        return f"{self.cohort} – {self.channel}"


class ReferenceCounter(models.Model):
    """The last enrolment number of a year, taken under its row's lock."""

    year = models.PositiveSmallIntegerField("année", primary_key=True)
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur d’inscriptions"
        verbose_name_plural = "compteurs d’inscriptions"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The only door to enrolments: an admin's all, an organisation's own, a referent's own.

        Panel assessors reach theirs by their assignments (`evaluations`), jurors by their dossiers (`juries`).
        """
        access = access_of(user)
        if access.is_admin:
            return self
        return self.filter(
            Q(training_organisation__in=access.training_organisation_ids)
            | Q(referent=access.user_id, company__in=access.company_ids)
        )

    def active(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)


class Enrolment(models.Model):
    """A candidate's way to the certification: one route, one version of the standard, seven blocks."""

    reference = models.CharField("référence", max_length=11, unique=True)
    candidate = models.ForeignKey(
        Candidate, verbose_name="candidat", related_name="enrolments", on_delete=models.PROTECT
    )
    version = models.ForeignKey(
        StandardVersion, verbose_name="référentiel", related_name="enrolments", on_delete=models.PROTECT
    )
    route = models.ForeignKey(AccessRoute, verbose_name="voie d’accès", related_name="+", on_delete=models.PROTECT)
    cohort = models.ForeignKey(
        Cohort, verbose_name="promotion", related_name="enrolments", null=True, blank=True, on_delete=models.PROTECT
    )
    training_organisation = models.ForeignKey(
        TrainingOrganisation,
        verbose_name="organisme de formation",
        related_name="enrolments",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    company = models.ForeignKey(
        Company, verbose_name="entreprise", related_name="enrolments", null=True, blank=True, on_delete=models.PROTECT
    )
    referent = models.ForeignKey(
        User,
        verbose_name="référent en entreprise",
        related_name="referred_enrolments",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    entered_on = models.DateField(
        "date d’entrée",
        help_text="Entrée en formation, ou recevabilité pour une VAE : elle fixe l’enregistrement au RNCP.",
    )
    withdrawn_on = models.DateField("abandon le", null=True, blank=True)
    enrolled_by = models.ForeignKey(User, verbose_name="inscrit par", related_name="+", on_delete=models.PROTECT)
    enrolled_at = models.DateTimeField("inscrit le")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"
        constraints = [
            models.CheckConstraint(
                condition=Q(referent__isnull=True) | Q(company__isnull=False),
                name="candidates_enrolment_referent_company",
                violation_error_message="Un référent suppose une entreprise.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("entered_on")),
                name="candidates_enrolment_withdrawal",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class EnrolledBlock(models.Model):
    """A block of an enrolment's plan: the mandatory ones and the options chosen."""

    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="enrolled_blocks", on_delete=models.PROTECT
    )
    block = models.ForeignKey(Block, verbose_name="bloc", related_name="+", on_delete=models.PROTECT)

    class Meta:
        verbose_name = "bloc de l’inscription"
        verbose_name_plural = "blocs de l’inscription"
        constraints = [models.UniqueConstraint(fields=["enrolment", "block"], name="candidates_enrolledblock_block")]

    def __str__(self) -> str:
        return f"{self.enrolment} – {self.block.code}"


class AcquiredBlock(models.Model):
    """A block that a person holds, for life, across enrolments and versions of the standard."""

    candidate = models.ForeignKey(
        Candidate, verbose_name="candidat", related_name="acquired_blocks", on_delete=models.PROTECT
    )
    catalogue_block = models.ForeignKey(CatalogueBlock, verbose_name="bloc", related_name="+", on_delete=models.PROTECT)
    acquired_on = models.DateField("acquis le")
    origin = models.CharField("origine", max_length=10, choices=AcquisitionOrigin)
    enrolled_block = models.OneToOneField(
        EnrolledBlock,
        verbose_name="bloc de l’inscription",
        related_name="acquisition",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    evidence = models.TextField("justificatif", blank=True)
    recorded_by = models.ForeignKey(User, verbose_name="enregistré par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "bloc acquis"
        verbose_name_plural = "blocs acquis"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "catalogue_block"], name="candidates_acquiredblock_once"),
            models.CheckConstraint(
                condition=Q(origin=AcquisitionOrigin.JURY, enrolled_block__isnull=False)
                | Q(origin=AcquisitionOrigin.RECORDED, enrolled_block__isnull=True) & ~Q(evidence=""),
                name="candidates_acquiredblock_origin",
                violation_error_message="Un bloc enregistré sans décision du jury suppose un justificatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} – {self.catalogue_block}"
