"""People who hold what a certificate takes, and papers issued to them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from candidates.models import Enrolment
from certificates.models import Certificate
from certificates.services import issue_certificate
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
