"""Decisions about organisations and the people in them."""

from .founding import AlreadyFounded, open_first_admin
from .invitations import (
    AccountClosed,
    AccountExists,
    AlreadyMember,
    InvitationAnswered,
    InvitationNotValid,
    NotTheInvited,
    RoleNotHeldHere,
    accept_invitation,
    invite,
    join,
    lacks_password,
    withdraw_invitation,
)
from .memberships import (
    AccountAlreadyClosed,
    AccountNotClosed,
    LastAdmin,
    MembershipAlreadyEnded,
    close_account,
    end_membership,
    reopen_account,
)
from .organisations import AccreditationOverlaps, SiretTaken, accredit, open_company, open_training_organisation
from .presidencies import PresidencyOverlaps, record_presidency

__all__ = [
    "AccountAlreadyClosed",
    "AccountClosed",
    "AccountExists",
    "AccountNotClosed",
    "AccreditationOverlaps",
    "AlreadyFounded",
    "AlreadyMember",
    "InvitationAnswered",
    "InvitationNotValid",
    "LastAdmin",
    "MembershipAlreadyEnded",
    "NotTheInvited",
    "PresidencyOverlaps",
    "RoleNotHeldHere",
    "SiretTaken",
    "accept_invitation",
    "accredit",
    "close_account",
    "end_membership",
    "invite",
    "join",
    "lacks_password",
    "open_company",
    "open_first_admin",
    "open_training_organisation",
    "record_presidency",
    "reopen_account",
    "withdraw_invitation",
]
