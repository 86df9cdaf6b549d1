"""The open formats of the papers: signed credentials, and the lists that say which of them have ended."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ..enums import CertificateState
from .certificates import Certificate
from .lifecycle import RegisterEntry

LIST_LENGTH = 131_072  # bits: the least that the standard allows, so that a look at one index tells nothing
ENDED = (CertificateState.REPLACED, CertificateState.REVOKED)


class CredentialQuerySet(models.QuerySet["Credential"]):
    def ended(self) -> Self:
        """By their row, or by what the register has signed: a row put back by hand does not revive its credential."""
        signed = RegisterEntry.objects.filter(certificate=OuterRef("certificate"), state__in=ENDED)
        return self.filter(Q(certificate__state__in=ENDED) | Exists(signed))


class Credential(models.Model):
    """The verifiable credential of a published paper, as it was signed: never signed again.

    `document` carries its proof (Data Integrity), `token` is the same one as a JWT. The place in the list is drawn at
    random: what a verifier looks up there tells nothing of the papers issued before and after.
    """

    certificate = models.OneToOneField(
        Certificate, verbose_name="certificat", related_name="credential", on_delete=models.PROTECT
    )
    identifier = models.UUIDField("identifiant", unique=True)
    status_list = models.PositiveSmallIntegerField("liste d’états")
    status_index = models.PositiveIntegerField("rang dans la liste")
    document = models.TextField("justificatif")
    token = models.TextField("jeton")
    key_id = models.CharField("clé", max_length=64)
    signed_at = models.DateTimeField("signé le")

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = "justificatif numérique"
        verbose_name_plural = "justificatifs numériques"
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="certificates_credential_place"),
            models.CheckConstraint(
                condition=Q(status_list__gte=1, status_index__lt=LIST_LENGTH), name="certificates_credential_in_list"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(token="") & ~Q(key_id=""), name="certificates_credential_signed"
            ),
        ]

    def __str__(self) -> str:
        return f"justificatif {self.certificate}"


class StatusList(models.Model):
    """A list of states as it is served, in both forms, while `ended` counts the papers that have."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    ended = models.PositiveIntegerField("justificatifs éteints")
    document = models.TextField("liste signée")
    token = models.TextField("jeton")
    key_id = models.CharField("clé", max_length=64)
    signed_at = models.DateTimeField("signée le")

    class Meta:
        verbose_name = "liste d’états"
        verbose_name_plural = "listes d’états"

    def __str__(self) -> str:
        return f"liste {self.number}"
