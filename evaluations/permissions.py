"""Who enters which channel: its organisation's members, the enrolment's referent, the assigned assessor.

Each question is answered twice, on one enrolment and as a condition on many; the tests hold the two together.
"""

from django.db.models import Q

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Enrolment, EnrolmentQuerySet
from organisations.permissions import Access, access_of

NOBODY = Q(pk__in=[])


def assigned_assessor_id(enrolment: Enrolment) -> int | None:
    """Without a query when the enrolment was read with its `panel_assignment`."""
    assignment = getattr(enrolment, "panel_assignment", None)
    return assignment.assessor_id if assignment else None


def enters_training(access: Access, enrolment: Enrolment) -> bool:
    return enrolment.training_organisation_id in access.training_organisation_ids


def enters_company(access: Access, enrolment: Enrolment) -> bool:
    is_referent = access.user_id is not None and enrolment.referent_id == access.user_id
    return is_referent and enrolment.company_id in access.company_ids


def enters_panel(access: Access, enrolment: Enrolment) -> bool:
    return access.is_panel_assessor and assigned_assessor_id(enrolment) == access.user_id


_ENTERS = {
    ChannelCode.TRAINING: enters_training,
    ChannelCode.COMPANY: enters_company,
    ChannelCode.PANEL: enters_panel,
}


def may_enter(access: Access, enrolment: Enrolment, channel: str) -> bool:
    return _ENTERS[ChannelCode(channel)](access, enrolment)


def enterable_channels(access: Access, enrolment: Enrolment) -> frozenset[ChannelCode]:
    return frozenset(channel for channel in ChannelCode if may_enter(access, enrolment, channel))


def readable_channels(access: Access, enrolment: Enrolment) -> frozenset[ChannelCode]:
    """The channels shown whole; of the others one sees only whether they have answered."""
    return frozenset(ChannelCode) if access.is_admin else enterable_channels(access, enrolment)


def entered_by(access: Access, channel: str) -> Q:
    """The enrolments of which this person enters this channel."""
    if channel == ChannelCode.TRAINING and access.is_training_member:
        return Q(training_organisation__in=access.training_organisation_ids)
    if channel == ChannelCode.COMPANY and access.is_referent:
        return Q(referent=access.user_id, company__in=access.company_ids)
    if channel == ChannelCode.PANEL and access.is_panel_assessor:
        return Q(panel_assignment__assessor=access.user_id)
    return NOBODY


def read_by(access: Access, channel: str) -> Q:
    return Q() if access.is_admin else entered_by(access, channel)


def may_appoint_panel(access: Access) -> bool:
    """The panel is the certifier's own."""
    return access.is_admin


def may_appoint_referents(access: Access) -> bool:
    """An admin, and an organisation for its own candidates."""
    return access.is_admin or access.is_training_member


def chased_by(access: Access) -> dict[ChannelCode, Q]:
    """The delays that this person follows up: by channel, a condition on the enrolments.

    An admin's all. A training organisation's on its own candidates: its members' and their referents', of whom it only
    learns that an evaluation is awaited, as the matrix tells it; never the panel's.
    """
    if access.is_admin:
        return {channel: Q() for channel in ChannelCode}
    if access.is_training_member:
        own = Q(training_organisation__in=access.training_organisation_ids)
        return {ChannelCode.TRAINING: own, ChannelCode.COMPANY: own}
    return {}


def enterable_by(user: User) -> EnrolmentQuerySet:
    """The only door to entering: the enrolments of which this person enters a channel."""
    access = access_of(user)
    conditions = NOBODY
    for channel in ChannelCode:
        conditions |= entered_by(access, channel)
    return Enrolment.objects.filter(conditions)


def assigned_enrolments(user: User) -> EnrolmentQuerySet:
    """The enrolments that a panel assessor reaches: those in their hands."""
    return Enrolment.objects.filter(entered_by(access_of(user), ChannelCode.PANEL))


def enrolments_of(user: User) -> EnrolmentQuerySet:
    """Whoever may follow an enrolment's evaluations: those to whom it is visible, and its panel assessor."""
    visible = Enrolment.objects.visible_to(user)
    if access_of(user).is_admin:
        return visible
    return visible | assigned_enrolments(user)
