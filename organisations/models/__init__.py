from ..querysets import PeriodQuerySet
from .memberships import INVITATION_MAIL, Invitation, Membership, Organisation, affiliation
from .organisations import (
    ENDING_SOON,
    Accreditation,
    AwardingBody,
    Company,
    Presidency,
    TrainingOrganisation,
    period_constraint,
    period_in_words,
)

__all__ = [
    "ENDING_SOON",
    "INVITATION_MAIL",
    "Accreditation",
    "AwardingBody",
    "Company",
    "Invitation",
    "Membership",
    "Organisation",
    "PeriodQuerySet",
    "Presidency",
    "TrainingOrganisation",
    "affiliation",
    "period_constraint",
    "period_in_words",
]
