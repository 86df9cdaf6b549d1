"""The papers of a session besides its minutes: rows first, drawn once."""

from django.db import models
from django.db.models import Q

from accounts.models import User

from ..enums import PaperKind
from .drawings import Drawing
from .members import JuryMember
from .sessions import Dossier, JurySession, Seat

RESULT_MAIL = "juries.result"  # the kind of the mail that a letter leaves in


class SessionPaper(models.Model):
    """A frozen context and its hash: a convening notice, an addendum, the extract or the letter of one dossier."""

    kind = models.CharField("nature", max_length=10, choices=PaperKind)
    session = models.ForeignKey(JurySession, verbose_name="session", related_name="papers", on_delete=models.PROTECT)
    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", related_name="papers", null=True, blank=True, on_delete=models.PROTECT
    )
    seat = models.ForeignKey(
        Seat, verbose_name="siège", related_name="papers", null=True, blank=True, on_delete=models.PROTECT
    )
    member = models.ForeignKey(
        JuryMember, verbose_name="membre", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)
    context = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    template_version = models.CharField("version du modèle", max_length=10)
    made_by = models.ForeignKey(User, verbose_name="établi par", related_name="+", on_delete=models.PROTECT)
    made_at = models.DateTimeField("établi le")

    class Meta:
        verbose_name = "document de session"
        verbose_name_plural = "documents de session"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=PaperKind.NOTICE,
                    seat__isnull=False,
                    member__isnull=False,
                    dossier__isnull=True,
                    number__isnull=True,
                )
                | Q(
                    kind=PaperKind.ADDENDUM,
                    number__isnull=False,
                    seat__isnull=True,
                    member__isnull=True,
                    dossier__isnull=True,
                )
                | Q(
                    kind__in=[PaperKind.EXTRACT, PaperKind.LETTER],
                    dossier__isnull=False,
                    seat__isnull=True,
                    member__isnull=True,
                    number__isnull=True,
                ),
                name="juries_sessionpaper_about",
            ),
            models.UniqueConstraint(
                fields=["seat", "member"], condition=Q(kind=PaperKind.NOTICE), name="juries_sessionpaper_notice"
            ),
            models.UniqueConstraint(
                fields=["session", "number"], condition=Q(kind=PaperKind.ADDENDUM), name="juries_sessionpaper_addendum"
            ),
            models.UniqueConstraint(
                fields=["dossier", "kind"], condition=Q(dossier__isnull=False), name="juries_sessionpaper_dossier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def subject(self) -> str:
        return f"session_paper:{self.pk}"

    @property
    def result_mail_key(self) -> str:
        """A letter leaves in one mail at most."""
        return f"{RESULT_MAIL}:{self.pk}"


class SessionPaperFile(Drawing):
    paper = models.OneToOneField(SessionPaper, verbose_name="document", related_name="file", on_delete=models.PROTECT)

    class Meta:
        verbose_name = "fichier de document de session"
        verbose_name_plural = "fichiers de documents de session"

    def __str__(self) -> str:
        return str(self.paper)
