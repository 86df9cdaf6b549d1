"""« Arrêter la délivrance »: at once, for everything, until somebody resumes."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from certificates import drawing
from certificates.enums import CertificateState, JobState
from certificates.models import Certificate, CertificateFile, IssuingJob, IssuingStop, NumberCounter
from certificates.services import (
    Wanted,
    issue_block_statement,
    issue_certificate,
    issue_next,
    request_issuing,
    resume_issuing,
    stop_issuing,
)
from certificates.services.refusals import AlreadyStopped, IssuingStopped, NotStopped
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

REASON = "Le modèle imprime un mauvais numéro d’accord."


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def stop(admin):
    return lambda: stop_issuing(reason=REASON, by=admin, at=ISSUED_AT)


def test_nothing_is_issued_while_stopped(admin, stop):
    enrolment = make_holder()
    block = enrolment.version.blocks.get(code="BC1")
    stop()

    with pytest.raises(IssuingStopped) as refused:
        issue_certificate(enrolment, by=admin, at=ISSUED_AT)
    with pytest.raises(IssuingStopped):
        issue_block_statement(enrolment, block, by=admin, at=ISSUED_AT)
    with pytest.raises(IssuingStopped):
        request_issuing([Wanted(enrolment)], by=admin, at=ISSUED_AT)

    assert REASON in refused.value.message
    assert not Certificate.objects.exists()
    assert not NumberCounter.objects.filter(last__gt=0).exists()


def test_a_job_keeps_its_items_waiting_and_goes_on_when_resumed(admin, stop, django_capture_on_commit_callbacks):
    job = request_issuing([Wanted(make_holder()), Wanted(make_holder())], by=admin, at=ISSUED_AT)
    issue_next(job.pk, at=ISSUED_AT)
    stop()

    assert not issue_next(job.pk, at=ISSUED_AT)

    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert Certificate.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        resume_issuing(by=admin, at=ISSUED_AT)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Certificate.objects.count() == 2


def test_an_item_met_by_the_stop_is_not_an_attempt_more(admin, stop, monkeypatch):
    """The worker had taken it when the stop came."""
    job = request_issuing([Wanted(make_holder())], by=admin, at=ISSUED_AT)
    stop()
    IssuingJob.objects.update(state=JobState.RUNNING)

    assert not issue_next(job.pk, at=ISSUED_AT)

    assert job.items.get().attempts == 0


@pytest.mark.parametrize("steps", range(4))
def test_a_paper_stays_at_its_step(admin, stop, steps):
    certificate = make_certificate()
    for _ in range(steps):
        drawing.advance(certificate.pk, at=ISSUED_AT)
    stop()

    stopped = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert stopped.state == CertificateState.RESERVED
    assert not CertificateFile.objects.exists()
    resume_issuing(by=admin, at=ISSUED_AT)
    assert drawing.draw_certificate(certificate.pk, at=ISSUED_AT).state == CertificateState.PUBLISHED


def test_the_database_refuses_too(stop, admin, monkeypatch):
    """Every service having forgotten to look."""
    sealed = make_certificate()
    for _ in range(3):
        drawing.advance(sealed.pk, at=ISSUED_AT)
    enrolment = make_holder()
    stop()
    with monkeypatch.context() as forgetful:
        forgetful.setattr(IssuingStop.objects, "in_force", IssuingStop.objects.none)

        with pytest.raises(IntegrityError, match="La délivrance est arrêtée"):
            issue_certificate(enrolment, by=admin, at=ISSUED_AT)
        with pytest.raises(IntegrityError, match="rien ne se publie"):
            drawing.draw_certificate(sealed.pk, at=ISSUED_AT)

    resume_issuing(by=admin, at=ISSUED_AT)
    assert issue_certificate(enrolment, by=admin, at=ISSUED_AT).sequence == 2  # the control: both pass once resumed
    assert drawing.draw_certificate(sealed.pk, at=ISSUED_AT).state == CertificateState.PUBLISHED


def test_it_is_stopped_once_and_resumed_once(admin, stop):
    stop()
    with pytest.raises(AlreadyStopped):
        stop()
    resume_issuing(by=admin, at=ISSUED_AT)
    with pytest.raises(NotStopped):
        resume_issuing(by=admin, at=ISSUED_AT)

    assert IssuingStop.objects.count() == 1


def test_the_journal_says_who_and_why(admin, stop):
    stopped = stop()
    resume_issuing(by=make_admin(), at=ISSUED_AT)

    entries = list(Entry.objects.filter(subject=stopped.subject).order_by("pk"))
    assert [entry.action for entry in entries] == ["issuing.stopped", "issuing.resumed"]
    assert entries[0].after == {"reason": REASON}
    assert entries[0].actor == admin.reference != entries[1].actor


def test_the_page_stops_and_resumes_and_every_page_of_the_secretariat_says_so(client, admin):
    client.force_login(admin)
    client.post(reverse("certificates:stop"), {"reason": REASON})

    for name in ("certificates:register", "certificates:to_issue", "certificates:stop", "home"):
        assert REASON in client.get(reverse(name)).content.decode()
    client.post(reverse("certificates:resume"))
    assert REASON not in client.get(reverse("certificates:register")).content.decode()


def test_a_stop_without_a_reason_is_asked_for_one(client, admin):
    client.force_login(admin)

    answer = client.post(reverse("certificates:stop"), {"reason": " "})

    assert answer.status_code == 400
    assert not IssuingStop.objects.exists()


def test_issuing_from_a_dossier_says_that_it_is_stopped(client, admin, stop):
    enrolment = make_holder()
    stop()
    client.force_login(admin)

    answer = client.post(reverse("certificates:issue", args=[enrolment.reference]))

    assert answer.status_code == 409
    assert REASON in answer.content.decode()
