from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from organisations.tokens import hash_token

from .enrolments import Enrolment

CODE_TRIES = 5


class ReferentLinkQuerySet(models.QuerySet["ReferentLink"]):
    def in_force(self, at: datetime) -> Self:
        """Those that let their referent in at that moment: nobody revoked them, and there is still somebody to follow.

        Nothing is written when a right ends: a candidate who withdraws, the last block acquired, another referent, a
        membership or an account that ends close the link by being so.
        """
        followed = Enrolment.objects.under_way().referred(timezone.localdate(at)).filter(referent=OuterRef("user"))
        return self.filter(Exists(followed), revoked_at__isnull=True, user__is_active=True)

    def opened_with(self, token: str, *, at: datetime) -> Self:
        return self.in_force(at).filter(token_hash=hash_token(token))


class ReferentLink(models.Model):
    """A way in for a company referent without a password: one row per mail that carries it.

    Of its token only the hash is kept, made when the mail leaves. It works until revoked, and while the referent still
    has an enrolment under way; a one-time code, mailed to the same address, completes it.
    """

    user = models.ForeignKey(User, verbose_name="référent", related_name="referent_links", on_delete=models.PROTECT)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField("créé le")
    created_by = models.ForeignKey(
        User,
        verbose_name="demandé par",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text="Vide quand un rappel automatique porte le lien.",
    )
    last_used_at = models.DateTimeField("dernier accès le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, verbose_name="révoqué par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )

    objects = ReferentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "accès de référent"
        verbose_name_plural = "accès de référents"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__gte=F("created_at"), revoked_by__isnull=False),
                name="candidates_referentlink_revoked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"

    @property
    def reference(self) -> str:
        """How the journal names this row."""
        return f"referent_link:{self.pk}"


class ReferentCodeQuerySet(models.QuerySet["ReferentCode"]):
    def standing(self) -> Self:
        """Neither used nor replaced, in time or not."""
        return self.filter(used_at__isnull=True, superseded_at__isnull=True)

    def to_try(self, at: datetime) -> Self:
        return self.standing().filter(expires_at__gt=at, tries__lt=CODE_TRIES)

    def of(self, user: User) -> Self:
        return self.filter(link__user=user)

    def asked_since(self, moment: datetime) -> Self:
        return self.filter(asked_at__gt=moment)


class ReferentCode(models.Model):
    """The one-time code that completes a link, for the browser that asked for it.

    It is drawn when its mail leaves; its hash is keyed, since so few digits could otherwise be found again.
    """

    LIFE = timedelta(minutes=10)

    link = models.ForeignKey(ReferentLink, verbose_name="accès", related_name="codes", on_delete=models.PROTECT)
    code_hash = models.CharField("empreinte du code", max_length=64, blank=True)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("expire le")
    tries = models.PositiveSmallIntegerField("essais", default=0)
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    superseded_at = models.DateTimeField("remplacé le", null=True, blank=True)

    objects = ReferentCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "code d’accès"
        verbose_name_plural = "codes d’accès"
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="candidates_referentcode_life"),
            models.CheckConstraint(condition=Q(tries__lte=CODE_TRIES), name="candidates_referentcode_tries"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(superseded_at__isnull=True) & ~Q(code_hash="") & Q(tries__gte=1),
                name="candidates_referentcode_used",
            ),
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                name="candidates_referentcode_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link} – {timezone.localtime(self.asked_at):%d/%m/%Y %H:%M}"

    def may_be_tried(self, at: datetime) -> bool:
        is_standing = self.used_at is None and self.superseded_at is None
        return is_standing and at < self.expires_at and self.tries < CODE_TRIES
