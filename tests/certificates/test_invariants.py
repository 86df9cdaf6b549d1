"""What `manage.py verify` tells once somebody has gone round the guards, and nothing of what services write."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from certificates import drawing
from certificates.enums import CertificateState, IssuingStep, JobState
from certificates.guards import GUARDS
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, Duplicate, IssuingJob, PaperDraft, Revocation, SupplementFile
from certificates.register import sign_state
from tests.builders.certificates import ISSUED_AT, make_certificate, make_replaced, make_revoked
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(db: None) -> None:
    """Until the test ends, and its transaction with it."""
    for guard in GUARDS:
        guard.remove(connection)


@pytest.fixture
def published() -> Certificate:
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


def told(code: str) -> list[str]:
    return list(next(invariant for invariant in INVARIANTS if invariant.code == code).find())


def _replaced(paper: Certificate) -> None:
    Certificate.objects.filter(pk=paper.pk).update(state=CertificateState.REPLACED)


def _revoked(paper: Certificate) -> None:
    Certificate.objects.filter(pk=paper.pk).update(state=CertificateState.REVOKED)


def _valid_again(paper: Certificate) -> None:
    make_revoked(paper)
    Certificate.objects.filter(pk=paper.pk).update(state=CertificateState.PUBLISHED)


def _of_somebody_else(paper: Certificate) -> None:
    Certificate.objects.filter(pk=paper.pk).update(replaces=make_certificate())


def _other_annex(paper: Certificate) -> None:
    SupplementFile.objects.update_or_create(
        certificate=paper, defaults={"content": b"autre", "sha256": "0" * 64, "drawn_at": ISSUED_AT}
    )


def _copy(paper: Certificate, **fields: object) -> None:
    Duplicate.objects.create(
        certificate=paper, rank=1, reason="Perte", context={}, made_by=make_admin(), made_at=ISSUED_AT, **fields
    )


def _draft(paper: Certificate) -> None:
    fields = {"content": b"x", "text": "", "pages": 1, "key_hash": "0" * 64, "written_at": ISSUED_AT}
    PaperDraft.objects.create(certificate=paper, step=IssuingStep.DRAWN, **fields)


BROKEN: dict[str, tuple[str, Callable[[Certificate], None]]] = {
    "replaced by nothing": ("certificates.replaced", _replaced),
    "revoked by nobody": ("certificates.revoked", _revoked),
    "revoked, and valid again": ("certificates.revoked", _valid_again),
    "replacing somebody else's": ("certificates.successors", _of_somebody_else),
    "another annex": ("certificates.copies", _other_annex),
    "another duplicate": (
        "certificates.copies",
        lambda paper: _copy(paper, content=b"autre", sha256="0" * 64, drawn_at=ISSUED_AT),
    ),
    "a duplicate that waits": ("certificates.duplicates", _copy),
    "a draft of a published paper": ("certificates.drafts", _draft),
}


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("code", "break_it"), BROKEN.values(), ids=BROKEN)
def test_what_goes_round_the_guards_is_told(published, code, break_it):
    assert told(code) == []

    break_it(published)

    assert any(published.number in reference for reference in told(code))


def test_what_services_write_is_not_told(published):
    new = drawing.draw_certificate(make_replaced(published).pk, at=ISSUED_AT)
    sign_state(published.pk, at=ISSUED_AT)
    make_revoked(new)
    sign_state(new.pk, at=ISSUED_AT)

    codes = ("replaced", "revoked", "successors", "copies", "duplicates", "drafts", "register", "numbers", "file")
    assert {code: told(f"certificates.{code}") for code in codes} == {code: [] for code in codes}


def test_a_revocation_asked_for_is_no_doubt(published):
    Revocation.objects.create(certificate=published, reason="Fraude", requested_by=make_admin(), requested_at=ISSUED_AT)

    assert told("certificates.revoked") == []


def test_a_batch_that_stands_still_is_told():
    job = IssuingJob.objects.create(requested_by=make_admin(), requested_at=ISSUED_AT)

    assert told("certificates.jobs") == [job.subject]
    IssuingJob.objects.update(state=JobState.DONE, finished_at=ISSUED_AT + timedelta(hours=1))
    assert told("certificates.jobs") == []
