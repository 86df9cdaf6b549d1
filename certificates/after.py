"""Reading what follows a publication: what a reissue would change, whom no mail can reach, what a holder has."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from blocks.french import day
from candidates.enums import Sex
from candidates.models import Candidate

from .enums import CertificateState, Document, PaperKind
from .models import PUBLIC, Certificate, CertificateQuerySet, FileEntry, HolderLink, Revocation, Share
from .papers import holder_of

WORDS = {
    "birth_name": "Nom de naissance",
    "usual_name": "Nom d’usage",
    "first_names": "Prénoms",
    "sex": "Sexe",
    "birth_date": "Date de naissance",
    "birth_place": "Lieu de naissance",
}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    printed: str
    corrected: str


def identity_changes(certificate: Certificate) -> list[Change]:
    """What the paper prints of its holder, and what the candidate's civil status says now."""
    printed, corrected = certificate.context["holder"], holder_of(certificate.candidate)
    return [
        Change(label, _told(name, printed[name]), _told(name, corrected[name]))
        for name, label in WORDS.items()
        if printed[name] != corrected[name]
    ]


def _told(name: str, value: str) -> str:
    if name == "birth_date":
        return day(date.fromisoformat(value))
    if name == "sex":
        return str(Sex(value).label)
    return value


def out_of_reach() -> CertificateQuerySet:
    """A valid paper of each holder who was sent no link, or has lost the last; who has no address comes first."""
    links = HolderLink.objects.in_force().filter(candidate=OuterRef("candidate"))
    valid = Certificate.objects.filter(state=CertificateState.PUBLISHED)
    earlier = valid.filter(candidate=OuterRef("candidate")).filter(
        Q(published_at__lt=OuterRef("published_at")) | Q(published_at=OuterRef("published_at"), pk__lt=OuterRef("pk"))
    )
    return (
        valid.filter(~Exists(links), ~Exists(earlier))
        .select_related("candidate", "enrolment")
        .order_by("candidate__email", "published_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the secretariat reads of a paper since it was published, and may still do."""

    replaced_by: Certificate | None
    pending: Revocation | None
    revoked: Revocation | None
    duplicates: int
    has_link: bool
    is_misprinted: bool  # the identity was corrected since

    @property
    def is_settled(self) -> bool:
        """Nobody has asked for its end."""
        return self.pending is None


def aftermath_of(certificate: Certificate) -> Aftermath:
    revocations = list(certificate.revocations.select_related("requested_by", "decided_by"))
    return Aftermath(
        replaced_by=getattr(certificate, "replaced_by", None),
        pending=next((row for row in revocations if row.is_pending), None),
        revoked=next((row for row in revocations if row.is_approved), None),
        duplicates=certificate.duplicates.count(),
        has_link=certificate.candidate.holder_links.in_force().exists(),
        is_misprinted=certificate.is_valid and bool(identity_changes(certificate)),
    )


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A published paper as its holder finds it."""

    certificate: Certificate
    replacement: Certificate | None = None
    revoked_at: datetime | None = None
    has_supplement: bool = False
    shares: list[Share] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return self.certificate.state == CertificateState.PUBLISHED

    @property
    def title(self) -> str:
        context = self.certificate.context
        is_whole = self.certificate.kind == PaperKind.CERTIFICATE
        return str(context["title"] if is_whole else context["blocks"][0]["title"])


def held_by(holder: Candidate, *, at: datetime) -> list[HeldPaper]:
    """What is published, the certificate first; what has ended, last. Nothing that is still being made."""
    shares = Prefetch("shares", Share.objects.in_force(at).order_by("-made_at", "-pk"), to_attr="shares_in_force")
    annexes = FileEntry.objects.filter(certificate=OuterRef("pk"), document=Document.SUPPLEMENT)
    papers = (
        Certificate.objects.filter(candidate=holder, state__in=PUBLIC)
        .select_related("replaced_by", "catalogue_block")
        .prefetch_related(shares, "revocations")
        .annotate(has_supplement=Exists(annexes))
    )
    held = [_held(paper) for paper in papers]
    return sorted(
        held, key=lambda paper: (not paper.is_valid, paper.certificate.kind != PaperKind.CERTIFICATE, _code(paper))
    )


def _held(paper: Any) -> HeldPaper:
    """A certificate with the annotations of the query above."""
    replacement = getattr(paper, "replaced_by", None)
    revocations = [row for row in paper.revocations.all() if row.is_approved]
    return HeldPaper(
        certificate=paper,
        replacement=replacement if replacement and replacement.is_public else None,
        revoked_at=revocations[0].decided_at if revocations else None,
        has_supplement=paper.has_supplement,
        shares=paper.shares_in_force,
    )


def _code(paper: HeldPaper) -> str:
    return str(paper.certificate.context["blocks"][0]["code"])
