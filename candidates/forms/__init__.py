"""Forms clean input and say what is missing; services decide."""

from .cohorts import CohortForm, DeadlinesForm
from .enrolments import EnrolForm, FollowUpForm, OptionsForm, WithdrawalForm
from .filters import EnrolmentFilterForm
from .people import AcquiredBlockForm, IdentityForm

__all__ = [
    "AcquiredBlockForm",
    "CohortForm",
    "DeadlinesForm",
    "EnrolForm",
    "EnrolmentFilterForm",
    "FollowUpForm",
    "IdentityForm",
    "OptionsForm",
    "WithdrawalForm",
]
