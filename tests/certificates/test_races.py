"""Two people issue at once (PATTERNS F01, F09): on PostgreSQL only, and each race first proven without its lock."""

import pytest
from django.db import IntegrityError

from certificates import drawing
from certificates.enums import PaperKind
from certificates.models import Certificate, CertificateFile, NumberCounter
from certificates.services import CertificateRefused, issue_certificate, steps
from certificates.services import issuing as issuing_services
from tests.builders.certificates import ISSUED_AT, make_holder
from tests.builders.organisations import make_admin
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")

CLICKS = 8


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch):
    """Drawing is another race, tested apart."""
    monkeypatch.setattr(issuing_services.draw_certificate, "delay_on_commit", lambda **kwargs: None)


@pytest.fixture
def admin():
    return make_admin()


def issuing(enrolment, admin):
    return lambda: issue_certificate(enrolment, by=admin, at=ISSUED_AT)


def unlocked_number(kind, year):
    counter, _ = NumberCounter.objects.get_or_create(kind=kind, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def test_without_the_holder_s_lock_only_the_database_is_left_to_refuse(monkeypatch, admin):
    """The control: the clicks do meet, and the unique constraint alone stops the second paper."""
    enrolment = make_holder()
    NumberCounter.objects.create(kind=PaperKind.CERTIFICATE, year=2021)
    monkeypatch.setattr(issuing_services, "lock_holder", lambda candidate_id: None)

    results = at_once(*[issuing(enrolment, admin)] * CLICKS)

    assert any(isinstance(result, IntegrityError) for result in results)
    assert Certificate.objects.count() == 1


def test_one_certificate_however_many_click(admin):
    enrolment = make_holder()

    results = at_once(*[issuing(enrolment, admin)] * CLICKS)

    assert sum(isinstance(result, Certificate) for result in results) == 1
    assert sum(isinstance(result, CertificateRefused) for result in results) == CLICKS - 1
    assert Certificate.objects.get().number == "CQP-2021-000001"


def test_without_the_counter_s_lock_numbers_collide(monkeypatch, admin):
    enrolments = [make_holder() for _ in range(CLICKS)]
    NumberCounter.objects.create(kind=PaperKind.CERTIFICATE, year=2021)
    monkeypatch.setattr(steps, "next_sequence", unlocked_number)

    results = at_once(*[issuing(enrolment, admin) for enrolment in enrolments])

    assert any(isinstance(result, IntegrityError) for result in results)


def test_numbers_taken_together_are_contiguous_whatever_is_refused_between(admin):
    enrolments = [make_holder() for _ in range(CLICKS)]
    refused = [make_holder(["BC1"]) for _ in range(3)]

    at_once(*[issuing(enrolment, admin) for enrolment in [*enrolments, *refused]])

    sequences = sorted(Certificate.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, CLICKS + 1))
    assert NumberCounter.objects.get(kind=PaperKind.CERTIFICATE).last == CLICKS


def test_two_workers_on_one_paper_publish_it_once(admin):
    certificate = issue_certificate(make_holder(), by=admin, at=ISSUED_AT)

    results = at_once(*[lambda: drawing.draw_certificate(certificate.pk, at=ISSUED_AT)] * 2)

    assert {result.sha256 for result in results} == {CertificateFile.objects.get().sha256}
