"""What is recorded of a person, whatever their enrolments: the secretariat's word."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.models import CatalogueBlock
from journal.services import record

from ..enums import AcquisitionOrigin
from ..identity import Identity
from ..models import AcquiredBlock, Candidate
from .refusals import AcquisitionInFuture, BlockAlreadyHeld, EvidenceMissing, IdentityTaken


@transaction.atomic(durable=True)
def record_acquired_block(
    candidate: Candidate,
    catalogue_block: CatalogueBlock,
    *,
    acquired_on: date,
    evidence: str,
    by: User,
    at: datetime,
) -> AcquiredBlock:
    """Record a block that another certification or an older jury of the branch awarded, with what proves it."""
    if not evidence.strip():
        raise EvidenceMissing
    if acquired_on > timezone.localdate(at):
        raise AcquisitionInFuture
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    if candidate.acquired_blocks.filter(catalogue_block=catalogue_block).exists():
        raise BlockAlreadyHeld
    acquired = AcquiredBlock.objects.create(
        candidate=candidate,
        catalogue_block=catalogue_block,
        acquired_on=acquired_on,
        origin=AcquisitionOrigin.RECORDED,
        evidence=evidence.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    record(
        "acquired_block.recorded",
        subject=candidate.reference,
        actor=by.reference,
        at=at,
        after={"block": catalogue_block.key, "acquired_on": acquired_on},
    )
    return acquired


@transaction.atomic(durable=True)
def correct_identity(candidate: Candidate, identity: Identity, *, email: str, by: User, at: datetime) -> Candidate:
    """Put right what the civil status says. Papers already issued keep what they were issued with.

    The journal says which details changed and never what they were: it is not to hold personal data.
    """
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    if Candidate.objects.same_person(identity).exclude(pk=candidate.pk).exists():
        raise IdentityTaken
    details = {name: getattr(identity, name) for name in Identity.field_names()} | {"email": email}
    changed = [name for name, value in details.items() if getattr(candidate, name) != value]
    if not changed:
        return candidate
    for name in changed:
        setattr(candidate, name, details[name])
    candidate.save()
    record(
        "candidate.identity_corrected",
        subject=candidate.reference,
        actor=by.reference,
        at=at,
        after={"changed": changed},
    )
    return candidate
