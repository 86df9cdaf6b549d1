"""A meeting followed through gunicorn by thirteen pages, then by ten times as many: what the server spends on each.

Processor time is what counts: that of the web server's processes and, on PostgreSQL, of those that serve its queries.
The pages run on the same machine, so that the milliseconds are those of people who share it with the server.
"""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db import connection
from django.urls import reverse

from juries.models import JurySession
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.juries import chair_of, make_session, seats_of
from tests.load.following import Heard, Page, following
from tests.load.people import signed_in
from tests.load.server import Server, address_of_tests

DOSSIERS = 30
CLIENTS = (13, 130)
SECONDS = int(os.environ.get("SECONDS", "30"))  # of each measure
CALL_EVERY = 10.0
SETTLES_WITHIN = 60.0
HOUR = 3600
TICKS = os.sysconf("SC_CLK_TCK")

Report = Callable[..., None]


def bench_live(report: Report) -> None:
    session = make_session([make_enrolment() for _ in range(DOSSIERS)])
    for dossier in session.dossiers.select_related("enrolment")[:3]:
        submit_all(dossier.enrolment)
    cookies = [signed_in(seat.sitting.user) for seat in islice(cycle(seats_of(session)), max(CLIENTS))]
    chair = signed_in(chair_of(session))
    with TemporaryDirectory() as folder:
        server = Server(Path(folder), database=_database(Path(folder)), workers=3)
        server.start()
        try:
            for clients in CLIENTS:
                _measure(report, server, session, cookies[:clients], chair)
        finally:
            server.stop()


def _database(folder: Path) -> str:
    """The tests' own on PostgreSQL; a copy of it on SQLite, where it is in this process's memory."""
    if connection.vendor == "postgresql":
        return address_of_tests()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "copy.sqlite3")])
    return f"sqlite:///{folder / 'copy.sqlite3'}"


def _measure(report: Report, server: Server, session: JurySession, cookies: list[str], chair: str) -> None:
    address = reverse("juries:session", args=[session.reference])
    pages = [Page(server.port, address, each, Random(rank)) for rank, each in enumerate(cookies)]  # noqa: S311
    presidency = Page(server.port, address, chair, Random(0))  # noqa: S311
    called = cycle(session.dossiers.order_by("position").values_list("enrolment__reference", flat=True)[:3])
    with following(pages):
        _settle(pages)
        _report(report, server, pages, "nothing happens", lambda: time.sleep(SECONDS))

        def call() -> None:
            for _ in range(round(SECONDS / CALL_EVERY)):
                presidency.call(next(called))
                time.sleep(CALL_EVERY)

        _report(report, server, pages, f"a dossier called every {CALL_EVERY:.0f} s", call)


def _settle(pages: list[Page]) -> None:
    """Until each page has heard where the meeting stands."""
    deadline = time.monotonic() + SETTLES_WITHIN
    while not all(page.seq for page in pages) and time.monotonic() < deadline:
        time.sleep(0.1)


def _report(report: Report, server: Server, pages: list[Page], what: str, pass_time: Callable[[], None]) -> None:
    for page in pages:
        page.heard = Heard()
    before, started = _spent([*server.workers_alive(), *_backends()]), time.monotonic()
    pass_time()
    seconds = time.monotonic() - started
    web, queries = (_since(before, processes) for processes in (server.workers_alive(), _backends()))
    heard = sum((page.heard for page in pages), Heard())
    answers = len(heard.milliseconds)
    times = statistics.quantiles(heard.milliseconds, n=20) if answers > 1 else None
    report(
        f"meeting followed by {len(pages)} pages through gunicorn, {what}",
        seconds=round(seconds),
        answers=answers,
        statuses=dict(sorted(heard.statuses.items())),
        web_cpu_ms_per_answer=round(web / max(answers, 1) * 1000, 1),
        web_cpu_percent_per_client=round(web / seconds / len(pages) * 100, 2),
        web_cpu_percent=round(web / seconds * 100),
        database_cpu_percent=round(queries / seconds * 100),
        ms=times and round(times[9], 1),
        ms_95th=times and round(times[18], 1),
        bytes_per_client_and_hour={
            kind: round(octets / len(pages) / seconds * HOUR) for kind, octets in sorted(heard.octets.items())
        },
        timeouts=heard.timeouts,
        connections_cut=heard.cuts,
        machine_load=round(os.getloadavg()[0], 1),
    )


def _backends() -> list[int]:
    """Those that serve the queries, when PostgreSQL runs on this machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def _spent(processes: list[int]) -> dict[int, float]:
    """Seconds of processor of each that is on this machine."""
    spent = {}
    for process in processes:
        with suppress(FileNotFoundError, ProcessLookupError):
            figures = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            spent[process] = (int(figures[11]) + int(figures[12])) / TICKS
    return spent


def _since(before: dict[int, float], processes: list[int]) -> float:
    return sum(seconds - before.get(process, 0) for process, seconds in _spent(processes).items())
