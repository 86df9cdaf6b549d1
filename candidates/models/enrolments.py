from datetime import date
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce, Length, NullIf

from accounts.models import User
from blocks.enums import BlockGroup
from blocks.models import AccessRoute, Block, CatalogueBlock, Channel, Registration, StandardVersion
from organisations.enums import Role
from organisations.models import Company, Membership, TrainingOrganisation
from organisations.permissions import access_of
from rulebook.cdc import NAME_LIMIT, split_first_names

from ..countries import FRANCE, country_name
from ..enums import AcquisitionOrigin, EnrolmentState, Initiative, Sex
from ..identity import Identity
from ..names import KEY_LENGTH, IsComposed, NameField, search_key

OLDEST_BIRTH = date(1900, 1, 1)
postcode = RegexValidator(r"^[0-9]{5}$", "Indiquez un code postal de cinq chiffres.")
commune_code = RegexValidator(r"^(\d{2}|2[AB])\d{3}$", "Indiquez le code INSEE de la commune, par exemple 69381.")


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> Self:
        """Admins see everybody; others the people of the enrolments they see."""
        if access_of(user).is_admin:
            return self
        return self.filter(enrolments__in=Enrolment.objects.visible_to(user)).distinct()

    def same_person(self, identity: Identity) -> Self:
        """Homonyms are told apart by birth date and place, never by the name alone."""
        return self.filter(**identity.key)


def names_hold(words: str, *, prefix: str = "") -> Q:
    """Each word is somewhere in the person's names, in whatever spelling; `prefix` leads to the candidate."""
    condition = Q()
    for word in search_key(words).split():
        condition &= Q(**{f"{prefix}search_key__contains": word}) | Q(**{f"{prefix}usual_name_key__contains": word})
    return condition


def shown_name(*, prefix: str = "") -> Coalesce:
    """SQL for the name that lists show, whatever its accents and capitals; `prefix` leads to the candidate."""
    return Coalesce(NullIf(f"{prefix}usual_name_key", Value("")), f"{prefix}search_key")


def _is_composed(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=IsComposed(F(field)), name=f"candidates_candidate_{field}_nfc")


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
    search_key = models.CharField(max_length=KEY_LENGTH, editable=False, db_index=True)
    usual_name_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    birth_place_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "candidat"
        verbose_name_plural = "candidats"
        indexes = [models.Index(shown_name(), "search_key", name="candidates_candidate_shown")]
        constraints = [
            models.UniqueConstraint(
                fields=["search_key", "birth_date", "birth_place_key"],
                name="candidates_candidate_identity",
                violation_error_message="Cette personne est déjà enregistrée.",
            ),
            models.CheckConstraint(condition=~Q(birth_name=""), name="candidates_candidate_birth_name"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="candidates_candidate_sex"),
            models.CheckConstraint(
                condition=Q(birth_date__gte=OLDEST_BIRTH),
                name="candidates_candidate_birth_date",
                violation_error_message="Vérifiez l’année de naissance.",
            ),
            models.CheckConstraint(
                condition=Q(birth_country=FRANCE) | Q(birth_commune_code=""),
                name="candidates_candidate_birth_place",
                violation_error_message="Le code de la commune n’accompagne qu’une naissance en France.",
            ),
            *map(_is_composed, ["birth_name", "usual_name", "first_names", "birth_place"]),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_key = search_key(self.birth_name, self.first_names)
        self.usual_name_key = search_key(self.usual_name)
        self.birth_place_key = search_key(self.birth_place)
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        """How the journal names this person."""
        return f"candidate:{self.pk}"

    @property
    def display_name(self) -> str:
        """As lists show it: the name in use, then the first names."""
        return " ".join(filter(None, [self.usual_name or self.birth_name, self.first_names]))

    @property
    def born_name(self) -> str:
        """« née Martin », when another name is in use."""
        if not self.usual_name or self.usual_name == self.birth_name:
            return ""
        return f"{'née' if self.sex == Sex.FEMALE else 'né'} {self.birth_name}"

    @property
    def born_in(self) -> str:
        """« Lyon 1er Arrondissement (69381) », « Porto (Portugal) »"""
        inside = self.birth_commune_code if self.birth_country == FRANCE else country_name(self.birth_country)
        return f"{self.birth_place} ({inside})" if inside else self.birth_place

    @property
    def identity(self) -> Identity:
        return Identity(**{name: getattr(self, name) for name in Identity.field_names()})


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> Self:
        """An admin's all; an organisation's own."""
        access = access_of(user)
        if access.is_admin:
            return self
        return self.filter(training_organisation__in=access.training_organisation_ids)

    def without_deadlines(self) -> Self:
        return self.filter(deadlines__isnull=True)

    def with_counts(self) -> Self:
        """`enrolment_count`: the enrolments that go on."""
        ongoing = Count("enrolments", filter=Q(enrolments__withdrawn_on__isnull=True), distinct=True)
        return self.annotate(enrolment_count=ongoing)


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
    exam_postcode = models.CharField(
        "code postal du centre d’examen",
        max_length=5,
        blank=True,
        validators=[postcode],
        help_text="La déclaration des titulaires à la Caisse des Dépôts le demande.",
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "promotion"
        verbose_name_plural = "promotions"
        constraints = [
            models.UniqueConstraint(
                fields=["training_organisation", "name"],
                name="candidates_cohort_name",
                violation_error_message="Une promotion porte déjà ce nom.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(training_organisation__isnull=True),
                name="candidates_cohort_name_alone",
                violation_error_message="Une promotion porte déjà ce nom.",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="candidates_cohort_period"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names this cohort."""
        return f"cohort:{self.pk}"


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


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
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

    def under_way(self) -> Self:
        """Those that go on, with a block still to acquire."""
        held = AcquiredBlock.objects.filter(
            candidate=OuterRef("enrolment__candidate"), catalogue_block=OuterRef("block__catalogue_block")
        )
        to_acquire = EnrolledBlock.objects.filter(~Exists(held), enrolment=OuterRef("pk"))
        return self.active().filter(Exists(to_acquire))

    def referred(self, on: date) -> Self:
        """Those whose referent holds that role in their company that day."""
        held = Membership.objects.in_force(on).filter(
            role=Role.COMPANY_REFERENT, user=OuterRef("referent"), company=OuterRef("company")
        )
        return self.filter(Exists(held))

    def matching(self, words: str) -> Self:
        """By reference or by name, with or without accents."""
        return self.filter(Q(reference=words.strip()) | names_hold(words, prefix="candidate__"))

    def in_alphabetical_order(self) -> Self:
        return self.order_by(shown_name(prefix="candidate__"), "candidate__search_key", "-entered_on", "pk")

    def with_candidate(self) -> Self:
        """All that a line of a list shows of an enrolment, but its blocks."""
        return self.select_related(
            "candidate", "route", "version", "cohort", "training_organisation", "company", "referent"
        )

    def with_options(self) -> Self:
        """The optional blocks chosen, as `chosen_options`."""
        options = (
            EnrolledBlock.objects.filter(block__group=BlockGroup.OPTIONAL)
            .select_related("block")
            .order_by("block__position", "pk")
        )
        return self.prefetch_related(Prefetch("enrolled_blocks", queryset=options, to_attr="chosen_options"))

    def with_registration(self) -> Self:
        """`is_registered`: the entry falls within a registration under the present title.

        The rule is `rulebook.registration.judge_entry`; the tests hold both to the same answers.
        """
        registrations = Registration.objects.filter(
            certification=OuterRef("version__certification"),
            current_title=True,
            starts_on__lte=OuterRef("entered_on"),
            ends_on__gte=OuterRef("entered_on"),
        )
        return self.annotate(is_registered=Exists(registrations))

    def to_complete(self) -> Self:
        """Those under way of which the declaration to the CDC would lack something, or not take what it is given.

        The rule is `rulebook.declaration.judge_declarability`; the tests hold both to the same answers, except for the
        characters that no XML file carries, which only the rulebook reads. A first name alone may be too long: SQL
        takes the whole for suspect, and the few that are suspect are read.
        """
        person = "candidate__"
        lacking = Q(initiative="") | Q(**{f"{person}first_names": ""})
        lacking |= Q(**{f"{person}birth_country": FRANCE, f"{person}birth_commune_code": ""})
        for elsewhere in ("00", "99"):  # no commune has such a code
            lacking |= Q(**{f"{person}birth_commune_code__startswith": elsewhere})
        lacking |= Q(birth_length__gt=NAME_LIMIT) | Q(usual_length__gt=NAME_LIMIT)
        lengths = {"birth_length": Length(f"{person}birth_name"), "usual_length": Length(f"{person}usual_name")}
        return self.under_way().alias(**lengths).filter(lacking | Q(pk__in=self._long_first_names()))

    def _long_first_names(self) -> list[int]:
        suspects = self.alias(length=Length("candidate__first_names")).filter(length__gt=NAME_LIMIT)
        return [
            pk
            for pk, names in suspects.order_by("pk").values_list("pk", "candidate__first_names")
            if any(len(name) > NAME_LIMIT for name in split_first_names(names))
        ]

    def in_state(self, state: EnrolmentState) -> Self:
        match state:
            case EnrolmentState.ACTIVE:
                return self.active()
            case EnrolmentState.WITHDRAWN:
                return self.filter(withdrawn_on__isnull=False)
            case EnrolmentState.WITHOUT_REFERENT:
                return self.active().filter(referent__isnull=True)
            case EnrolmentState.UNREGISTERED:
                return self.active().with_registration().filter(is_registered=False)
            case EnrolmentState.TO_COMPLETE:
                return self.to_complete()


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
    initiative = models.CharField(
        "initiative de l’inscription",
        max_length=20,
        choices=Initiative,
        blank=True,
        help_text="Qui l’a voulue ? La déclaration du titulaire à la Caisse des Dépôts le demande.",
    )
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
                violation_error_message="L’abandon ne peut pas précéder l’entrée.",
            ),
            models.CheckConstraint(
                condition=Q(initiative__in=["", *Initiative.values]), name="candidates_enrolment_initiative"
            ),
            models.UniqueConstraint(
                fields=["candidate", "version", "training_organisation", "entered_on"],
                condition=Q(withdrawn_on__isnull=True),
                name="candidates_enrolment_once",
                violation_error_message="Ce candidat est déjà inscrit à cette date d’entrée.",
            ),
            models.UniqueConstraint(
                fields=["candidate", "version", "entered_on"],
                condition=Q(withdrawn_on__isnull=True, training_organisation__isnull=True),
                name="candidates_enrolment_once_alone",
                violation_error_message="Ce candidat est déjà inscrit à cette date d’entrée.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """How the journal names this enrolment."""
        return f"enrolment:{self.reference}"


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
