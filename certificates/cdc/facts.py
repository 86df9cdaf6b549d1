"""Rows into what is declared: which certificates, and what each of them says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from blocks.facts import standard_of
from candidates.declaration import holder_of
from evaluations.enums import PartMode
from evaluations.models import Evaluation, PartResult
from juries.enums import SessionState
from juries.models import Appeal, Dossier, JurySession
from rulebook.cdc import DECLARED_SINCE, ExamMode, Passage
from rulebook.cdc import technical_id as technical_id_of
from rulebook.jury import appeal_ends_on

from ..enums import CertificateState, PaperKind, PassageState, RevocationState
from ..models import CdcComplement, CdcPassage, Certificate, CertificateQuerySet, Revocation


@dataclass(frozen=True, slots=True)
class Exam:
    """What the evaluations of an enrolment say of its exam."""

    starts_on: date | None = None
    ends_on: date | None = None
    mode: str = ""


def undeclared() -> CertificateQuerySet:
    """Full certificates that claim the register, in force, delivered since the duty began, and in no live passage.

    The reissue of one that is being declared waits for its answer.
    """
    live = CdcPassage.objects.exclude(state=PassageState.REJECTED)
    pending = CdcPassage.objects.filter(state=PassageState.PENDING)
    return Certificate.objects.filter(
        ~Exists(live.filter(certificate=OuterRef("pk"))),
        ~Exists(pending.filter(certificate=OuterRef("replaces"))),
        kind=PaperKind.CERTIFICATE,
        state=CertificateState.PUBLISHED,
        registration__isnull=False,
        delivered_on__gte=DECLARED_SINCE,
    )


def to_declare(on: date) -> CertificateQuerySet:
    """Those whose result is settled: no appeal may come any more, none is pending, nobody has asked to revoke them."""
    return undeclared().filter(~_contested(on))


def held_back(on: date) -> CertificateQuerySet:
    """Those that are to be declared later: their result may still change."""
    return undeclared().filter(_contested(on))


def _contested(on: date) -> Q:
    dossiers = Dossier.objects.filter(enrolment__candidate=OuterRef("candidate"))
    appeals = Appeal.objects.pending().filter(dossier__enrolment__candidate=OuterRef("candidate"))
    asked = Revocation.objects.filter(certificate=OuterRef("pk"), state=RevocationState.REQUESTED)
    open_to_appeal = Exists(dossiers.filter(session__in=_sessions_open_to_appeal(on)))
    return Q(open_to_appeal) | Q(Exists(appeals)) | Q(Exists(asked))


def _sessions_open_to_appeal(on: date) -> list[int]:
    """Counted by the rulebook, session by session; the versions of the standard are few, and each is read once."""
    months: dict[int, int] = {}
    still_open = []
    for session in JurySession.objects.filter(state=SessionState.PUBLISHED).select_related("version").order_by("pk"):
        if session.version_id not in months:
            months[session.version_id] = standard_of(session.version).appeal_months
        published_on = timezone.localdate(session.published_at)
        if appeal_ends_on(published_on, months[session.version_id]) >= on:
            still_open.append(session.pk)
    return still_open


def with_declaration(certificates: CertificateQuerySet) -> CertificateQuerySet:
    """All that `passages_of` reads, the next to fall due first."""
    return certificates.select_related(
        "candidate",
        "certification",
        "enrolment__route",
        "enrolment__version",
        "enrolment__cohort",
        "cdc_complement",
        "replaces",
    ).order_by("delivered_on", "pk")


def passages_of(certificates: Iterable[Certificate]) -> dict[int, Passage]:
    """What each would be declared as, by primary key. One query, for certificates read `with_declaration`."""
    certificates = list(certificates)
    exams = _exams_of({certificate.enrolment_id for certificate in certificates})
    return {
        certificate.pk: _passage_of(certificate, exams.get(certificate.enrolment_id, Exam()))
        for certificate in certificates
    }


def _exams_of(enrolments: Iterable[int]) -> Mapping[int, Exam]:
    parts = (
        PartResult.objects.filter(
            evaluation__in=Evaluation.objects.heard(),
            evaluation__enrolled_block__enrolment__in=list(enrolments),
        )
        .values("evaluation__enrolled_block__enrolment")
        .annotate(
            starts_on=Min("held_on"),
            ends_on=Max("held_on"),
            remote=Count("pk", filter=Q(mode=PartMode.REMOTE)),
            on_site=Count("pk", filter=Q(mode=PartMode.ON_SITE)),
        )
    )
    return {
        row["evaluation__enrolled_block__enrolment"]: Exam(
            row["starts_on"], row["ends_on"], _mode(remote=row["remote"], on_site=row["on_site"])
        )
        for row in parts
    }


def _mode(*, remote: int, on_site: int) -> str:
    if remote and on_site:
        return ExamMode.MIXED
    if remote:
        return ExamMode.REMOTE
    return ExamMode.ON_SITE if on_site else ""


def exam_of(certificate: Certificate) -> Exam:
    return _exams_of([certificate.enrolment_id]).get(certificate.enrolment_id, Exam())


def complement_of(certificate: Certificate) -> CdcComplement:
    """What the secretariat has said of it; nothing yet, when it has said nothing."""
    return getattr(certificate, "cdc_complement", None) or CdcComplement(certificate=certificate)


def technical_id(certificate: Certificate) -> str:
    return technical_id_of(certificate.certification.rncp_code, certificate.number)


def _passage_of(certificate: Certificate, exam: Exam) -> Passage:
    """No address of proof: it holds the key, which exists on the paper alone."""
    said, enrolment = complement_of(certificate), certificate.enrolment
    return Passage(
        technical_id=technical_id(certificate),
        holder=holder_of(certificate.candidate),
        valid_from=certificate.delivered_on,
        access=enrolment.route.cdc_code,
        exam_starts_on=said.exam_starts_on or exam.starts_on,
        exam_ends_on=said.exam_ends_on or exam.ends_on,
        exam_mode=said.exam_mode or exam.mode,
        exam_postcode=said.exam_postcode or (enrolment.cohort.exam_postcode if enrolment.cohort else ""),
        vae_way=said.vae_way,
        initiative=said.initiative or enrolment.initiative,
        enrolled_on=enrolment.entered_on,
    )


def identity_differs(certificate: Certificate) -> bool:
    """The person's civil status was corrected since: the paper says another one, and is to be reissued first."""
    printed, candidate = certificate.context["holder"], certificate.candidate
    return (printed["birth_name"], printed["first_names"], printed["birth_date"], printed["sex"]) != (
        candidate.birth_name,
        candidate.first_names,
        candidate.birth_date.isoformat(),
        candidate.sex,
    )
