"""A member's dossiers on paper: all those that they see of one session, as one file, to be read without a network."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from documents.uploads import MediaType, StoredFile
from evaluations.enums import JobState

from .members import JuryMember
from .sessions import IN_SITTING, Dossier, JurySession, Recusal, Seat

PACKS = "packs"  # the folder of these files
PACK_MAIL = "juries.pack"  # the kind of its mail, which the primary key completes into its event
LIFETIME = timedelta(days=3)
ABANDONED = timedelta(minutes=2)  # longer than any dossier takes: a worker silent for so long is dead
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


class PackQuerySet(models.QuerySet["Pack"]):
    def visible_to(self, user: User, on: date) -> Self:
        """Theirs alone, while they may read all that is in it: an admin's rights open nobody's pack."""
        return self.filter(member__user=user).valid(on)

    def valid(self, on: date) -> Self:
        """Those whose member still sits there, mandated and withdrawn from none of its dossiers, until the close."""
        return self.filter(self._still_true(on))

    def stale(self, on: date, at: datetime) -> Self:
        """What is to be thrown away: the workers do it, and until they have, `visible_to` hides it."""
        return self.filter(~Q(pk__in=Pack.objects.valid(on).values("pk")) | Q(requested_at__lt=at - LIFETIME))

    @staticmethod
    def _still_true(on: date) -> Q:
        sits = Q(seat__is_substituted=False, seat__member=F("member")) | Q(
            seat__is_substituted=True, seat__substitute=F("member")
        )
        mandated = Q(member__ends_on__isnull=True) | Q(member__ends_on__gte=on)
        withdrawn = Recusal.objects.filter(seat=OuterRef("seat"), dossier__pack_sheets__pack=OuterRef("pk"))
        reads = Q(
            ~Exists(withdrawn),
            session__state__in=IN_SITTING,
            session__masks_identity=F("is_masked"),
            seat__conflicts_declared_at__isnull=False,
            member__user__is_active=True,
        )
        return sits & mandated & reads

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def free(self, at: datetime) -> Self:
        """Those that a worker may take now: waiting, or left by a dead one."""
        return self.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, claimed_at__lt=at - ABANDONED))

    def forgotten(self, at: datetime, *, after: timedelta) -> Self:
        """Free, and untouched for a while: the message to the workers was lost."""
        touched = Coalesce(F("claimed_at"), F("requested_at"))
        return self.free(at).alias(touched_at=touched).filter(touched_at__lt=at - after)


class Pack(models.Model):
    """Drawn dossier by dossier by a worker: whatever interrupts the work loses one at most."""

    session = models.ForeignKey(JurySession, verbose_name="session", related_name="packs", on_delete=models.PROTECT)
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="packs", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="packs", on_delete=models.PROTECT)
    is_masked = models.BooleanField("dossiers anonymes", default=False)
    is_announced = models.BooleanField("annoncé par message", default=False)  # prepared on the eve, unasked
    requested_at = models.DateTimeField("demandé le")
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField("dossiers")
    done = models.PositiveIntegerField("dessinés", default=0)
    attempts = models.PositiveSmallIntegerField("essais du dossier en cours", default=0)
    claimed_at = models.DateTimeField("dernière prise en charge", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    stored_name = models.CharField("nom de stockage", max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    pages = models.PositiveIntegerField("pages", default=0)
    failure = models.CharField("échec", max_length=300, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = "dossiers à emporter"
        verbose_name_plural = "dossiers à emporter"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, finished_at__isnull=True, stored_name="", failure="")
                | Q(state=JobState.DONE, finished_at__isnull=False, failure="") & ~Q(stored_name="")
                | Q(state=JobState.FAILED, finished_at__isnull=False, stored_name="") & ~Q(failure=""),
                name="juries_pack_state",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="juries_pack_progress"),
            models.UniqueConstraint(fields=["seat", "member"], name="juries_pack_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} – {self.member}"

    @property
    def subject(self) -> str:
        """How the journal names it: not by its session, whose members' pages would all be told of it."""
        return f"pack:{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + LIFETIME

    @property
    def file(self) -> StoredFile:
        name = f"dossiers-{self.session.reference}-siege-{self.seat.number}.pdf"
        return StoredFile(self.stored_name, name, MediaType.PDF, self.size, self.sha256)


class PackSheet(models.Model):
    """One dossier of a pack, and its drawing until the whole is made."""

    pack = models.ForeignKey(Pack, verbose_name="dossiers à emporter", related_name="sheets", on_delete=models.CASCADE)
    dossier = models.ForeignKey(
        Dossier,
        verbose_name="dossier",
        related_name="pack_sheets",
        on_delete=models.CASCADE,  # A copy for reading keeps nothing on an agenda.
    )
    position = models.PositiveIntegerField("ordre")
    heading = models.CharField("intitulé", max_length=300, blank=True)
    first_page = models.PositiveIntegerField("première page", null=True, blank=True)
    pages = models.PositiveIntegerField("pages", null=True, blank=True)
    content = models.BinaryField("dessin", null=True, blank=True)

    class Meta:
        verbose_name = "dossier à emporter"
        verbose_name_plural = "dossiers à emporter"
        constraints = [models.UniqueConstraint(fields=["pack", "dossier"], name="juries_packsheet_dossier")]

    def __str__(self) -> str:
        return f"{self.pack_id} – {self.position}"
