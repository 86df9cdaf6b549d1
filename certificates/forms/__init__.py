"""Forms clean input and say what is missing; services decide."""

from .cdc import ComplementForm, DepositForm, FlowRefusalForm, SharedComplementForm
from .issuing import DryRunForm, IssueForm, StopForm
from .lifecycle import SHARED_BY_DEFAULT, DuplicateForm, RevocationForm, ShareForm
from .register import RegisterFilterForm
from .verification import VerificationForm

__all__ = [
    "SHARED_BY_DEFAULT",
    "ComplementForm",
    "DepositForm",
    "DryRunForm",
    "DuplicateForm",
    "FlowRefusalForm",
    "IssueForm",
    "RegisterFilterForm",
    "RevocationForm",
    "ShareForm",
    "SharedComplementForm",
    "StopForm",
    "VerificationForm",
]
