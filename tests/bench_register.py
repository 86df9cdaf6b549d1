"""The register at a hundred thousand papers: its page, each way that it is searched, and its signatures."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from candidates.models import Candidate
from candidates.names import search_key
from certificates import register
from certificates.enums import CertificateState
from certificates.exports import csv_lines, signed_lines
from certificates.guards import GUARDS
from certificates.models import Certificate, RegisterEntry
from tests.builders.certificates import make_certificate
from tests.builders.organisations import make_admin

PAPERS = 100_000
SIGNED = 1_000
CHUNK = 5_000
NAMES = ("Aubry", "Berger", "D’Hérouville", "Élan", "Nguyễn", "Zola", "Carpentier", "Le Goff")

Measure = Callable[..., float]
Report = Callable[..., None]


def bench_register(milliseconds: Measure, report: Report) -> None:
    fill()
    client = Client(headers={"host": "testserver"})
    client.force_login(make_admin())
    last = Certificate.objects.order_by("-pk").first()
    assert last
    asked = {
        "newest": {},
        "last page": {"page": PAPERS // 50},
        "name": {"q": "d'herouville marie"},
        "number": {"q": last.number},
        "birth date": {"birth_date": "1990-01-15"},
        "state": {"state": "revoked"},
        "by holder": {"sort": "holder"},
        "anomalies": {"anomalies": "on"},
    }
    for name, query in asked.items():
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/certificats/", query)
            count = len(queries)
        report(
            f"register, {name}, {PAPERS} papers",
            ms=milliseconds(lambda query=query: client.get("/certificats/", query), runs=5),
            queries=count,
            status=page.status_code,
        )
    bench_signatures(milliseconds, report)
    for form, lines in {"csv": csv_lines, "jsonl": signed_lines}.items():
        started = time.perf_counter()
        size = sum(len(line) for line in lines(Certificate.objects.order_by("pk")[: SIGNED * 10]))
        report(
            f"register exported, {form}, {SIGNED * 10} papers", s=round(time.perf_counter() - started, 1), bytes=size
        )


def bench_signatures(milliseconds: Measure, report: Report) -> None:
    papers = list(Certificate.objects.select_related("replaces").order_by("-pk")[:SIGNED])
    report(f"register.standings_of, {SIGNED} papers", ms=milliseconds(lambda: register.standings_of(papers), runs=5))


def fill() -> None:
    """Papers that no dossier carries, the guards lifted; the last thousand are signed."""
    model = make_certificate()
    for guard in GUARDS:
        guard.remove(connection)
    for start in range(2, PAPERS + 2, CHUNK):
        _fill(model, range(start, start + CHUNK))
    for certificate in Certificate.objects.select_related("replaces").order_by("-pk")[:SIGNED]:
        register.enter(certificate, at=certificate.issued_at)
    assert RegisterEntry.objects.count() >= SIGNED
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _fill(model: Certificate, ranks: range) -> None:
    people = Candidate.objects.bulk_create(_person(model.candidate, rank) for rank in ranks)
    Certificate.objects.bulk_create(_paper(model, person, rank) for person, rank in zip(people, ranks, strict=True))


def _person(model: Candidate, rank: int) -> Candidate:
    name = f"{NAMES[rank % len(NAMES)]} {rank:06}"
    return Candidate(
        **_copied(model)
        | {
            "birth_name": name,
            "birth_date": model.birth_date.replace(year=1970, month=1, day=1) + timedelta(days=rank % 12_000),
            "search_key": search_key(name, model.first_names),
        }
    )


def _paper(model: Certificate, person: Candidate, rank: int) -> Certificate:
    year = 1990 + rank * 30 // PAPERS
    return Certificate(
        **_copied(model)
        | {
            "number": f"CQP-{year}-{rank:06}",
            "year": year,
            "sequence": rank,
            "candidate_id": person.pk,
            "issued_at": model.issued_at - timedelta(minutes=PAPERS - rank),
            "state": CertificateState.REVOKED if rank % 500 == 0 else CertificateState.PUBLISHED,
            "published_at": timezone.now(),
            "sha256": f"{rank:064x}",
            "key_hash": f"{rank:064x}",
        }
    )


def _copied(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
