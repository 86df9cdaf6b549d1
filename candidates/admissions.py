"""A request to be admitted to VAE, as the pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.admissibility import AdmissibilityAnswer
from rulebook.outcomes import AdmissibilityStanding

from .enums import AdmissibilityStage
from .facts import admissibility_answers
from .models import AdmissibilityRequest


@dataclass(frozen=True, slots=True)
class Admission:
    request: AdmissibilityRequest
    answer: AdmissibilityAnswer

    @property
    def stage(self) -> AdmissibilityStage:
        is_used = self.request.enrolment_id is not None
        return AdmissibilityStage.ENROLLED if is_used else AdmissibilityStage(self.answer.standing)

    @property
    def is_pending(self) -> bool:
        return self.answer.standing == AdmissibilityStanding.PENDING

    @property
    def may_enrol(self) -> bool:
        return self.stage == AdmissibilityStage.ADMISSIBLE

    @property
    def may_complete(self) -> bool:
        return self.request.complete_on is None


def admissions(requests: Iterable[AdmissibilityRequest], *, on: date) -> list[Admission]:
    return [Admission(request, answer) for request, answer in admissibility_answers(requests, on=on)]
