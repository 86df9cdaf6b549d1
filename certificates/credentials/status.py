"""The lists of states: a bit per credential, set once its paper is replaced or revoked, and never cleared."""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from .. import signatures
from ..models import LIST_LENGTH, Credential, StatusList
from . import issuer, proofs
from .badge import W3C
from .multibase import base64url

RENEWED_AFTER = timedelta(hours=12)
GOOD_FOR = timedelta(days=3)  # An old list kept by somebody, to hide a revocation, is refused after that.
CACHED_FOR = timedelta(seconds=30)  # by whoever asked; with the sweep, less than a minute behind a revocation


def document_address(number: int) -> str:
    return urljoin(settings.SITE_URL, reverse("certificates:status_list", args=[number]))


def token_address(number: int) -> str:
    return urljoin(settings.SITE_URL, reverse("certificates:status_list_token", args=[number]))


def is_current(status_list: StatusList) -> bool:
    """It says of each credential what the rows say at this instant."""
    return status_list.ended == Credential.objects.ended().filter(status_list=status_list.number).count()


def publish_changed(*, at: datetime) -> None:
    """Sign anew the lists that lag, age, or were signed by a key that is no longer ours. Nothing on a web server."""
    if not settings.REGISTER_KEY:
        return
    own = signatures.public_id(signatures.signing_key().public_key())
    for status_list in StatusList.objects.defer("document", "token").order_by("number"):
        is_old = status_list.signed_at < at - RENEWED_AFTER or status_list.key_id != own
        if is_old or not is_current(status_list):
            publish(status_list.number, at=at)


@transaction.atomic(durable=True)
def publish(number: int, *, at: datetime) -> StatusList:
    """Sign this list as it is now. Two workers wait for each other, and the last one knows what the first knew."""
    StatusList.objects.get_or_create(
        number=number, defaults={"ended": 0, "document": "", "token": "", "key_id": "", "signed_at": at}
    )
    status_list = StatusList.objects.select_for_update(of=("self",)).get(number=number)
    ended = Credential.objects.ended().filter(status_list=number)
    indexes = list(ended.values_list("status_index", flat=True))
    bits = base64url(bitstring(indexes))
    document = proofs.with_proof(list_credential(document_address(number), bits, at=at), at=at)
    token = proofs.as_token(list_credential(token_address(number), bits, at=at))
    status_list.ended = len(indexes)
    status_list.document, status_list.token, status_list.key_id = document.text, token.text, token.key_id
    status_list.signed_at = at
    status_list.save()
    return status_list


def bitstring(indexes: Iterable[int]) -> bytes:
    """Compressed, the first index at the left; the same bits give the same bytes."""
    bits = bytearray(LIST_LENGTH // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return gzip.compress(bytes(bits), mtime=0)


def list_credential(address: str, encoded_list: str, *, at: datetime) -> dict[str, Any]:
    return {
        "@context": [W3C],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did(),
        "validFrom": _instant(at),
        "validUntil": _instant(at + GOOD_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list,
            "ttl": int(CACHED_FOR.total_seconds() * 1000),
        },
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
