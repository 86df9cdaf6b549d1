"""The holder's own gestures, and the link by which the secretariat lets them in again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from candidates.models import Candidate
from correspondence.services import post
from journal.services import record
from organisations.tokens import hash_token

from .. import holding
from ..enums import CertificateState
from ..models import PUBLIC, Certificate, HolderLink, Share
from .refusals import HolderWithoutAddress, NotPublished, ShareOver, ShareTooLong

LONGEST_SHARE = timedelta(days=366)


@transaction.atomic(durable=True)
def send_holder_link(candidate: Candidate, *, by: User, at: datetime) -> None:
    """Mail a new link to whoever holds a published paper: those sent before no longer open anything.

    Raises `HolderWithoutAddress` or `NotPublished`.
    """
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    if not candidate.email:
        raise HolderWithoutAddress
    if not candidate.certificates.filter(state__in=PUBLIC).exists():
        raise NotPublished
    withdrawn = candidate.holder_links.in_force().update(revoked_at=at)
    key = f"holder-link:{candidate.pk}:{timezone.localtime(at).isoformat()}"
    post(holding.LINK_MAIL, key=key, to=candidate.email, about=candidate.reference, at=at)
    record(
        "holder.link_sent",
        subject=candidate.reference,
        actor=by.reference,
        at=at,
        after={"withdrawn": withdrawn},
    )


@transaction.atomic(durable=True)
def share(
    certificate: Certificate, *, link: HolderLink, form: str, label: str, ends_at: datetime, at: datetime
) -> tuple[Share, str]:
    """An address at which the holder lets somebody read this paper, and its secret, which is told this once.

    The same form sent twice is the same share, as long as it opens. Raises `NotPublished`, `ShareTooLong` or
    `ShareOver`.
    """
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.state != CertificateState.PUBLISHED:
        raise NotPublished
    if not at < ends_at <= at + LONGEST_SHARE:
        raise ShareTooLong
    token = holding.share_token(link, form)
    made, is_new = Share.objects.get_or_create(
        token_hash=hash_token(token),
        defaults={"certificate": certificate, "label": label.strip(), "made_at": at, "ends_at": ends_at},
    )
    if not Share.objects.in_force(at).filter(pk=made.pk, certificate=certificate).exists():
        raise ShareOver
    if is_new:
        _journal(made, "shared", at=at, ends_at=made.ends_at)
    return made, token


@transaction.atomic(durable=True)
def take_back(given: Share, *, at: datetime) -> Share:
    """From now on its address answers as one that never was. Taken back already, it stays so."""
    given = Share.objects.select_for_update(of=("self",)).select_related("certificate__candidate").get(pk=given.pk)
    if given.revoked_at is None:
        given.revoked_at = at
        given.save(update_fields=["revoked_at"])
        _journal(given, "share_taken_back", at=at)
    return given


def _journal(given: Share, action: str, *, at: datetime, **facts: datetime) -> None:
    """To whom is the holder's own business."""
    certificate = given.certificate
    record(
        f"{certificate.kind}.{action}",
        subject=certificate.subject,
        actor=certificate.candidate.reference,
        at=at,
        after={"share": given.pk, **facts},
    )
