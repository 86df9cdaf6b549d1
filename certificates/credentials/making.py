"""Making the credential of a published paper: by a worker, once."""

import logging
import secrets
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from journal.services import SYSTEM, record

from .. import register
from ..enums import CertificateState
from ..models import LIST_LENGTH, Certificate, Credential, StatusList
from . import issuer, proofs, status
from .badge import Place, badge_of

HALF_FULL = LIST_LENGTH // 2  # of a list: beyond, places at random grow hard to find, and the next list is opened
BATCH = 100

logger = logging.getLogger(__name__)


class NotVouchedFor(Exception):
    """The register does not say this paper valid: what a writer in the database put there is not to be signed."""


def unsigned() -> QuerySet[Certificate]:
    return Certificate.objects.filter(state=CertificateState.PUBLISHED, credential__isnull=True)


def sign_unsigned(*, at: datetime) -> None:
    """The oldest first. One that fails holds none back, and is told to whoever reads the logs."""
    if not settings.REGISTER_KEY:
        return
    for certificate in unsigned().select_related("replaces").order_by("published_at", "pk")[:BATCH]:
        try:
            sign_credential(certificate, at=at)
        except Exception:
            logger.exception("no credential for %s", certificate.number)


def sign_credential(certificate: Certificate, *, at: datetime) -> Credential:
    """The credential of a published paper; the same one if it has one. Raises `NotVouchedFor`."""
    while True:
        existing = Credential.objects.filter(certificate=certificate).first()
        if existing is not None:
            return existing
        if register.standing_of(certificate) is not register.Standing.VALID:
            raise NotVouchedFor(certificate.number)
        credential = _signed(certificate, *_free_place(at=at), at=at)
        try:
            return _keep(credential)
        except IntegrityError:
            # Another worker made it, or took the place meanwhile: ours never existed.
            if _is_refused_anyhow(credential):
                raise


def _is_refused_anyhow(credential: Credential) -> bool:
    """Neither is the place taken nor the paper served: trying again would end the same way."""
    taken = Credential.objects.filter(status_list=credential.status_list, status_index=credential.status_index)
    return not (taken | Credential.objects.filter(certificate=credential.certificate_id)).exists()


def _free_place(*, at: datetime) -> tuple[int, int]:
    """A list that is already served, and a place in it drawn at random."""
    number = StatusList.objects.order_by("-number").values_list("number", flat=True).first() or 1
    used = set(Credential.objects.filter(status_list=number).values_list("status_index", flat=True))
    if len(used) >= HALF_FULL:
        number, used = number + 1, set()
    if not StatusList.objects.filter(number=number).exists():
        status.publish(number, at=at)
    index = secrets.randbelow(LIST_LENGTH)
    while index in used:
        index = secrets.randbelow(LIST_LENGTH)
    return number, index


def _signed(certificate: Certificate, number: int, index: int, *, at: datetime) -> Credential:
    assert certificate.sha256  # A published paper has its file.  # noqa: S101
    identifier = uuid4()
    document, token = (
        badge_of(certificate.context, sha256=certificate.sha256, place=_place(identifier, address, index))
        for address in (status.document_address(number), status.token_address(number))
    )
    proved, signed = proofs.with_proof(document, at=at), proofs.as_token(token)
    return Credential(
        certificate=certificate,
        identifier=identifier,
        status_list=number,
        status_index=index,
        document=proved.text,
        token=signed.text,
        key_id=signed.key_id,
        signed_at=at,
    )


def _place(identifier: UUID, status_list: str, index: int) -> Place:
    return Place(
        issuer=issuer.did(),
        website=settings.SITE_URL,
        address=urljoin(settings.SITE_URL, reverse("certificates:credential_address", args=[identifier])),
        status_list=status_list,
        status_index=index,
    )


@transaction.atomic(durable=True)
def _keep(credential: Credential) -> Credential:
    credential.save(force_insert=True)
    record(
        f"{credential.certificate.kind}.credential_signed",
        subject=credential.certificate.subject,
        actor=SYSTEM,
        at=credential.signed_at,
        after={"credential": str(credential.identifier), "key": credential.key_id},
    )
    return credential
