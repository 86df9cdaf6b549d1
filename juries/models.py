from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.models import StandardVersion
from candidates.models import EnrolledBlock, Enrolment
from organisations.models import (
    Company,
    PeriodQuerySet,
    TrainingOrganisation,
    period_constraint,
    period_in_words,
)
from organisations.permissions import access_of

from .enums import (
    BallotChoice,
    BlockOutcome,
    DeliberationState,
    Presence,
    Proposal,
    RecusalReason,
    SessionMeans,
    SessionState,
)

IN_SITTING = (SessionState.CONVENED, SessionState.OPEN)
BEFORE_SEALING = (*IN_SITTING, SessionState.CLOSED)
AFTER_SEALING = (SessionState.SEALED, SessionState.RATIFIED, SessionState.PUBLISHED)


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

    def to_mail(self) -> Self:
        """Those who have still to be told that they are mandated, and how they choose their password."""
        return self.filter(invited_at__isnull=False, mail_sent_at__isnull=True, user__is_active=True)


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
    invited_at = models.DateTimeField("invité à choisir son mot de passe le", null=True, blank=True)
    mail_sent_at = models.DateTimeField("message envoyé le", null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(mail_sent_at__isnull=True) | Q(invited_at__isnull=False), name="juries_jurymember_mail"
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


class JurySessionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        if access_of(user).is_admin:
            return self
        seated = models.Exists(Seat.objects.of(user).filter(session=models.OuterRef("pk")))
        return self.filter(seated).exclude(state=SessionState.PREPARED)

    def with_dossier_count(self, user: User) -> Self:
        """`dossier_count`: of the dossiers that this reader sees, so that no total tells of another."""
        dossiers = Dossier.objects.visible_to(user).filter(session=models.OuterRef("pk")).order_by()
        counted = dossiers.values("session").annotate(total=models.Count("pk")).values("total")
        return self.annotate(dossier_count=Coalesce(models.Subquery(counted), 0))


class JurySession(models.Model):
    """One meeting of the jury of thirteen, from its preparation to the publication of what it decided."""

    reference = models.CharField("référence", max_length=20, unique=True)
    version = models.ForeignKey(StandardVersion, verbose_name="référentiel", on_delete=models.PROTECT)
    held_on = models.DateField("date de la session")
    place = models.CharField("lieu ou moyen de réunion", max_length=160)
    means = models.CharField("tenue", max_length=10, choices=SessionMeans)
    state = models.CharField("état", max_length=10, choices=SessionState, default=SessionState.PREPARED)
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    sealed_at = models.DateTimeField("scellée le", null=True, blank=True)
    ratified_at = models.DateTimeField("décision enregistrée le", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    created_by = models.ForeignKey(User, verbose_name="préparée par", related_name="+", on_delete=models.PROTECT)

    objects = JurySessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session de jury"
        verbose_name_plural = "sessions de jury"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SessionState.PREPARED, convened_at__isnull=True)
                | Q(state=SessionState.CONVENED, convened_at__isnull=False, opened_at__isnull=True)
                | Q(state=SessionState.OPEN, opened_at__isnull=False, closed_at__isnull=True)
                | Q(state=SessionState.CLOSED, closed_at__isnull=False, sealed_at__isnull=True)
                | Q(state=SessionState.SEALED, sealed_at__isnull=False, ratified_at__isnull=True)
                | Q(state=SessionState.RATIFIED, ratified_at__isnull=False, published_at__isnull=True)
                | Q(state=SessionState.PUBLISHED, published_at__isnull=False),
                name="juries_session_state",
            ),
            models.CheckConstraint(
                condition=(Q(opened_at__isnull=True) | Q(opened_at__gte=F("convened_at")))
                & (Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")))
                & (Q(sealed_at__isnull=True) | Q(sealed_at__gte=F("closed_at")))
                & (Q(ratified_at__isnull=True) | Q(ratified_at__gte=F("sealed_at")))
                & (Q(published_at__isnull=True) | Q(published_at__gte=F("ratified_at"))),
                name="juries_session_order",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == SessionState.OPEN

    @property
    def is_prepared(self) -> bool:
        return self.state == SessionState.PREPARED

    @property
    def is_sitting(self) -> bool:
        """Convened or open: presences and conflicts are still recorded."""
        return self.state in IN_SITTING

    @property
    def is_before_sealing(self) -> bool:
        return self.state in BEFORE_SEALING

    @property
    def is_published(self) -> bool:
        return self.state == SessionState.PUBLISHED

    @property
    def is_sealed(self) -> bool:
        return self.state in AFTER_SEALING

    @property
    def subject(self) -> str:
        return f"session:{self.reference}"


class SeatQuerySet(models.QuerySet):
    def of(self, user: User) -> Self:
        """The seats in which `user` is the one who sits: the substitute once substituted, the titular otherwise."""
        return self.filter(Q(is_substituted=False, member__user=user) | Q(is_substituted=True, substitute__user=user))


class Seat(models.Model):
    """One of the thirteen places of a session, with its titular and perhaps a substitute."""

    session = models.ForeignKey(JurySession, verbose_name="session", related_name="seats", on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField("siège")
    college = models.CharField("collège", max_length=10, choices=CollegeCode)
    member = models.ForeignKey(JuryMember, verbose_name="titulaire", related_name="seats", on_delete=models.PROTECT)
    substitute = models.ForeignKey(
        JuryMember,
        verbose_name="suppléant",
        related_name="substitute_seats",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    is_substituted = models.BooleanField("le suppléant siège", default=False)
    is_chair = models.BooleanField("préside", default=False)
    presence = models.CharField("présence", max_length=10, choices=Presence, default=Presence.EXPECTED)
    conflicts_declared_at = models.DateTimeField("conflits déclarés le", null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        verbose_name_plural = "sièges"
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="juries_seat_number"),
            models.UniqueConstraint(
                fields=["session", "member"],
                name="juries_seat_member",
                violation_error_message="Cette personne occupe déjà un siège.",
            ),
            models.UniqueConstraint(fields=["session"], condition=Q(is_chair=True), name="juries_seat_single_chair"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=13), name="juries_seat_number_range"),
            models.CheckConstraint(
                condition=Q(is_substituted=False) | Q(substitute__isnull=False), name="juries_seat_substituted"
            ),
        ]

    def __str__(self) -> str:
        return f"siège {self.number}"

    @property
    def sitting(self) -> JuryMember:
        return self.substitute if self.is_substituted and self.substitute else self.member

    @property
    def is_present(self) -> bool:
        return self.presence == Presence.PRESENT


class DossierQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """An admin's all; a juror's those of a convened session where they sit. Recused, nobody sees one."""
        seats = Seat.objects.of(user)
        unrecused = self.exclude(models.Exists(Recusal.objects.filter(dossier=models.OuterRef("pk"), seat__in=seats)))
        if access_of(user).is_admin:
            return unrecused
        seated = models.Exists(seats.filter(session=models.OuterRef("session")))
        return unrecused.filter(seated).exclude(session__state=SessionState.PREPARED)


class Dossier(models.Model):
    """An enrolment on the agenda of a session."""

    session = models.ForeignKey(JurySession, verbose_name="session", related_name="dossiers", on_delete=models.PROTECT)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", related_name="dossiers", on_delete=models.PROTECT
    )
    position = models.PositiveSmallIntegerField("ordre du jour")

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"],
                name="juries_dossier_enrolment",
                violation_error_message="Ce candidat est déjà à l’ordre du jour.",
            ),
            models.UniqueConstraint(fields=["session", "position"], name="juries_dossier_position"),
        ]

    def __str__(self) -> str:
        return f"{self.session} – {self.enrolment}"


class Recusal(models.Model):
    """A seat withdrawn from a dossier: it neither votes on it, nor sees its deliberation, nor counts in its quorum."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="recusals", on_delete=models.PROTECT)
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="recusals", on_delete=models.PROTECT)
    member = models.ForeignKey(
        JuryMember,
        verbose_name="membre",
        related_name="recusals",
        on_delete=models.PROTECT,  # Whoever sat then: a substitute may have taken the seat since.
    )
    reason = models.CharField("motif", max_length=20, choices=RecusalReason)
    detail = models.TextField("précision", blank=True)
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "déport"
        verbose_name_plural = "déports"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seat", "member", "reason"], name="juries_recusal_reason")
        ]

    def __str__(self) -> str:
        return f"{self.seat} – {self.dossier}"


class Deliberation(models.Model):
    """The vote on one block of a dossier, and what was decided.

    What the channels said and what the rules proposed are frozen when the vote opens: a later attempt changes neither.
    `closed` means counted: a tie then waits for the chair's casting vote, a departure from the proposal for its reason.
    """

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="deliberations", on_delete=models.PROTECT)
    enrolled_block = models.ForeignKey(
        EnrolledBlock, verbose_name="bloc", related_name="deliberations", on_delete=models.PROTECT
    )
    state = models.CharField("état", max_length=10, choices=DeliberationState, default=DeliberationState.PENDING)
    proposal = models.CharField("proposition", max_length=12, choices=Proposal, null=True, blank=True)
    opinions = models.JSONField("avis des voies à l’ouverture du vote", default=dict, blank=True)
    presided_by = models.ForeignKey(
        JuryMember,
        verbose_name="vote conduit par",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # Not always the chair who signs: one recused from a dossier hands it over.
    )
    quorum_count = models.PositiveSmallIntegerField("membres comptés à l’ouverture du vote", null=True, blank=True)
    opened_at = models.DateTimeField("vote ouvert le", null=True, blank=True)
    closed_at = models.DateTimeField("vote clos le", null=True, blank=True)
    acquired_count = models.PositiveSmallIntegerField("voix pour", null=True, blank=True)
    not_acquired_count = models.PositiveSmallIntegerField("voix contre", null=True, blank=True)
    abstain_count = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    casting_vote = models.CharField("voix prépondérante", max_length=12, choices=BlockOutcome, null=True, blank=True)
    outcome = models.CharField("décision", max_length=12, choices=BlockOutcome, null=True, blank=True)
    departure_reason = models.TextField("motif de l’écart à la proposition", blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    class Meta:
        verbose_name = "délibération"
        verbose_name_plural = "délibérations"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "enrolled_block"], name="juries_deliberation_block"),
            models.CheckConstraint(
                condition=Q(state=DeliberationState.PENDING, opened_at__isnull=True, outcome__isnull=True)
                | Q(
                    state=DeliberationState.OPEN,
                    opened_at__isnull=False,
                    proposal__isnull=False,
                    presided_by__isnull=False,
                    quorum_count__isnull=False,
                    closed_at__isnull=True,
                    outcome__isnull=True,
                )
                | Q(
                    state=DeliberationState.CLOSED,
                    quorum_count__isnull=False,
                    closed_at__isnull=False,
                    acquired_count__isnull=False,
                    not_acquired_count__isnull=False,
                    abstain_count__isnull=False,
                    outcome__isnull=True,
                )
                | Q(
                    state=DeliberationState.DECIDED,
                    quorum_count__isnull=False,
                    closed_at__isnull=False,
                    acquired_count__isnull=False,
                    not_acquired_count__isnull=False,
                    abstain_count__isnull=False,
                    outcome__isnull=False,
                    decided_at__isnull=False,
                ),
                name="juries_deliberation_state",
            ),
            models.CheckConstraint(
                condition=Q(casting_vote__isnull=True) | Q(acquired_count=F("not_acquired_count")),
                name="juries_deliberation_casting_vote_on_tie",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} – {self.enrolled_block.block.code}"

    @property
    def subject(self) -> str:
        return f"deliberation:{self.pk}"

    @property
    def code(self) -> str:
        return self.enrolled_block.block.code

    @property
    def is_pending(self) -> bool:
        return self.state == DeliberationState.PENDING

    @property
    def is_open(self) -> bool:
        return self.state == DeliberationState.OPEN

    @property
    def is_closed(self) -> bool:
        """Counted, and waiting for what the votes alone do not settle."""
        return self.state == DeliberationState.CLOSED

    @property
    def is_decided(self) -> bool:
        return self.state == DeliberationState.DECIDED

    @property
    def is_tie(self) -> bool:
        return bool(self.acquired_count) and self.acquired_count == self.not_acquired_count


class Ballot(models.Model):
    """A member's secret vote on one block. Nobody else reads it before the close, nor by name after it."""

    deliberation = models.ForeignKey(
        Deliberation, verbose_name="délibération", related_name="ballots", on_delete=models.PROTECT
    )
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="ballots", on_delete=models.PROTECT)
    choice = models.CharField("vote", max_length=12, choices=BallotChoice)

    class Meta:
        verbose_name = "bulletin"
        verbose_name_plural = "bulletins"
        constraints = [models.UniqueConstraint(fields=["deliberation", "seat"], name="juries_ballot_once")]

    def __str__(self) -> str:
        return f"bulletin {self.pk}"


class Minutes(models.Model):
    """The sealed record of a session: a frozen context and its hash. Corrected only by an addendum."""

    session = models.OneToOneField(JurySession, verbose_name="session", on_delete=models.PROTECT)
    context = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    template_version = models.CharField("version du modèle", max_length=10)
    sealed_by = models.ForeignKey(User, verbose_name="signé par", related_name="+", on_delete=models.PROTECT)
    sealed_at = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"

    def __str__(self) -> str:
        return f"procès-verbal {self.session}"


class MinutesFile(models.Model):
    """The minutes as drawn, once."""

    minutes = models.OneToOneField(Minutes, verbose_name="procès-verbal", related_name="file", on_delete=models.PROTECT)
    content = models.BinaryField("document")
    sha256 = models.CharField("empreinte", max_length=64)
    drawn_at = models.DateTimeField("dessiné le")

    class Meta:
        verbose_name = "document du procès-verbal"
        verbose_name_plural = "documents des procès-verbaux"

    def __str__(self) -> str:
        return str(self.minutes)


class Ratification(models.Model):
    """The CPNEFP's decision on what the jury deliberated [accord, art. 9], as the secretariat records it."""

    session = models.OneToOneField(JurySession, verbose_name="session", on_delete=models.PROTECT)
    decided_on = models.DateField("date de la décision")
    chaired_by = models.CharField("présidée par", max_length=160)
    note = models.TextField("observations", blank=True)
    recorded_by = models.ForeignKey(User, verbose_name="enregistrée par", related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "décision de la CPNEFP"
        verbose_name_plural = "décisions de la CPNEFP"

    def __str__(self) -> str:
        return f"décision du {self.decided_on:%d/%m/%Y}"


class RatificationException(models.Model):
    """A block that the CPNEFP sends back to a later session, and why."""

    ratification = models.ForeignKey(
        Ratification, verbose_name="décision", related_name="exceptions", on_delete=models.PROTECT
    )
    deliberation = models.OneToOneField(
        Deliberation, verbose_name="délibération", related_name="ratification_exception", on_delete=models.PROTECT
    )
    reason = models.TextField("motif")

    class Meta:
        verbose_name = "renvoi par la CPNEFP"
        verbose_name_plural = "renvois par la CPNEFP"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="juries_ratificationexception_reason")]

    def __str__(self) -> str:
        return str(self.deliberation)
