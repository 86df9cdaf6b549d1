from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower

from accounts.models import User
from correspondence.models import Mail

from ..access import access_of
from ..enums import InvitationState, Role
from ..querysets import invitation_pending, invitation_unanswered, membership_in_force
from ..tokens import hash_token
from .organisations import AwardingBody, Company, TrainingOrganisation, period_constraint

Organisation = AwardingBody | TrainingOrganisation | Company

INVITATION_MAIL = "organisations.invitation"  # the kind of its mail, which the primary key completes into its event
COLUMNS = [AwardingBody.column, TrainingOrganisation.column, Company.column]


def affiliation(organisation: Organisation) -> dict[str, Any]:
    return {organisation.column: organisation}


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
    def organisation(self) -> Organisation:
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


def _organisation_columns() -> list[Coalesce]:
    """For a unique index: columns that are null would otherwise differ from one another."""
    return [Coalesce(f"{column}_id", 0) for column in COLUMNS]


class AffiliationQuerySet(models.QuerySet[Any]):
    def with_organisation(self) -> Self:
        return self.select_related(*COLUMNS)

    def held_in(self, organisation: Organisation) -> Self:
        return self.filter(**affiliation(organisation))


class MembershipQuerySet(AffiliationQuerySet):
    def visible_to(self, user: User) -> Self:
        """An admin's all, everybody's own, those of one's own organisations, and the referents for those who enrol."""
        access = access_of(user)
        if access.is_admin:
            return self
        visible = (
            Q(user=access.user_id)
            | Q(training_organisation__in=access.training_organisation_ids)
            | Q(company__in=access.company_ids)
        )
        if access.is_training_member:
            visible |= Q(role=Role.COMPANY_REFERENT)
        return self.filter(visible)

    def in_force(self, on: date) -> Self:
        return self.filter(membership_in_force(on))

    def lasting_beyond(self, on: date) -> Self:
        """Held that day or to be held later."""
        return self.exclude(ends_on__lte=on)

    def ended(self, on: date) -> Self:
        return self.filter(ends_on__lte=on)


class Membership(AffiliationMixin):
    """A person's role in one organisation, for a period. Rights are read from the rows in force today."""

    user = models.ForeignKey(User, verbose_name="compte", related_name="memberships", on_delete=models.PROTECT)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True, help_text="Ce jour-là, le rôle n’est plus exercé.")
    is_manager = models.BooleanField(
        "responsable", default=False, help_text="Reçoit ce qui n’a pas été fait à temps dans son organisme."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        constraints = [
            role_constraint("organisations_membership_role"),
            period_constraint("organisations_membership_period"),
            models.CheckConstraint(
                condition=Q(is_manager=False) | Q(role=Role.TRAINING_MEMBER),
                name="organisations_membership_manager",
                violation_error_message="Seul un organisme de formation a des responsables.",
            ),
            models.UniqueConstraint(
                "user",
                "role",
                *_organisation_columns(),
                condition=Q(ends_on__isnull=True),
                name="organisations_membership_once",
                violation_error_message="Cette personne exerce déjà ce rôle ici.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def reference(self) -> str:
        """How the journal names this row."""
        return f"membership:{self.pk}"


class InvitationQuerySet(AffiliationQuerySet):
    def visible_to(self, user: User) -> Self:
        """An admin's all, and the referents that somebody of one's own training organisation invited.

        The same person may invite to other roles elsewhere, which is no business of this organisation.
        """
        access = access_of(user)
        if access.is_admin:
            return self
        return self.filter(
            role=Role.COMPANY_REFERENT,
            invited_by__in=Membership.objects.filter(training_organisation__in=access.training_organisation_ids).values(
                "user"
            ),
        )

    def matching(self, words: str) -> Self:
        """Every word is in the name or the address."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            )
        return found

    def unanswered(self) -> Self:
        return self.filter(invitation_unanswered())

    def pending(self, at: datetime) -> Self:
        return self.filter(invitation_pending(at))

    def expired(self, at: datetime) -> Self:
        """Still without an answer, and too late for one."""
        return self.unanswered().filter(expires_at__lte=at)

    def open_with(self, token: str, *, at: datetime) -> Self:
        """The one that this link accepts, while it may still be accepted."""
        return self.pending(at).filter(token_hash=hash_token(token))

    def with_state(self, at: datetime) -> Self:
        """`state`, and `mail_state`: null for an invitation older than the outbox."""
        event = Concat(Value(f"{INVITATION_MAIL}:"), Cast(OuterRef("pk"), models.CharField()))
        mail_state = Subquery(Mail.objects.filter(key=event).values("state"))
        state = Case(
            When(accepted_at__isnull=False, then=Value(InvitationState.ACCEPTED)),
            When(superseded_at__isnull=False, then=Value(InvitationState.WITHDRAWN)),
            When(expires_at__lte=at, then=Value(InvitationState.EXPIRED)),
            default=Value(InvitationState.PENDING),
            output_field=models.CharField(),
        )
        return self.annotate(state=state, mail_state=mail_state)


class Invitation(AffiliationMixin):
    """An offer of a role sent by mail. It opens an account, it is not a way to sign in.

    The link's token is made when the mail leaves and only its hash is kept: a reader of the database cannot accept.
    """

    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    invited_by = models.ForeignKey(User, verbose_name="invité par", related_name="+", on_delete=models.PROTECT)
    invited_at = models.DateTimeField("invité le")
    expires_at = models.DateTimeField("expire le")
    token_hash = models.CharField("empreinte du lien", max_length=64, blank=True, db_index=True)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        verbose_name="acceptée par",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    superseded_at = models.DateTimeField("remplacée ou retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            role_constraint("organisations_invitation_role"),
            period_constraint("organisations_invitation_life", start="invited_at", end="expires_at"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, superseded_at__isnull=True),
                name="organisations_invitation_accepted",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "role",
                *_organisation_columns(),
                condition=invitation_unanswered(),
                name="organisations_invitation_once",
                violation_error_message="Cette personne a déjà une invitation sans réponse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.get_role_display()}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def reference(self) -> str:
        """How the journal names this row."""
        return f"invitation:{self.pk}"

    @property
    def is_unanswered(self) -> bool:
        return self.accepted_at is None and self.superseded_at is None

    def is_open(self, at: datetime) -> bool:
        return self.is_unanswered and at < self.expires_at
