"""A meeting of the jury: its thirteen seats, its agenda, and who is withdrawn from what."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.models import StandardVersion
from candidates.models import Enrolment
from organisations.permissions import access_of

from ..enums import (
    AttendanceMeans,
    Presence,
    RecusalReason,
    SessionMeans,
    SessionState,
)
from .members import JuryMember

WRITTEN_VOTE_MAIL = "juries.written_vote"  # the kinds of the mails to those who vote in writing
WINDOW_EXTENDED_MAIL = "juries.window_extended"
IN_SITTING = (SessionState.CONVENED, SessionState.OPEN)
BEFORE_SEALING = (*IN_SITTING, SessionState.CLOSED)
AFTER_SEALING = (SessionState.SEALED, SessionState.RATIFIED, SessionState.PUBLISHED)


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
    starts_at = models.DateTimeField("commence à", null=True, blank=True)
    expected_minutes = models.PositiveSmallIntegerField("durée prévue, en minutes", null=True, blank=True)
    masks_identity = models.BooleanField("dossiers anonymes", default=False)
    written_opens_at = models.DateTimeField("vote par écrit ouvert le", null=True, blank=True)
    written_closes_at = models.DateTimeField("vote par écrit clos le", null=True, blank=True)
    publication_due_at = models.DateTimeField("à publier le", null=True, blank=True)
    publication_set_by = models.ForeignKey(
        User, verbose_name="publication fixée par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
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
            models.CheckConstraint(
                condition=Q(
                    means=SessionMeans.WRITTEN,
                    written_opens_at__isnull=False,
                    written_closes_at__gt=F("written_opens_at"),
                )
                | (~Q(means=SessionMeans.WRITTEN) & Q(written_opens_at__isnull=True, written_closes_at__isnull=True)),
                name="juries_session_written_window",
                violation_error_message="Un vote par écrit s’ouvre et se clôt à des dates fixées.",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(written_opens_at__isnull=True)
                | Q(opened_at__gte=F("written_opens_at")),
                name="juries_session_written_opening",
                violation_error_message="Un vote par écrit ne s’ouvre pas avant son heure.",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(expected_minutes__isnull=True),
                name="juries_session_expected_minutes",
            ),
            models.CheckConstraint(
                condition=~Q(means=SessionMeans.WRITTEN) | Q(starts_at__isnull=True),
                name="juries_session_written_without_hour",
                violation_error_message="Un vote par écrit a une période, et non une heure.",
            ),
            models.CheckConstraint(
                condition=Q(publication_due_at__isnull=True, publication_set_by__isnull=True)
                | Q(publication_due_at__isnull=False, publication_set_by__isnull=False),
                name="juries_session_publication_due",
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
    def is_written(self) -> bool:
        """A window of days instead of a meeting: whoever votes is there, and the quorum is counted at the close."""
        return self.means == SessionMeans.WRITTEN

    @property
    def is_attended(self) -> bool:
        """It meets, and whoever presides still notes who is there."""
        return self.is_sitting and not self.is_written

    def takes_ballots_at(self, at: datetime) -> bool:
        """In writing, during the window; in a meeting, whenever a vote is open."""
        if self.written_opens_at is None or self.written_closes_at is None:
            return True
        return self.written_opens_at <= at < self.written_closes_at

    @property
    def expected_end_at(self) -> datetime | None:
        """When it should be over; unknown of a session prepared before hours were asked for."""
        if self.starts_at is None or self.expected_minutes is None:
            return None
        return self.starts_at + timedelta(minutes=self.expected_minutes)

    @property
    def duration(self) -> str:
        """« 3 h 30 », or nothing."""
        hours, minutes = divmod(self.expected_minutes or 0, 60)
        words = [f"{hours} h" if hours else "", (f"{minutes:02d}" if hours else f"{minutes} min") if minutes else ""]
        return "\N{NO-BREAK SPACE}".join(word.replace(" ", "\N{NO-BREAK SPACE}") for word in words if word)

    @property
    def called_for(self) -> date:
        """The day before which its members are called: by writing, that on which the window opens."""
        return timezone.localdate(self.written_opens_at) if self.written_opens_at else self.held_on

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
    is_vice_chair = models.BooleanField("vice-préside", default=False)
    attends_by = models.CharField("participe", max_length=10, choices=AttendanceMeans, null=True, blank=True)
    seen_at = models.DateTimeField("dernier signe", null=True, blank=True)
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
            models.UniqueConstraint(
                fields=["session"], condition=Q(is_vice_chair=True), name="juries_seat_single_vice_chair"
            ),
            models.CheckConstraint(
                condition=~Q(is_chair=True, is_vice_chair=True),
                name="juries_seat_one_office",
                violation_error_message="Qui préside ne vice-préside pas.",
            ),
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
    def presides(self) -> bool:
        """The chair; the vice-chair too, on what the chair is recused from."""
        return self.is_chair or self.is_vice_chair

    @property
    def is_present(self) -> bool:
        return self.presence == Presence.PRESENT


class DossierQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """An admin's all; a juror's those of a convened session where they sit and have declared their conflicts.

        Whoever is recused from one, or has yet to declare, does not see it: an admin who sits neither.
        """
        seats = Seat.objects.of(user).filter(session=models.OuterRef("session"))
        unrecused = self._unrecused(user)
        if access_of(user).is_admin:
            silent = seats.filter(conflicts_declared_at__isnull=True)
            return unrecused.exclude(~Q(session__state=SessionState.PREPARED) & models.Exists(silent))
        declared = models.Exists(seats.filter(conflicts_declared_at__isnull=False))
        return unrecused.filter(declared).exclude(session__state=SessionState.PREPARED)

    def to_declare_on(self, user: User) -> Self:
        """Those of which a juror has yet to say whether they are tied to the candidate; none already recused from."""
        silent = Seat.objects.of(user).filter(session=models.OuterRef("session"), conflicts_declared_at__isnull=True)
        return self._unrecused(user).filter(models.Exists(silent), session__state__in=IN_SITTING)

    def _unrecused(self, user: User) -> Self:
        return self.exclude(models.Exists(Recusal.objects.of(user).filter(dossier=models.OuterRef("pk"))))


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


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def of(self, user: User) -> Self:
        """From the seats in which `user` sits; and from those that another has taken since: a tie stays a tie."""
        return self.filter(Q(seat__in=Seat.objects.of(user)) | Q(member__user=user))


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

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = "déport"
        verbose_name_plural = "déports"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seat", "member", "reason"], name="juries_recusal_reason")
        ]

    def __str__(self) -> str:
        return f"{self.seat} – {self.dossier}"
