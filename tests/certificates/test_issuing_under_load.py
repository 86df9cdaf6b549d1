"""Issuing under load, on PostgreSQL: clicks by the dozen, and batches whose workers are killed.

Small in the suite. The sizes asked for: CLICKS=64 ROUNDS=100, INELIGIBLE_BATCHES=200, and BATCH=200 KILLS=6, with
a Redis of its own: LOAD_REDIS_URL=redis://127.0.0.1:6379/9.
"""

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock
from certificates.enums import CertificateState, ItemState, JobState
from certificates.models import Certificate, CertificateFile, IssuingJob, NumberCounter, PaperDraft
from certificates.services import CertificateRefused, Wanted, issue_certificate, issue_next, request_issuing
from certificates.services import issuing as issuing_services
from certificates.services import jobs as job_services
from correspondence.models import Mail
from tests.builders.certificates import ISSUED_AT, make_holder
from tests.builders.organisations import make_admin
from tests.processes import kill_group, leashed
from tests.races import at_once

CLICKS = int(os.environ.get("CLICKS", "8"))
ROUNDS = int(os.environ.get("ROUNDS", "2"))
INELIGIBLE_BATCHES = int(os.environ.get("INELIGIBLE_BATCHES", "1"))
BATCH = int(os.environ.get("BATCH", "0"))
KILLS = int(os.environ.get("KILLS", "6"))
REDIS = os.environ.get("LOAD_REDIS_URL", "")
WITHIN = 900  # seconds for a whole batch
PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("committed", "postgresql")


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def asleep(monkeypatch):
    """No message leaves: the test says who works, and when."""
    monkeypatch.setattr(issuing_services.draw_certificate, "delay_on_commit", lambda **kwargs: None)
    monkeypatch.setattr(job_services, "wake_job", lambda job_id: None)


@contextmanager
def without_the_constraint():
    """The unique index that is the last to refuse a second live certificate."""
    name = "certificates_certificate_single_live"
    constraint = next(row for row in Certificate._meta.constraints if row.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Certificate, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM certificates_certificate")
            cursor.execute("SET session_replication_role = DEFAULT")
        with connection.schema_editor() as editor:
            editor.add_constraint(Certificate, constraint)


@pytest.mark.usefixtures("asleep")
def test_without_its_guards_one_dossier_gets_several_certificates(admin, monkeypatch):
    """The control: lock and constraint off, the same clicks make more than one paper."""
    enrolment = make_holder()
    NumberCounter.objects.create(kind="certificate", year=2021)
    monkeypatch.setattr(issuing_services, "lock_holder", lambda candidate_id: None)
    with without_the_constraint():
        at_once(*[lambda: issue_certificate(enrolment, by=admin, at=ISSUED_AT)] * CLICKS)
        made = Certificate.objects.count()

    assert made > 1


@pytest.mark.usefixtures("asleep")
def test_one_certificate_per_dossier_however_many_click(admin):
    for number in range(1, ROUNDS + 1):
        enrolment = make_holder()

        results = at_once(*[lambda enrolment=enrolment: issue_certificate(enrolment, by=admin, at=ISSUED_AT)] * CLICKS)

        assert sum(isinstance(result, Certificate) for result in results) == 1
        assert sum(isinstance(result, CertificateRefused) for result in results) == CLICKS - 1
        assert Certificate.objects.filter(enrolment=enrolment).get().sequence == number
    assert NumberCounter.objects.get().last == ROUNDS


@pytest.mark.usefixtures("asleep")
def test_the_ineligible_one_of_a_batch_is_the_one_refused(admin):
    """PATTERNS F03: each is judged on its own row, wherever it stands, and whatever was true when it was asked for."""
    chance = Random(3)  # noqa: S311
    size = 50 if INELIGIBLE_BATCHES > 1 else 6
    for _ in range(INELIGIBLE_BATCHES):
        holders = [make_holder() for _ in range(size)]
        wrong = chance.choice(holders)
        job = request_issuing([Wanted(holder) for holder in holders], by=admin, at=ISSUED_AT)
        _lose_a_block(wrong)

        while issue_next(job.pk, at=ISSUED_AT):
            pass

        refused = job.items.get(state=ItemState.REFUSED)
        assert refused.enrolment == wrong
        assert job.items.filter(state=ItemState.ISSUED).count() == size - 1
        assert not Certificate.objects.filter(enrolment=wrong).exists()


def _lose_a_block(enrolment):
    """As what nobody can do through a service: the guards are lifted for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        AcquiredBlock.objects.filter(
            candidate=enrolment.candidate,
            catalogue_block=enrolment.version.blocks.get(code="BC1").catalogue_block_id,
            origin=AcquisitionOrigin.RECORDED,
        ).delete()
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.usefixtures("asleep")
def test_two_workers_on_one_job_issue_each_item_once_and_in_order(admin):
    holders = [make_holder() for _ in range(6)]
    job = request_issuing([Wanted(holder) for holder in holders], by=admin, at=ISSUED_AT)

    def work():
        while issue_next(job.pk, at=ISSUED_AT):
            pass

    at_once(*[work] * 4)

    items = job.items.order_by("position").select_related("certificate")
    assert [item.certificate.sequence for item in items] == list(range(1, 7))
    assert IssuingJob.objects.get().state == JobState.DONE


class Workers:
    """A real Celery, with its beat, on the test's database."""

    def __init__(self, folder):
        self.folder, self.group = folder, None
        row = connection.settings_dict
        address = f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST'] or '127.0.0.1'}:{row['PORT'] or 5432}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "rncp31395.settings",
            "DATABASE_URL": f"{address}/{row['NAME']}",
            "REDIS_URL": REDIS,
            "DATA_DIR": str(folder),
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "SITE_URL": "http://testserver",
            "DEMO": "0",
        }

    def start(self):
        program = [sys.executable, "-m", "celery", "-A", "rncp31395", "worker", "-B", "-c", "2", "-l", "WARNING"]
        with (self.folder / "worker.log").open("ab") as log:
            self.group = leashed(
                [*program, "-s", str(self.folder / "beat")],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self):
        kill_group(self.group)


@pytest.mark.skipif(not (BATCH and REDIS), reason="BATCH and LOAD_REDIS_URL say how many, and on which Redis")
def test_a_batch_whose_workers_are_killed_and_whose_broker_is_emptied(admin, tmp_path, monkeypatch):
    import redis

    monkeypatch.setattr(job_services, "wake_job", lambda job_id: None)  # the sweep finds it: one loss more
    broker = redis.Redis.from_url(REDIS)
    broker.flushdb()
    holders = [make_holder() for _ in range(BATCH)]
    for rank, holder in enumerate(holders):
        type(holder.candidate).objects.filter(pk=holder.candidate_id).update(email=f"titulaire.{rank}@example.org")
    job = request_issuing([Wanted(holder) for holder in holders], by=admin, at=timezone.now())
    workers = Workers(tmp_path)
    started, kills, flushed, seen = time.monotonic(), 0, False, 0
    workers.start()
    try:
        while time.monotonic() - started < WITHIN:
            time.sleep(0.2)
            published = Certificate.objects.filter(state=CertificateState.PUBLISHED).count()
            if kills < KILLS and published >= (kills + 1) * BATCH // (KILLS + 2):
                workers.kill()
                kills += 1
                if kills == KILLS // 2:
                    broker.flushdb()
                    flushed = True
                workers.start()
            seen = max(seen, Certificate.objects.count() - published)
            if published == BATCH and Mail.objects.filter(state="sent").count() == BATCH:
                break
    finally:
        workers.kill()

    sequences = sorted(Certificate.objects.values_list("sequence", flat=True))
    files = [path for path in (tmp_path / "mail").rglob("*") if path.is_file()]
    identifiers = [
        line.split(":", 1)[1].strip()
        for path in files
        for line in path.read_text(errors="replace").splitlines()
        if line.lower().startswith("message-id:")
    ]
    sys.stdout.write(
        json.dumps(
            {
                "batch": BATCH,
                "kills": kills,
                "flushed": flushed,
                "seconds": round(time.monotonic() - started),
                "published": Certificate.objects.filter(state=CertificateState.PUBLISHED).count(),
                "numbers": [sequences[0], sequences[-1], len(set(sequences))],
                "mails": len(identifiers),
                "distinct": len(set(identifiers)),
                "most in flight": seen,
            }
        )
        + "\n"
    )
    assert (kills, flushed) == (KILLS, True)
    assert sequences == list(range(1, BATCH + 1))
    assert (
        CertificateFile.objects.count() == Certificate.objects.filter(state=CertificateState.PUBLISHED).count() == BATCH
    )
    assert not PaperDraft.objects.exists()
    assert Mail.objects.filter(state="sent").count() == BATCH
    assert len(set(identifiers)) == BATCH
    job.refresh_from_db()
    assert job.state == JobState.DONE
