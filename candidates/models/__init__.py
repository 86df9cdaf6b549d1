from .admissibility import AdmissibilityRequest, AdmissibilityRequestQuerySet
from .enrolments import (
    OLDEST_BIRTH,
    AcquiredBlock,
    Candidate,
    CandidateQuerySet,
    Cohort,
    CohortDeadline,
    CohortQuerySet,
    EnrolledBlock,
    Enrolment,
    EnrolmentQuerySet,
    ReferenceCounter,
    commune_code,
    names_hold,
    shown_name,
)
from .referents import ReferentLink, ReferentLinkQuerySet

__all__ = [
    "OLDEST_BIRTH",
    "AcquiredBlock",
    "AdmissibilityRequest",
    "AdmissibilityRequestQuerySet",
    "Candidate",
    "CandidateQuerySet",
    "Cohort",
    "CohortDeadline",
    "CohortQuerySet",
    "EnrolledBlock",
    "Enrolment",
    "EnrolmentQuerySet",
    "ReferenceCounter",
    "ReferentLink",
    "ReferentLinkQuerySet",
    "commune_code",
    "names_hold",
    "shown_name",
]
