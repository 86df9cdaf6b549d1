"""People who hold what a certificate takes, and papers issued to them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from candidates.models import Enrolment
from certificates import copies, supplements
from certificates.enums import JobState
from certificates.models import Certificate, Duplicate, IssuingJob, SupplementFile
from certificates.services import (
    approve_revocation,
    issue_certificate,
    make_duplicate,
    reissue,
    request_revocation,
)
from organisations.models import AwardingBody, Presidency

from .candidates import make_acquired_block, make_enrolment
from .organisations import make_admin

SEVEN_BLOCKS = ("BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7")
ACQUIRED_ON = date(2021, 6, 30)
ISSUED_AT = datetime(2021, 7, 5, 9, 0, tzinfo=UTC)


def make_presidency(**fields: Any) -> Presidency:
    """Of the certifier that the standard names; in force since 2015 unless said otherwise."""
    fields = {"name": "Camille Fontenay", "starts_on": date(2015, 1, 1)} | fields
    return Presidency.objects.create(awarding_body=AwardingBody.objects.get(), **fields)


def make_holder(blocks: Iterable[str] = SEVEN_BLOCKS, *, presided: bool = True, **fields: Any) -> Enrolment:
    """An enrolment whose candidate holds these blocks, on evidence; with somebody to sign their papers."""
    enrolment = make_enrolment(**fields)
    for code in blocks:
        make_acquired_block(enrolment.candidate, code, acquired_on=ACQUIRED_ON)
    if presided and not Presidency.objects.exists():
        make_presidency()
    return enrolment


def make_certificate(*, by: User | None = None, at: datetime = ISSUED_AT, **fields: Any) -> Certificate:
    """Issued, and drawn if the test runs what follows a commit."""
    return issue_certificate(make_holder(**fields), by=by or make_admin(), at=at)


def make_revoked(certificate: Certificate, *, at: datetime = ISSUED_AT) -> Certificate:
    """A published paper, revoked by two people. The database takes no shorter way."""
    revocation = request_revocation(certificate, reason="Délivré sur une fausse pièce.", by=make_admin(), at=at)
    approve_revocation(revocation, by=make_admin(), at=at)
    return Certificate.objects.get(pk=certificate.pk)


def make_replaced(certificate: Certificate, *, at: datetime = ISSUED_AT, **identity: str) -> Certificate:
    """A published paper reissued for its holder's corrected identity: the new one, reserved."""
    for name, value in (identity or {"birth_name": "Corrigée"}).items():
        setattr(certificate.candidate, name, value)
    certificate.candidate.save()
    return reissue(certificate, by=make_admin(), at=at)


def make_supplement(certificate: Certificate) -> SupplementFile:
    """Of a published certificate, as a worker draws it."""
    supplement = supplements.keep_supplement(certificate.pk, at=ISSUED_AT)
    assert supplement is not None
    return supplement


def make_drawn_duplicate(certificate: Certificate) -> Duplicate:
    """Of a published paper, under a cover that takes no time to draw."""
    duplicate = make_duplicate(certificate, reason="Original perdu", by=make_admin(), at=ISSUED_AT)
    return copies.keep_duplicate(duplicate.pk, draw=lambda _, original: b"%PDF-cover " + original, at=ISSUED_AT)


def make_finished_job(*, by: User, at: datetime = ISSUED_AT) -> IssuingJob:
    """A batch that is over; whatever it issued is another builder's."""
    return IssuingJob.objects.create(requested_by=by, requested_at=at, state=JobState.DONE, finished_at=at)
