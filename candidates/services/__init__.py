"""What changes candidates, cohorts and enrolments: each service is one decision, one transaction, one journal entry."""

from .cohorts import change_deadlines, create_cohort
from .enrolments import change_follow_up, change_options, enrol, withdraw
from .people import correct_identity, record_acquired_block
from .refusals import (
    AcquisitionInFuture,
    AlreadyEnrolled,
    AlreadyWithdrawn,
    BlockAlreadyHeld,
    CohortNameTaken,
    CohortOutside,
    DeadlineBeforeStart,
    EnrolmentRefused,
    EvidenceMissing,
    IdentityTaken,
    OptionEngaged,
    OptionsRefused,
    ReferentOutsideCompany,
    Refusal,
    RefusedByRules,
    WithdrawalOutOfTime,
)

__all__ = [
    "AcquisitionInFuture",
    "AlreadyEnrolled",
    "AlreadyWithdrawn",
    "BlockAlreadyHeld",
    "CohortNameTaken",
    "CohortOutside",
    "DeadlineBeforeStart",
    "EnrolmentRefused",
    "EvidenceMissing",
    "IdentityTaken",
    "OptionEngaged",
    "OptionsRefused",
    "ReferentOutsideCompany",
    "Refusal",
    "RefusedByRules",
    "WithdrawalOutOfTime",
    "change_deadlines",
    "change_follow_up",
    "change_options",
    "correct_identity",
    "create_cohort",
    "enrol",
    "record_acquired_block",
    "withdraw",
]
