"""The permanent list of holders: who was ever awarded a certification, as the signed register says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from blocks.models import Certification

from . import register
from .enums import PaperKind
from .models import PUBLIC, Certificate, CertificateQuerySet


@dataclass(frozen=True, slots=True)
class ListedHolder:
    certificate: Certificate
    standing: register.Standing

    @property
    def is_anomaly(self) -> bool:
        return self.standing is register.Standing.ANOMALY


@dataclass(frozen=True, slots=True)
class ListedYear:
    year: int
    count: int


def certificates_of(certification: Certification) -> CertificateQuerySet:
    """Every certificate that was ever published of it, by number; none is ever taken off."""
    papers: CertificateQuerySet = Certificate.objects.filter(
        certification=certification, kind=PaperKind.CERTIFICATE, state__in=PUBLIC
    )
    return papers.select_related("replaces", "replaced_by").order_by("year", "sequence")


def years_of(certification: Certification) -> list[ListedYear]:
    counted = certificates_of(certification).order_by("-year").values("year").annotate(count=Count("pk"))
    return [ListedYear(row["year"], row["count"]) for row in counted]


def holders_of(certification: Certification, year: int) -> Iterator[ListedHolder]:
    """Two queries whatever their number: a year is a page that one prints."""
    papers = list(certificates_of(certification).filter(year=year))
    standings = register.standings_of(papers)
    return (ListedHolder(paper, standings[paper.pk]) for paper in papers)
