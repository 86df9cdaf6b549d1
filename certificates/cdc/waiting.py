"""What is to be declared, by when, and whether it is ready: the list of the secretariat, and its dry run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from blocks.facts import standard_of
from rulebook.declaration import DeclarationRule

from ..enums import PassageState
from ..models import CdcPassage, Certificate
from .checks import Problem, problems_of
from .facts import held_back, passages_of, to_declare, with_declaration
from .messages import Explanation, explanation_of


@dataclass(frozen=True, slots=True)
class Line:
    certificate: Certificate
    problems: Sequence[Problem]
    due_on: date
    rejection: CdcPassage | None  # the last answer of the CDC, when it was one

    @property
    def is_ready(self) -> bool:
        return not self.problems

    @property
    def explanation(self) -> Explanation | None:
        return explanation_of(self.rejection.message) if self.rejection else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that is to be declared that day, the next to fall due first."""

    lines: Sequence[Line]
    held_back: int

    @property
    def ready(self) -> list[Line]:
        return [line for line in self.lines if line.is_ready]

    @property
    def to_mend(self) -> list[Line]:
        return [line for line in self.lines if not line.is_ready]


def due_on(certificate: Certificate) -> date:
    """The last day on which its declaration is in time."""
    return standard_of(certificate.enrolment.version).declaration.due_on(certificate.delivered_on)


def _rules_of(certificates: Iterable[Certificate]) -> dict[int, DeclarationRule]:
    """Of each version of the standard, read once."""
    versions = {certificate.enrolment.version_id: certificate.enrolment.version for certificate in certificates}
    return {pk: standard_of(version).declaration for pk, version in versions.items()}


def waiting(on: date) -> Waiting:
    certificates = list(with_declaration(to_declare(on)))
    passages, rules = passages_of(certificates), _rules_of(certificates)
    rejections = {
        passage.certificate_id: passage
        for passage in CdcPassage.objects.filter(certificate__in=certificates, state=PassageState.REJECTED)
        .select_related("flow")
        .order_by("pk")
    }
    return Waiting(
        [
            Line(
                certificate,
                problems_of(certificate, passages[certificate.pk]),
                rules[certificate.enrolment.version_id].due_on(certificate.delivered_on),
                rejections.get(certificate.pk),
            )
            for certificate in certificates
        ],
        held_back(on).count(),
    )
