"""Who may choose a password by themselves."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from organisations.enums import Role


def may_choose_password(sender: type[User], user: User, **_: Any) -> bool:
    """A referent whom a mail link lets in has none to lose: else a revoked link would be replaced by a password.

    Whoever holds another role, or a mandate, chooses theirs. Answers the signal `accounts.signals.password_asked`.
    """
    if user.has_usable_password() or not user.referent_links.exists():
        return True
    today = timezone.localdate()
    other_roles = user.memberships.in_force(today).exclude(role=Role.COMPANY_REFERENT)
    return other_roles.exists() or user.jury_mandates.in_force_or_to_come(today).exists()
