"""The signed register: each state of a paper is a signed entry, and nothing is said valid without its signature."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from documents.drawing import DrawingRefused

from .enums import CertificateState
from .models import PUBLIC, Certificate, CertificateQuerySet, RegisterEntry
from .signatures import canonical, is_signed, sha256_of, sign


class Standing(StrEnum):
    """What the register says of a paper to whoever asks."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"
    ANOMALY = "anomaly"  # the row is not what was signed: nobody may rely on it until somebody has looked


_STANDINGS = {
    CertificateState.PUBLISHED: Standing.VALID,
    CertificateState.REPLACED: Standing.REPLACED,
    CertificateState.REVOKED: Standing.REVOKED,
}


def payload_of(certificate: Certificate, *, rank: int) -> dict[str, Any]:
    """All that a forger would want to change, in plain JSON: the words by their fingerprint, the rest as it is."""
    return {
        "number": certificate.number,
        "kind": certificate.kind,
        "state": certificate.state,
        "rank": rank,
        "context": sha256_of(certificate.context),
        "delivered_on": certificate.delivered_on.isoformat(),
        "sha256": certificate.sha256,
        "key_hash": certificate.key_hash,
        "replaces": certificate.replaces.number if certificate.replaces else None,
    }


def enter(certificate: Certificate, *, at: datetime) -> RegisterEntry:
    """Sign the paper's present state, inside the caller's transaction. Signed already, it stays as it is.

    Raises `signatures.RegisterKeyMissing` on a server that only verifies.
    """
    last = certificate.register_entries.order_by("-rank").first()
    if last and last.payload == payload_of(certificate, rank=last.rank):
        return last
    rank = last.rank + 1 if last else 1
    payload = payload_of(certificate, rank=rank)
    key_id, signature = sign(canonical(payload))
    return RegisterEntry.objects.create(
        certificate=certificate,
        rank=rank,
        state=certificate.state,
        payload=payload,
        key_id=key_id,
        signature=signature,
        signed_at=at,
    )


@transaction.atomic(durable=True)
def sign_state(certificate_id: int, *, at: datetime) -> RegisterEntry:
    certificate = Certificate.objects.lock(certificate_id)
    return enter(certificate, at=at)


def standing_of(certificate: Certificate) -> Standing:
    """Of a public paper. One that has ended says so even before a worker has signed its end: the safe side."""
    return _standing(certificate, certificate.register_entries.order_by("-rank").first())


def refuse_unless_valid(certificate: Certificate) -> None:
    """What a writer in the database put there is not to be drawn, sealed and signed any further.

    Raises `DrawingRefused`.
    """
    if standing_of(certificate) is not Standing.VALID:
        raise DrawingRefused(["Le registre ne confirme pas ce document : comparez-le à celui qui a été remis."])


def standings_of(certificates: Sequence[Certificate]) -> dict[int, Standing]:
    """Those of a page by the paper's key, in one query; what is not public has none."""
    public = [certificate for certificate in certificates if certificate.is_public]
    entries = RegisterEntry.objects.filter(certificate__in=public).order_by("certificate", "rank")
    last = {entry.certificate_id: entry for entry in entries}
    return {certificate.pk: _standing(certificate, last.get(certificate.pk)) for certificate in public}


def _standing(certificate: Certificate, entry: RegisterEntry | None) -> Standing:
    if entry is None or not holds(entry):
        return Standing.ANOMALY
    state = CertificateState(certificate.state)
    if entry.payload == payload_of(certificate, rank=entry.rank):
        return _STANDINGS[state]
    was_valid = entry.payload == payload_of(certificate, rank=entry.rank) | {"state": CertificateState.PUBLISHED}
    if was_valid and state in {CertificateState.REPLACED, CertificateState.REVOKED}:
        return _STANDINGS[state]
    return Standing.ANOMALY


def holds(entry: RegisterEntry) -> bool:
    """Its signature is by a key that this server trusts, on these very words."""
    return is_signed(canonical(entry.payload), key_id=entry.key_id, signature=entry.signature)


def unsigned() -> CertificateQuerySet:
    """Public papers whose present state the register has not signed, their last signed state beside: `signed_state`."""
    last = RegisterEntry.objects.filter(certificate=OuterRef("pk")).order_by("-rank").values("state")[:1]
    papers = Certificate.objects.filter(state__in=PUBLIC).annotate(signed_state=Subquery(last))
    return papers.filter(Q(signed_state__isnull=True) | ~Q(signed_state=F("state")))


def never_signed() -> CertificateQuerySet:
    """Those of before the register had its key. Signing them is somebody's act, once they have looked."""
    return unsigned().filter(Q(signed_state__isnull=True))


def ended_unsigned() -> CertificateQuerySet:
    """Those that have ended since. A first entry is never made from here: it would sign whatever a writer has put."""
    return unsigned().filter(Q(signed_state=CertificateState.PUBLISHED))
