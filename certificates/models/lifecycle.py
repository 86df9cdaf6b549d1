"""What follows a paper once issued: its end, the register that says so, and what its holder makes of it."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from candidates.models import Candidate
from organisations.tokens import hash_token

from ..enums import CertificateState, RevocationState
from .certificates import Certificate


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def pending(self) -> Self:
        return self.filter(state=RevocationState.REQUESTED)

    def approved(self) -> Self:
        return self.filter(state=RevocationState.APPROVED)


class Revocation(models.Model):
    """One admin asks with a reason, another approves: then the paper is revoked."""

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="revocations", on_delete=models.PROTECT
    )
    state = models.CharField("état", max_length=10, choices=RevocationState, default=RevocationState.REQUESTED)
    reason = models.TextField("motif")
    requested_by = models.ForeignKey(User, verbose_name="demandé par", related_name="+", on_delete=models.PROTECT)
    requested_at = models.DateTimeField("demandé le")
    decided_by = models.ForeignKey(
        User, verbose_name="décidé par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = "retrait"
        verbose_name_plural = "retraits"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="certificates_revocation_reason"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~Q(state=RevocationState.DECLINED),
                name="certificates_revocation_single",
                violation_error_message="Un retrait de ce document est déjà demandé.",
            ),
            models.CheckConstraint(
                condition=Q(state=RevocationState.REQUESTED, decided_by__isnull=True, decided_at__isnull=True)
                | Q(state=RevocationState.DECLINED, decided_by__isnull=False, decided_at__isnull=False)
                | (
                    Q(state=RevocationState.APPROVED, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="certificates_revocation_two_people",
                violation_error_message="Un retrait est approuvé par une autre personne que celle qui le demande.",
            ),
        ]

    def __str__(self) -> str:
        return f"retrait de {self.certificate}"

    @property
    def is_pending(self) -> bool:
        return self.state == RevocationState.REQUESTED

    @property
    def is_approved(self) -> bool:
        return self.state == RevocationState.APPROVED


class RegisterEntry(models.Model):
    """A state of a paper, signed (Ed25519): whoever only writes in the database forges none.

    The last entry of a paper is its present state. `payload` is what is signed, in its canonical form.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="register_entries", on_delete=models.PROTECT
    )
    rank = models.PositiveSmallIntegerField("rang")
    state = models.CharField("état", max_length=10, choices=CertificateState)
    payload = models.JSONField("contenu signé")
    key_id = models.CharField("clé", max_length=64)
    signature = models.CharField("signature", max_length=128)
    signed_at = models.DateTimeField("signé le")

    class Meta:
        verbose_name = "inscription au registre"
        verbose_name_plural = "inscriptions au registre"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "rank"], name="certificates_registerentry_rank"),
            models.CheckConstraint(condition=~Q(signature=""), name="certificates_registerentry_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.rank}"


class HolderLinkQuerySet(models.QuerySet["HolderLink"]):
    def in_force(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def opened_with(self, token: str) -> Self:
        return self.in_force().filter(token_hash=hash_token(token))


class HolderLink(models.Model):
    """The way of a holder to their documents: a link that the mail carries, kept as a hash."""

    candidate = models.ForeignKey(
        Candidate, verbose_name="titulaire", related_name="holder_links", on_delete=models.PROTECT
    )
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    made_at = models.DateTimeField("établi le")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = HolderLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien d’un titulaire"
        verbose_name_plural = "liens des titulaires"

    def __str__(self) -> str:
        return f"lien {self.pk}"


class ShareQuerySet(models.QuerySet["Share"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, ends_at__gt=at)

    def opened_with(self, token: str, at: datetime) -> Self:
        return self.in_force(at).filter(token_hash=hash_token(token))


class Share(models.Model):
    """An address that a holder gives to somebody, and may take back."""

    certificate = models.ForeignKey(
        Certificate, verbose_name="certificat", related_name="shares", on_delete=models.PROTECT
    )
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    label = models.CharField("pour", max_length=80, blank=True)
    made_at = models.DateTimeField("établi le")
    ends_at = models.DateTimeField("jusqu’au")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = "partage"
        verbose_name_plural = "partages"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="certificates_share_period")]

    def __str__(self) -> str:
        return f"partage {self.pk}"

    @property
    def last_day(self) -> date:
        """The last on which it opens, in Paris."""
        return timezone.localdate(self.ends_at - timedelta(microseconds=1))
