"""Reserved, drawn, checked, sealed, published (PATTERNS F02): whatever dies between two steps is taken up again."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from certificates import drawing, keys, register
from certificates.enums import CertificateState, IssuingStep
from certificates.models import PUBLIC, Certificate, CertificateFile, PaperDraft, RegisterEntry
from certificates.services import issuing
from documents.drawing import DrawingRefused
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate
from tests.builders.organisations import make_admin
from tests.processes import leashed
from tests.races import at_once

KILLS = int(os.environ.get("STEP_KILLS", "2"))  # crashes at each boundary
REAL_KILLS = int(os.environ.get("REAL_KILLS", "6"))

pytestmark = pytest.mark.django_db

# What each boundary runs last before its step is written, and first after.
BOUNDARIES = {
    "before it is drawn": ("draw_step", "before"),
    "once drawn": ("draw_step", "after"),
    "before it is checked": ("check_step", "before"),
    "once checked": ("check_step", "after"),
    "before it is sealed": ("seal_step", "before"),
    "once sealed": ("seal_step", "after"),
    "before it is published": ("publish_step", "before"),
    "while it is published": ("_publish", "after"),
    "once published": ("publish_step", "after"),
}


class WorkerDied(BaseException):
    """As a killed process: nothing of ours catches it."""


def dying(step, when):
    def act(*args, **kwargs):
        if when == "before":
            raise WorkerDied
        step(*args, **kwargs)
        raise WorkerDied

    return act


def broken(name, when):
    """The step of that name, which its worker dies before or after."""
    step = dying(getattr(drawing, name), when)
    steps = {key: step if value.__name__ == name else value for key, value in drawing.STEPS.items()}
    return {name: step, "STEPS": steps}


def assert_whole(certificate):
    certificate.refresh_from_db()
    file = CertificateFile.objects.get(certificate=certificate)
    assert certificate.state == CertificateState.PUBLISHED
    assert hashlib.sha256(bytes(file.content)).hexdigest() == certificate.sha256
    assert register.standing_of(certificate) is register.Standing.VALID
    assert not PaperDraft.objects.filter(certificate=certificate).exists()
    assert Entry.objects.filter(action="certificate.published", subject=certificate.subject).count() == 1


def test_the_steps_follow_each_other_and_the_public_knows_the_last_alone():
    certificate = make_certificate()
    seen = []

    while drawing.advance(certificate.pk, at=ISSUED_AT):
        certificate.refresh_from_db()
        draft = PaperDraft.objects.filter(certificate=certificate).first()
        seen.append((draft.step if draft else None, certificate.state in PUBLIC))

    assert seen == [
        (IssuingStep.DRAWN, False),
        (IssuingStep.CHECKED, False),
        (IssuingStep.SEALED, False),
        (None, True),
    ]
    assert_whole(certificate)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_worker_that_dies_there_loses_nothing(boundary, monkeypatch):
    admin = make_admin()
    for _ in range(KILLS):
        certificate = make_certificate(by=admin)
        with monkeypatch.context() as patched:
            for name, value in broken(*BOUNDARIES[boundary]).items():
                patched.setattr(drawing, name, value)
            with pytest.raises(WorkerDied):
                drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
        certificate.refresh_from_db()
        # Never half visible: published with its bytes and its signed state, or not at all.
        files = CertificateFile.objects.filter(certificate=certificate).count()
        entries = RegisterEntry.objects.filter(certificate=certificate).count()
        assert files == entries == int(certificate.state == CertificateState.PUBLISHED)

        drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

        assert_whole(certificate)


def test_what_was_drawn_is_what_is_published(monkeypatch):
    """Taken up after a crash, the paper is not drawn again: its key and its bytes are those of the first drawing."""
    certificate = make_certificate()
    drawing.advance(certificate.pk, at=ISSUED_AT)
    drawn = PaperDraft.objects.get()
    monkeypatch.setattr(drawing, "draw_paper", lambda *args: pytest.fail("drawn again"))

    published = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert published.key_hash == drawn.key_hash
    assert bytes(published.file.content) == bytes(drawn.content)


def test_a_refused_check_throws_the_draft_away_and_says_why(monkeypatch):
    certificate = make_certificate()
    drawing.advance(certificate.pk, at=ISSUED_AT)

    def refuse(*args, **kwargs):
        raise DrawingRefused(["Il manque le nom."])

    with monkeypatch.context() as refusing:
        refusing.setattr(drawing, "check_drawn", refuse)
        assert not drawing.advance(certificate.pk, at=ISSUED_AT)

    certificate.refresh_from_db()
    assert (certificate.attempts, certificate.last_error) == (1, "Il manque le nom.")
    assert not PaperDraft.objects.exists()
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    assert_whole(certificate)


def test_a_key_that_is_not_on_the_paper_refuses_it():
    certificate = make_certificate()
    drawing.advance(certificate.pk, at=ISSUED_AT)
    PaperDraft.objects.update(key_hash=keys.hash_of("une autre"))

    refused = drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert refused.state == CertificateState.RESERVED
    assert "clé" in refused.last_error


def test_a_step_written_late_by_a_slow_worker_changes_nothing():
    certificate = make_certificate()
    drawing.advance(certificate.pk, at=ISSUED_AT)
    late = PaperDraft.objects.get()
    drawing.advance(certificate.pk, at=ISSUED_AT)
    drawing.advance(certificate.pk, at=ISSUED_AT)

    drawing.check_step(certificate, late, ISSUED_AT)

    assert PaperDraft.objects.get().step == IssuingStep.SEALED


def test_a_worker_still_drawing_when_another_publishes_leaves_nothing_behind(monkeypatch):
    certificate = make_certificate()
    draw = drawing.draw_paper

    def draw_slowly(*args):
        with monkeypatch.context() as quicker:
            quicker.setattr(drawing, "draw_paper", draw)
            drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
        return draw(*args)

    monkeypatch.setattr(drawing, "draw_paper", draw_slowly)

    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert_whole(certificate)


@pytest.mark.usefixtures("committed", "postgresql")
def test_four_workers_on_each_paper_publish_it_once(monkeypatch):
    monkeypatch.setattr(issuing.draw_certificate, "delay_on_commit", lambda **kwargs: None)
    admin = make_admin()
    certificates = [make_certificate(by=admin) for _ in range(4)]

    for certificate in certificates:
        at_once(*[lambda certificate=certificate: drawing.draw_certificate(certificate.pk, at=ISSUED_AT)] * 4)

        assert_whole(certificate)


WORKER = """
import django
django.setup()
from django.utils import timezone
from certificates import drawing
from certificates.models import Certificate
print("ready", flush=True)
while pending := list(Certificate.objects.waiting().order_by("pk").values_list("pk", flat=True)):
    for pk in pending:
        drawing.draw_certificate(pk, at=timezone.now())
"""


def worker():
    database = connection.settings_dict
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": _url(database)}
    return leashed([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, text=True)


def _url(database):
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@pytest.mark.usefixtures("committed", "postgresql")
def test_processes_killed_while_they_draw_leave_nothing_lost_double_or_half_visible(monkeypatch):
    monkeypatch.setattr(issuing.draw_certificate, "delay_on_commit", lambda **kwargs: None)
    chance = random.Random(1)  # noqa: S311
    admin = make_admin()
    certificates = [make_certificate(by=admin, candidate=None) for _ in range(REAL_KILLS * 3)]
    killed = 0
    while killed < REAL_KILLS and Certificate.objects.waiting().exists():
        process = worker()
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.05, 1.2))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate()
        published = Certificate.objects.filter(state=CertificateState.PUBLISHED)
        assert not CertificateFile.objects.exclude(certificate__in=published).exists()
        assert published.filter(file__isnull=True).count() == 0

    for certificate in certificates:
        drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    assert killed == REAL_KILLS
    for certificate in certificates:
        assert CertificateFile.objects.filter(certificate=certificate).count() == 1
        assert RegisterEntry.objects.filter(certificate=certificate).count() == 1
    assert not PaperDraft.objects.exists()
