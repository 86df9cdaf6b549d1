"""What must be true of every paper (DESIGN §6.1, 2, 4)."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from candidates.models import AcquiredBlock
from documents.sealing import read_seal
from journal.invariants import Invariant
from rulebook.award import judge_award, standing_blocks
from rulebook.outcomes import AwardOutcome

from . import register, register_files
from .cdc.invariants import CDC_INVARIANTS
from .credentials import proofs, status
from .enums import CertificateState, ItemState, JobState, PaperKind
from .facts import issuance_facts
from .file_refusals import refused_too_often
from .models import (
    PUBLIC,
    Certificate,
    CertificateFile,
    Credential,
    Duplicate,
    IssuingJob,
    IssuingStop,
    NumberCounter,
    PaperDraft,
    Revocation,
    StatusList,
    SupplementFile,
)

DRAWN_WITHIN = timedelta(minutes=15)
MOVED_WITHIN = timedelta(hours=1)


def _altered_files() -> Iterator[str]:
    files = CertificateFile.objects.select_related("certificate").order_by("pk")
    for file in files.iterator(chunk_size=50):
        digest = hashlib.sha256(bytes(file.content)).hexdigest()
        if digest != file.sha256 or digest != file.certificate.sha256:
            yield file.certificate.number


def _broken_seals() -> Iterator[str]:
    """Of the papers that left sealed: the seal holds, and is by the certificate that sealed then."""
    files = CertificateFile.objects.exclude(seal_sha256="").select_related("certificate").order_by("pk")
    for file in files.iterator(chunk_size=50):
        reading = read_seal(bytes(file.content))
        if not reading.holds or reading.fingerprint != file.seal_sha256:
            yield file.certificate.number


def _unsigned() -> Iterator[str]:
    """What the register does not vouch for: a row changed under its signature, or an end that no worker has signed."""
    for certificate in (
        Certificate.objects.filter(state__in=PUBLIC).select_related("replaces").order_by("pk").iterator()
    ):
        if register.standing_of(certificate) is register.Standing.ANOMALY:
            yield certificate.number
    yield from register.unsigned().order_by("pk").values_list("number", flat=True)


def _without_file() -> Iterator[str]:
    yield from Certificate.objects.filter(state__in=PUBLIC, file__isnull=True).values_list("number", flat=True)


def _broken_credentials() -> Iterator[str]:
    for credential in Credential.objects.select_related("certificate").order_by("pk").iterator(chunk_size=50):
        if not proofs.holds(credential.token, key_id=credential.key_id):
            yield credential.certificate.number


def _overtaken_lists() -> Iterator[str]:
    """A list of states that a revocation has overtaken: no worker signs, and verifiers are refused."""
    for status_list in StatusList.objects.order_by("number"):
        if not status.is_current(status_list) or not proofs.holds(status_list.token, key_id=status_list.key_id):
            yield str(status_list.number)


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


def _replaced_by_nothing() -> Iterator[str]:
    replaced = Certificate.objects.filter(state=CertificateState.REPLACED, replaced_by__isnull=True)
    yield from replaced.values_list("number", flat=True)


def _replacing_another() -> Iterator[str]:
    """A successor is of the same person, certification, block and day; the paper it replaces says so."""
    successors = Certificate.objects.filter(replaces__isnull=False)
    same = ("kind", "candidate", "certification", "delivered_on")
    other = ~Q(replaces__state=CertificateState.REPLACED)
    for name in same:
        other |= ~Q(**{f"replaces__{name}": F(name)})
    other |= Q(catalogue_block__isnull=False) & ~Q(replaces__catalogue_block=F("catalogue_block"))
    yield from successors.filter(other).values_list("number", flat=True)


def _revoked_by_nobody() -> Iterator[str]:
    approved = Revocation.objects.approved()
    revoked = Certificate.objects.filter(state=CertificateState.REVOKED).exclude(pk__in=approved.values("certificate"))
    yield from revoked.values_list("number", flat=True)
    unheard = approved.exclude(certificate__state=CertificateState.REVOKED)
    yield from unheard.values_list("certificate__number", flat=True)


def _altered_copies() -> Iterator[str]:
    """Annexes and duplicates: their bytes are those of the day they were drawn."""
    for annex in SupplementFile.objects.select_related("certificate").order_by("pk").iterator(chunk_size=50):
        if hashlib.sha256(bytes(annex.content)).hexdigest() != annex.sha256:
            yield f"{annex.certificate.number} (supplément)"
    drawn = Duplicate.objects.filter(drawn_at__isnull=False).select_related("certificate").order_by("pk")
    for duplicate in drawn.iterator(chunk_size=50):
        if hashlib.sha256(bytes(duplicate.content or b"")).hexdigest() != duplicate.sha256:
            yield f"{duplicate.certificate.number} (duplicata {duplicate.rank})"


def _left_undrawn_copies() -> Iterator[str]:
    late = Duplicate.objects.waiting().filter(
        made_at__lt=timezone.now() - DRAWN_WITHIN, certificate__state=CertificateState.PUBLISHED
    )
    yield from late.values_list("certificate__number", flat=True)


def _unsigned_files() -> Iterator[str]:
    """What somebody would take for ours by its fingerprint, and no worker of ours has signed."""
    yield from (str(file) for file in register_files.all_files() if not file.holds)


def _refused_files() -> Iterator[str]:
    for refusal in refused_too_often().select_related("certificate").order_by("pk"):
        yield f"{refusal.certificate.number} ({refusal.name})"


def _drafts_left() -> Iterator[str]:
    """Of a paper that is published, or older than the time it takes to publish one, unless issuing is stopped."""
    yield from PaperDraft.objects.exclude(certificate__state=CertificateState.RESERVED).values_list(
        "certificate__number", flat=True
    )
    if not IssuingStop.objects.in_force().exists():
        late = PaperDraft.objects.filter(written_at__lt=timezone.now() - DRAWN_WITHIN)
        yield from late.values_list("certificate__number", flat=True)


def _stuck_jobs() -> Iterator[str]:
    """Running, and nobody has taken any of its items for an hour; or done with items that wait."""
    if not IssuingStop.objects.in_force().exists():
        taken = Coalesce(Max("items__claimed_at"), F("requested_at"))
        running = IssuingJob.objects.filter(state=JobState.RUNNING).annotate(taken_at=taken)
        yield from (job.subject for job in running.filter(taken_at__lt=timezone.now() - MOVED_WITHIN))
    done = IssuingJob.objects.filter(state=JobState.DONE, items__state=ItemState.WAITING).distinct()
    yield from (job.subject for job in done)


INVARIANTS = (
    Invariant("certificates.file", "Every stored document has the hash of its issue.", _altered_files),
    Invariant("certificates.seal", "Every seal holds.", _broken_seals),
    Invariant("certificates.register", "Every public paper is as the register signed it.", _unsigned),
    Invariant("certificates.published", "Every published paper has its file.", _without_file),
    Invariant("certificates.credentials", "Every credential is signed by a trusted key.", _broken_credentials),
    Invariant("certificates.states", "Every list of states says what has ended.", _overtaken_lists),
    Invariant("certificates.numbers", "Numbers are contiguous each year.", _gaps),
    Invariant("certificates.earned", "Every certificate rests on ratified decisions or evidence.", _unearned),
    Invariant("certificates.dates", "No paper is issued before the decision it delivers.", _issued_before_decision),
    Invariant("certificates.context", "What is printed is what the row says.", _context_differs),
    Invariant("certificates.drawn", "No reserved paper waits for a quarter of an hour.", _left_undrawn),
    Invariant("certificates.replaced", "A replaced paper is replaced by another.", _replaced_by_nothing),
    Invariant("certificates.successors", "A paper replaces one of the same person and kind.", _replacing_another),
    Invariant("certificates.revoked", "A paper is revoked when two people say so, and only then.", _revoked_by_nobody),
    Invariant("certificates.copies", "Every annex and duplicate has the hash of its day.", _altered_copies),
    Invariant("certificates.files", "Every annex and duplicate is as the register signed it.", _unsigned_files),
    Invariant("certificates.refused", "No annex and no duplicate is refused again and again.", _refused_files),
    Invariant("certificates.duplicates", "No duplicate waits for a quarter of an hour.", _left_undrawn_copies),
    Invariant("certificates.drafts", "No half-made paper is left behind.", _drafts_left),
    Invariant("certificates.jobs", "No batch stands still for an hour.", _stuck_jobs),
    *CDC_INVARIANTS,
)
