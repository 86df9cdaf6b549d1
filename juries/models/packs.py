"""A member's dossiers on paper: all those that they see of one session, as one file, to be read without a network."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from documents.jobs import DrawingJob, DrawingJobQuerySet, DrawnSheet

from .members import JuryMember
from .sessions import IN_SITTING, Dossier, JurySession, Recusal, Seat

PACK_MAIL = "juries.pack"  # the kind of its mail, which the primary key completes into its event


class PackQuerySet(DrawingJobQuerySet):
    def visible_to(self, user: User, on: date) -> Self:
        """Theirs alone, while they may read all that is in it: an admin's rights open nobody's pack."""
        return self.filter(member__user=user).valid(on)

    def valid(self, on: date) -> Self:
        """Those whose member still sits there, mandated and withdrawn from none of its dossiers, until the close."""
        return self.filter(self._still_true(on))

    def stale(self, on: date, at: datetime) -> Self:
        """What is to be thrown away: the workers do it, and until they have, `visible_to` hides it."""
        return self.filter(~Q(pk__in=Pack.objects.valid(on).values("pk"))) | self.outlived(at)

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


class Pack(DrawingJob):
    """All the dossiers that a member sees, in one file that bears their name."""

    FOLDER = "packs"
    LIFETIME = timedelta(days=3)

    session = models.ForeignKey(JurySession, verbose_name="session", related_name="packs", on_delete=models.PROTECT)
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="packs", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="packs", on_delete=models.PROTECT)
    is_masked = models.BooleanField("dossiers anonymes", default=False)
    is_announced = models.BooleanField("annoncé par message", default=False)  # prepared on the eve, unasked

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = "dossiers à emporter"
        verbose_name_plural = "dossiers à emporter"
        constraints = [
            *DrawingJob.Meta.constraints,
            models.UniqueConstraint(fields=["seat", "member"], name="juries_pack_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} – {self.member}"

    @property
    def subject(self) -> str:
        """How the journal names it: not by its session, whose members' pages would all be told of it."""
        return f"pack:{self.pk}"

    @property
    def file_name(self) -> str:
        return f"dossiers-{self.session.reference}-siege-{self.seat.number}.pdf"


class PackSheet(DrawnSheet):
    """One dossier of a pack, and where the contents say that it begins."""

    pack = models.ForeignKey(Pack, verbose_name="dossiers à emporter", related_name="sheets", on_delete=models.CASCADE)
    dossier = models.ForeignKey(
        Dossier,
        verbose_name="dossier",
        related_name="pack_sheets",
        on_delete=models.CASCADE,  # A copy for reading keeps nothing on an agenda.
    )
    heading = models.CharField("intitulé", max_length=300, blank=True)
    first_page = models.PositiveIntegerField("première page", null=True, blank=True)

    class Meta:
        verbose_name = "dossier à emporter"
        verbose_name_plural = "dossiers à emporter"
        constraints = [models.UniqueConstraint(fields=["pack", "dossier"], name="juries_packsheet_dossier")]

    def __str__(self) -> str:
        return f"{self.pack_id} – {self.position}"
