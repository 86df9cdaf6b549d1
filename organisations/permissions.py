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
    "may_open_company",
]


def may_list_organisations(access: Access) -> bool:
    return access.is_admin or access.is_training_member


def may_administer(access: Access) -> bool:
    """Open training organisations, accredit them, end memberships, close accounts."""
    return access.is_admin


def may_open_company(access: Access) -> bool:
def may_follow_mails(access: Access) -> bool:
    """See what left and what did not, and send again what failed."""
    return access.is_admin


def may_name_managers(access: Access, organisation_id: int | None) -> bool:
    """Who answers for a training organisation is its own business, and an admin’s."""
    return organisation_id is not None and (access.is_admin or organisation_id in access.training_organisation_ids)


    """Those who enrol candidates meet new employers."""
    return access.is_admin or access.is_training_member


def may_invite(access: Access, role: Role) -> bool:
    """An admin to any role; a training organisation only its candidates' referents."""
    return access.is_admin or (access.is_training_member and role is Role.COMPANY_REFERENT)
