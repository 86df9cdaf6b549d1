"""Who may. Which rows somebody may see is told by `visible_to` of each queryset."""

from .access import Access, access_of
from .enums import Role

__all__ = [
    "Access",
    "access_of",
    "may_administer",
    "may_follow_mails",
    "may_invite",
    "may_list_organisations",
    "may_name_managers",
    "may_open_company",
    "may_withdraw",
]


def may_list_organisations(access: Access) -> bool:
    return access.is_admin or access.is_training_member


def may_administer(access: Access) -> bool:
    """Open training organisations, accredit them, end memberships, close accounts."""
    return access.is_admin


def may_follow_mails(access: Access) -> bool:
    """See what left and what did not, and send again what failed."""
    return access.is_admin


def may_name_managers(access: Access, organisation_id: int | None) -> bool:
    """Who answers for a training organisation is its own business, and an admin’s."""
    return organisation_id is not None and (access.is_admin or organisation_id in access.training_organisation_ids)


def may_open_company(access: Access) -> bool:
    """Those who enrol candidates meet new employers."""
    return access.is_admin or access.is_training_member


def may_invite(access: Access, role: Role) -> bool:
    """An admin, to any role but a referent's, who is sent a link for their candidates: see `candidates`."""
    return access.is_admin and role is not Role.COMPANY_REFERENT


def may_withdraw(access: Access, role: Role) -> bool:
    """What is no longer offered may still be taken back."""
    return may_invite(access, role) or (
        role is Role.COMPANY_REFERENT and (access.is_admin or access.is_training_member)
    )
