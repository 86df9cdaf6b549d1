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
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (the settings come first)
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from certificates import drawing, keys  # noqa: E402
from certificates.models import Certificate  # noqa: E402
from evaluations.facts import proposals_of  # noqa: E402
from journal.services import record  # noqa: E402
from rulebook.composition import judge_composition  # noqa: E402
from tests.builders.candidates import make_cohort, make_enrolment  # noqa: E402
from tests.builders.certificates import make_certificate  # noqa: E402
from tests.builders.evaluations import submit_all  # noqa: E402
from tests.builders.organisations import make_admin, make_training_member, make_training_organisation  # noqa: E402
from tests.rulebook.rncp31395 import COMPOSITION  # noqa: E402

ENROLMENTS = 300
COHORT = 40
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


def bench_papers() -> None:
    """Tasks run at once here, so issuing includes what a worker does: drawing, checking, publishing."""
    report("certificate issued and published", ms=milliseconds(make_certificate, runs=20))
    certificate = Certificate.objects.select_related("file").last()
    report(
        "certificate drawn and checked",
        ms=milliseconds(lambda: drawing.drawn(certificate, keys.new_key()), runs=20),
        bytes=len(bytes(certificate.file.content)),
    )


def bench_journal() -> None:
    numbers = count(1)

    def append() -> None:
        with transaction.atomic():
            record("bench.appended", subject=f"bench:{next(numbers)}", actor="system", at=AT)

    report("journal.record", ms=milliseconds(append, runs=200))


def main() -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("load_standard", stdout=io.StringIO())
        for bench in (bench_rules, bench_journal, bench_pages, bench_entry, bench_papers):
            bench()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
