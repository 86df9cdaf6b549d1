"""Forms clean input and say what is missing; services decide."""

from .admissibility import AdmissibilityRequestForm, CompleteForm, DecisionForm
from .cohorts import CohortForm, DeadlinesForm
from .enrolments import EnrolForm, FollowUpForm, OptionsForm, VaeEnrolForm, WithdrawalForm
from .filters import AdmissibilityFilterForm, EnrolmentFilterForm
from .people import AcquiredBlockForm, IdentityForm

__all__ = [
    "AcquiredBlockForm",
    "AdmissibilityFilterForm",
    "AdmissibilityRequestForm",
    "CohortForm",
    "CompleteForm",
    "DeadlinesForm",
    "DecisionForm",
    "EnrolForm",
    "EnrolmentFilterForm",
    "FollowUpForm",
    "IdentityForm",
    "OptionsForm",
    "VaeEnrolForm",
    "WithdrawalForm",
]
