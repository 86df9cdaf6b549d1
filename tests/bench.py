"""The measures of docs/performance.md, printed as JSON lines: `make bench`.

Each measure is the median of several runs on this machine, on a database of its own, thrown away afterwards.
"""

import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.cache import cache  # noqa: E402  (the settings come first)
from django.core.management import call_command  # noqa: E402  (the settings come first)
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates import drawing, keys, printing  # noqa: E402
from certificates.models import Certificate  # noqa: E402
from documents import sealing, specimen_seal  # noqa: E402
from evaluations.facts import proposals_of  # noqa: E402
from journal.services import record  # noqa: E402
from juries import packing, services  # noqa: E402
from juries import services as juries  # noqa: E402
from rulebook.composition import judge_composition  # noqa: E402
from tests import bench_live, bench_register  # noqa: E402
from tests.builders.candidates import make_cohort, make_enrolment  # noqa: E402
from tests.builders.certificates import make_certificate  # noqa: E402
from tests.builders.evaluations import submit_all  # noqa: E402
from tests.builders.juries import (  # noqa: E402
    OPENED_AT,
    chair_of,
    dossier_of,
    make_session,
    seat,
)
from tests.builders.juries import seat as seat_of_session  # noqa: E402
from tests.builders.organisations import make_admin, make_training_member, make_training_organisation  # noqa: E402
from tests.rulebook.rncp31395 import COMPOSITION  # noqa: E402

ENROLMENTS = 300
COHORT = 40
DOSSIERS = 60  # of a session
JSON = {"headers": {"accept": "application/json"}}
AT = datetime(2021, 6, 1, 9, 0, tzinfo=UTC)


def milliseconds(act: Callable[[], Any], *, runs: int) -> float:
    act()  # What is only done once (imports, caches) is not what is measured.
    spent = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        spent.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(spent), 2)


def report(measure: str, **figures: Any) -> None:
    sys.stdout.write(json.dumps({"measure": measure, "database": connection.vendor, **figures}) + "\n")
    sys.stdout.flush()


def bench_pack() -> None:
    """What the eve of a session asks of the workers, for each of its members."""
    enrolments = [make_enrolment() for _ in range(DOSSIERS)]
    for enrolment in enrolments:
        submit_all(enrolment, comment="Reformule le besoin du client avant de proposer, et le vérifie.")
    seat = seat_of_session(make_session(enrolments), 3)
    started = time.perf_counter()
    pack = services.ask_pack(seat, by=seat.sitting.user, at=OPENED_AT)  # tasks run at once here
    while packing.draw_next(pack.pk, at=OPENED_AT):
        pass
    seconds = round(time.perf_counter() - started, 1)
    pack.refresh_from_db()
    report(f"packing, {DOSSIERS} dossiers", seconds=seconds, pages=pack.pages, kilobytes=pack.size // 1024)


def bench_rules() -> None:
    acquired = frozenset({"BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8"})
    report("rulebook.judge_composition", ms=milliseconds(lambda: judge_composition(COMPOSITION, acquired), runs=2000))


def bench_pages() -> None:
    organisation = make_training_organisation()
    cohort = make_cohort(organisation=organisation)
    enrolments = [make_enrolment(organisation=organisation, cohort=cohort) for _ in range(ENROLMENTS)]
    for enrolment in enrolments[:10]:
        submit_all(enrolment)
    report("evaluations.proposals_of, one enrolment", ms=milliseconds(lambda: proposals_of(enrolments[0]), runs=20))
    for role, user in (("member", make_training_member(organisation)), ("admin", make_admin())):
        client = Client(headers={"host": "testserver"})
        client.force_login(user)
        for name, path in (("home", "/"), ("matrix", "/evaluations/"), ("candidates", "/candidats/")):
            with CaptureQueriesContext(connection) as queries:
                page = client.get(path)
                asked = len(queries)
            report(
                f"page.{name}, {role}, {ENROLMENTS} enrolments",
                ms=milliseconds(lambda client=client, path=path: client.get(path), runs=7),
                queries=asked,
                bytes=len(page.content),
                status=page.status_code,
            )


def bench_entry() -> None:
    """The pages of a member with a cohort of forty, and what one saving costs."""
    organisation = make_training_organisation()
    cohort = make_cohort(organisation=organisation)
    first, *_ = [make_enrolment(organisation=organisation, cohort=cohort) for _ in range(COHORT)]
    client = Client(headers={"host": "testserver"})
    client.force_login(make_training_member(organisation))
    pages = {
        "entry of one block": reverse("evaluations:enter", args=[first.reference, "BC4", "training"]),
        "grid of one block, 30 rows": reverse("evaluations:grid", args=["training", "BC4"]),
        "who is late": reverse("evaluations:late"),
    }
    for name, path in pages.items():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
            asked = len(queries)
        report(
            f"page.{name}, cohort of {COHORT}",
            ms=milliseconds(lambda path=path: client.get(path), runs=7),
            queries=asked,
            bytes=len(page.content),
            status=page.status_code,
        )
    bench_saving(client, reverse("evaluations:draft", args=[first.reference, "BC4", "training"]))


def bench_saving(client: Client, path: str) -> None:
    """One page that goes on typing."""
    page, sequence = str(uuid4()), count(1)

    def save() -> HttpResponse:
        number = next(sequence)
        typed = {"attendance": "present", "general_comment": f"mot {number}", "revision": 0}
        return client.post(path, typed | {"whole": 1, "page": page, "sequence": number}, **JSON)

    with CaptureQueriesContext(connection) as queries:
        status = save().status_code
        asked = len(queries)
    report("draft saved", ms=milliseconds(save, runs=30), queries=asked, status=status)


def bench_meeting() -> None:
    """What the page of one member asks every two and a half seconds, thirteen seats and thirty dossiers."""
    enrolments = [make_enrolment() for _ in range(30)]
    for enrolment in enrolments[:3]:
        submit_all(enrolment)
    session = make_session(enrolments)
    juries.call_dossier(session, dossier_of(session), by=chair_of(session), at=AT)
    juries.open_votes(dossier_of(session), by=chair_of(session), at=AT)
    client = Client(headers={"host": "testserver"})
    client.force_login(seat(session, 3).sitting.user)
    path = reverse("juries:live", args=[session.reference])
    known = client.get(path, {"depuis": 0}).json()["seq"]
    asked_for = {"nothing new": (path, known), "something new": (path, 0)}
    asked_for["its bar"] = (reverse("juries:live_bar", args=[session.reference]), 0)
    for name, (address, since) in asked_for.items():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, {"depuis": since})
            asked = len(queries)
        report(
            f"meeting followed, {name}",
            ms=milliseconds(lambda a=address, s=since: client.get(a, {"depuis": s}), runs=50),
            queries=asked,
            bytes=len(answer.content),
            status=answer.status_code,
        )


def bench_papers() -> None:
    """Tasks run at once here, so issuing includes what a worker does: drawing, checking, publishing."""
    report("certificate issued and published", ms=milliseconds(make_certificate, runs=20))
    certificate = Certificate.objects.select_related("file").last()
    key = keys.new_key()
    paper = printing.draw_paper(certificate, key)
    report(
        "certificate drawn",
        ms=milliseconds(lambda: printing.draw_paper(certificate, key), runs=20),
        bytes=len(bytes(certificate.file.content)),
    )
    report("certificate checked", ms=milliseconds(lambda: printing.check_drawn(certificate, paper, key=key), runs=20))
    with TemporaryDirectory() as folder:
        key_file = specimen_seal.made_in(Path(folder))
        with override_settings(SEAL_PKCS12=str(key_file), SEAL_PASSPHRASE=specimen_seal.PASSPHRASE):
            sealing._sealer.cache_clear()
            report("certificate sealed", ms=milliseconds(lambda: sealing.sealed(paper), runs=20), key="P-256")
        sealing._sealer.cache_clear()


BATCH = 200


def bench_batch() -> None:
    """Drawn, checked and sealed: does the last of a batch cost what the first does, what does a second process gain?"""
    certificate = drawing.draw_certificate(make_certificate().pk, at=timezone.now())
    with TemporaryDirectory() as folder:
        key_file = specimen_seal.made_in(Path(folder))
        with override_settings(SEAL_PKCS12=str(key_file), SEAL_PASSPHRASE=specimen_seal.PASSPHRASE):
            sealing._sealer.cache_clear()
            times = [_proved(certificate) for _ in range(BATCH)]
            first, last = (round(statistics.median(part) * 1000, 1) for part in (times[:20], times[-20:]))
            report(f"batch of {BATCH}, one process", first_20_ms=first, last_20_ms=last)
            started = time.perf_counter()
            with get_context("fork").Pool(2) as pool:
                pool.map(_proved, [certificate] * BATCH, chunksize=10)
            each = (time.perf_counter() - started) / BATCH * 1000
            report(f"batch of {BATCH}, two processes", ms_each=round(each, 1))
        sealing._sealer.cache_clear()


def _proved(certificate: Certificate) -> float:
    started = time.perf_counter()
    key = keys.new_key()
    paper = printing.draw_paper(certificate, key)
    printing.check_drawn(certificate, paper, key=key)
    sealing.sealed(paper)
    return time.perf_counter() - started


PAIRS = 300


def bench_verification() -> None:
    """Each question the first of its minute: the limit counts for the visitor, not for the page."""
    client, key = Client(), keys.new_key()
    with mock.patch.object(keys, "new_key", return_value=key):
        certificate = drawing.draw_certificate(make_certificate().pk, at=timezone.now())
    found = reverse("certificates:verify", args=[certificate.number, key])
    by_file = reverse("certificates:verify_fingerprint", args=[certificate.sha256])
    wrong = reverse("certificates:verify", args=[certificate.number, keys.new_key()])
    unknown = reverse("certificates:verify", args=["CQP-1999-000001", keys.new_key()])

    def ask(path: str, **headers: Any) -> HttpResponse:
        cache.clear()
        return client.get(path, **headers)

    for name, path in {"found": found, "by file": by_file, "unknown": unknown}.items():
        with CaptureQueriesContext(connection) as queries:
            page = ask(path)
        report(
            f"verification, {name}",
            ms=milliseconds(lambda path=path: ask(path), runs=50),
            queries=len(queries),
            bytes=len(page.content),
            status=page.status_code,
        )
    report("verification, found, JSON", ms=milliseconds(lambda: ask(found, **JSON), runs=50))
    spent: dict[str, list[float]] = {"wrong": [], "unknown": []}
    for _ in range(PAIRS):
        for name, path in {"wrong": wrong, "unknown": unknown}.items():
            started = time.perf_counter()
            ask(path)
            spent[name].append((time.perf_counter() - started) * 1000)
    medians = {f"{name}_ms": round(statistics.median(times), 3) for name, times in spent.items()}
    report(f"verification, {PAIRS} pairs of wrong and unknown", **medians)
    pdf = bytes(certificate.file.content)
    report("verification, a file sent for its full check", ms=milliseconds(lambda: _check(client, pdf), runs=7))


def _check(client: Client, pdf: bytes) -> None:
    cache.clear()
    assert client.post(reverse("certificates:verify_file"), {"file": io.BytesIO(pdf)}).status_code == 200


def bench_live_page() -> None:
    bench_live.bench_live(report)


def bench_hundred_thousand() -> None:
    bench_register.bench_register(milliseconds, report)


def bench_journal() -> None:
    numbers = count(1)

    def append() -> None:
        with transaction.atomic():
            record("bench.appended", subject=f"bench:{next(numbers)}", actor="system", at=AT)

    report("journal.record", ms=milliseconds(append, runs=200))


BENCHES = (
    bench_rules,
    bench_journal,
    bench_pages,
    bench_entry,
    bench_meeting,
    bench_live_page,
    bench_papers,
    bench_batch,
    bench_verification,
    bench_pack,
    bench_hundred_thousand,  # last: it lifts the guards
)


def main(*names: str) -> None:
    """All of them, or those named: `python -m tests.bench live_page`."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_standard", stdout=io.StringIO())
        for bench in BENCHES:
            if not names or bench.__name__.removeprefix("bench_") in names:
                bench()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
