from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from journal.invariants import Invariant

from .models import Accreditation, Invitation, Membership


def _roles_of_closed_accounts() -> Iterator[str]:
    left = Membership.objects.in_force(timezone.localdate()).filter(user__is_active=False)
    return (membership.reference for membership in left.order_by("pk"))


def _overlapping_accreditations() -> Iterator[str]:
    others = (
        Accreditation.objects.filter(
            training_organisation=OuterRef("training_organisation"), rncp_code=OuterRef("rncp_code")
        )
        .exclude(pk=OuterRef("pk"))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on")), starts_on__lte=OuterRef("starts_on"))
    )
    overlapping = Accreditation.objects.filter(Exists(others)).order_by("pk")
    return (f"accreditation:{pk}" for pk in overlapping.values_list("pk", flat=True))


def _accepted_without_role() -> Iterator[str]:
    granted = Membership.objects.filter(user=OuterRef("accepted_by"), role=OuterRef("role"))
    empty_handed = Invitation.objects.filter(accepted_at__isnull=False).exclude(Exists(granted))
    return (invitation.reference for invitation in empty_handed.order_by("pk"))


INVARIANTS = (
    Invariant("organisations.closed_accounts", "A closed account holds no role.", _roles_of_closed_accounts),
    Invariant("organisations.accreditations", "Accreditations do not overlap.", _overlapping_accreditations),
    Invariant("organisations.accepted", "An accepted invitation gave its role.", _accepted_without_role),
)
