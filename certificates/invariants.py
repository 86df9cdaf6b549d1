"""What must be true of every paper (DESIGN §6.1, 2, 4)."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Max
from django.utils import timezone

from candidates.models import AcquiredBlock
from journal.invariants import Invariant
from rulebook.award import judge_award, standing_blocks
from rulebook.outcomes import AwardOutcome

from .enums import PaperKind
from .facts import issuance_facts
from .models import PUBLIC, Certificate, CertificateFile, NumberCounter

DRAWN_WITHIN = timedelta(minutes=15)


def _altered_files() -> Iterator[str]:
    files = CertificateFile.objects.select_related("certificate").order_by("pk")
    for file in files.iterator(chunk_size=50):
        digest = hashlib.sha256(bytes(file.content)).hexdigest()
        if digest != file.sha256 or digest != file.certificate.sha256:
            yield file.certificate.number


def _without_file() -> Iterator[str]:
    yield from Certificate.objects.filter(state__in=PUBLIC, file__isnull=True).values_list("number", flat=True)


def _gaps() -> Iterator[str]:
    given = {
        (row["kind"], row["year"]): (row["count"], row["last"])
        for row in Certificate.objects.values("kind", "year").annotate(count=Count("pk"), last=Max("sequence"))
    }
    for counter in NumberCounter.objects.all():
        if given.get((counter.kind, counter.year), (0, 0)) != (counter.last, counter.last):
            yield f"{counter.kind} {counter.year}"


def _unearned() -> Iterator[str]:
    certificates = Certificate.objects.filter(kind=PaperKind.CERTIFICATE).select_related(
        "candidate", "enrolment__candidate", "enrolment__version__certification"
    )
    for certificate in certificates.order_by("pk").iterator(chunk_size=200):
        on = timezone.localdate(certificate.issued_at)
        facts = issuance_facts(certificate.enrolment, on=on)
        award = judge_award(facts.composition, standing_blocks(facts.grounds, on)).answer
        if award is not AwardOutcome.FULL_AWARD:
            yield certificate.number


def _issued_before_decision() -> Iterator[str]:
    for certificate in Certificate.objects.order_by("pk").iterator():
        if timezone.localdate(certificate.issued_at) < certificate.delivered_on:
            yield certificate.number


def _context_differs() -> Iterator[str]:
    """The frozen context says the number and day of its row, and no block that the person does not hold."""
    held = set(AcquiredBlock.objects.values_list("candidate", "catalogue_block__title"))
    certificates = Certificate.objects.order_by("pk")
    for certificate in certificates.iterator():
        frozen = certificate.context
        printed = {(certificate.candidate_id, block["title"]) for block in frozen["blocks"]}
        row = (certificate.number, certificate.delivered_on.isoformat())
        if (frozen["number"], frozen["delivered_on"]) != row or not printed <= held:
            yield certificate.number


def _left_undrawn() -> Iterator[str]:
    late = Certificate.objects.waiting().filter(issued_at__lt=timezone.now() - DRAWN_WITHIN)
    yield from late.values_list("number", flat=True)


INVARIANTS = (
    Invariant("certificates.file", "Every stored document has the hash of its issue.", _altered_files),
    Invariant("certificates.published", "Every published paper has its file.", _without_file),
    Invariant("certificates.numbers", "Numbers are contiguous each year.", _gaps),
    Invariant("certificates.earned", "Every certificate rests on ratified decisions or evidence.", _unearned),
    Invariant("certificates.dates", "No paper is issued before the decision it delivers.", _issued_before_decision),
    Invariant("certificates.context", "What is printed is what the row says.", _context_differs),
    Invariant("certificates.drawn", "No reserved paper waits for a quarter of an hour.", _left_undrawn),
)
