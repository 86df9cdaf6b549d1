from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import User

from .enums import Role


def period_constraint(name: str, *, start: str = "starts_on", end: str = "ends_on") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message="La fin ne peut pas précéder le début.",
    )


class PeriodQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """Rows whose period holds that day, both ends included."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class AwardingBody(models.Model):
    """The certifier: the branch's CPNEFP with the CSCA, whose secretariat runs the certification [sheet]."""

    name = models.CharField("nom", max_length=255)
    short_name = models.CharField("nom court", max_length=40, unique=True)
    address = models.CharField("adresse", max_length=255)
    city = models.CharField("ville de délivrance", max_length=80)

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


class TrainingOrganisation(models.Model):
    name = models.CharField("nom", max_length=160)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    city = models.CharField("ville", max_length=80)

    class Meta:
        verbose_name = "organisme de formation"
        verbose_name_plural = "organismes de formation"

    def __str__(self) -> str:
        return self.name


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


class Company(models.Model):
    name = models.CharField("nom", max_length=160)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    city = models.CharField("ville", max_length=80)

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprises"

    def __str__(self) -> str:
        return self.name


class AffiliationMixin(models.Model):
    """A role held in exactly one organisation, of the kind that the role belongs to."""

    role = models.CharField("rôle", max_length=20, choices=Role)
    awarding_body = models.ForeignKey(
        AwardingBody, verbose_name="certificateur", null=True, blank=True, on_delete=models.PROTECT
    )
    training_organisation = models.ForeignKey(
        TrainingOrganisation, verbose_name="organisme de formation", null=True, blank=True, on_delete=models.PROTECT
    )
    company = models.ForeignKey(Company, verbose_name="entreprise", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        abstract = True

    @property
    def organisation(self) -> AwardingBody | TrainingOrganisation | Company:
        organisation = self.awarding_body or self.training_organisation or self.company
        assert organisation is not None  # Held by the role constraint.  # noqa: S101
        return organisation


def role_constraint(name: str) -> models.CheckConstraint:
    in_awarding_body = Q(awarding_body__isnull=False, training_organisation__isnull=True, company__isnull=True)
    in_training = Q(awarding_body__isnull=True, training_organisation__isnull=False, company__isnull=True)
    in_company = Q(awarding_body__isnull=True, training_organisation__isnull=True, company__isnull=False)
    return models.CheckConstraint(
        condition=(in_awarding_body & Q(role__in=[Role.ADMIN, Role.PANEL_ASSESSOR]))
        | (in_training & Q(role=Role.TRAINING_MEMBER))
        | (in_company & Q(role=Role.COMPANY_REFERENT)),
        name=name,
        violation_error_message="Ce rôle ne s’exerce pas dans cette organisation.",
    )


class Membership(AffiliationMixin):
    """A person's role in one organisation, for a period. Rights are read from the rows in force today."""

    user = models.ForeignKey(User, verbose_name="compte", related_name="memberships", on_delete=models.PROTECT)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        constraints = [
            role_constraint("organisations_membership_role"),
            period_constraint("organisations_membership_period"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class Invitation(AffiliationMixin):
    """An offer of a role sent by mail. It opens an account, it is not a way to sign in.

    The link's token is made when the mail is sent and only its hash is kept: a reader of the database cannot accept.
    """

    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    invited_by = models.ForeignKey(User, verbose_name="invité par", related_name="+", on_delete=models.PROTECT)
    invited_at = models.DateTimeField("invité le")
    expires_at = models.DateTimeField("expire le")
    token_hash = models.CharField("empreinte du lien", max_length=64, blank=True, db_index=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        verbose_name="acceptée par",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    superseded_at = models.DateTimeField("remplacée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            role_constraint("organisations_invitation_role"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="organisations_invitation_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.get_role_display()}"
