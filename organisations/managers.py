"""Who answers for a training organisation: told of what its people have not done in time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from accounts.models import User

from .enums import Role
from .models import Membership, TrainingOrganisation


def managers_of(organisation: TrainingOrganisation, *, on: date) -> tuple[User, ...]:
    """Those named as such that day; while nobody is, every member."""
    return managers_by_organisation([organisation.pk], on=on).get(organisation.pk, ())


def managers_by_organisation(organisations: Iterable[int], *, on: date) -> dict[int, tuple[User, ...]]:
    """The same of many at once, in one query; an organisation without members is left out."""
    held = (
        Membership.objects.in_force(on)
        .filter(role=Role.TRAINING_MEMBER, training_organisation__in=list(organisations), user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user_id")
    )
    members: defaultdict[int, list[Membership]] = defaultdict(list)
    for membership in held:
        members[membership.training_organisation_id].append(membership)
    return {pk: _answering(rows) for pk, rows in members.items()}


def organisations_managed_by(user: User, *, on: date) -> frozenset[int]:
    """Those for which this person answers that day."""
    own = Membership.objects.in_force(on).filter(user=user, role=Role.TRAINING_MEMBER)
    managers = managers_by_organisation(own.values_list("training_organisation", flat=True), on=on)
    return frozenset(pk for pk, people in managers.items() if user in people)


def _answering(members: list[Membership]) -> tuple[User, ...]:
    named = [membership for membership in members if membership.is_manager] or members
    return tuple(dict.fromkeys(membership.user for membership in named))
