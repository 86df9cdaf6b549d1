"""What somebody may reach, read from the memberships in force today."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User

from .enums import Role


@dataclass(frozen=True, slots=True)
class Access:
    user_id: int | None = None
    is_admin: bool = False
    is_panel_assessor: bool = False
    training_organisation_ids: frozenset[int] = frozenset()
    company_ids: frozenset[int] = frozenset()
    is_limited: bool = False  # Here as a referent alone, whatever other roles the account holds.

    @property
    def is_training_member(self) -> bool:
        return bool(self.training_organisation_ids)

    @property
    def is_referent(self) -> bool:
        return bool(self.company_ids)

    @property
    def is_only_referent(self) -> bool:
        return self.is_referent and not (self.is_admin or self.is_panel_assessor or self.is_training_member)


def access_of(user: User | AnonymousUser, *, on: date | None = None) -> Access:
    """One query, kept on `user` for the request: the account is loaded again, and so are its rights, at the next."""
    if not isinstance(user, User) or not user.is_active:
        return Access()
    on = on or timezone.localdate()
    kept: tuple[date, Access] | None = getattr(user, "_access", None)
    if kept is None or kept[0] != on:
        kept = (on, _read_access(user, on))
        user._access = kept  # type: ignore[attr-defined]
    return kept[1]


def limit_to_referent(user: User) -> None:
    """For the life of this object, hence of a request: somebody whom a mail link let in is here as a referent alone."""
    user.is_limited = True
    user._access = None  # type: ignore[attr-defined]


def _read_access(user: User, on: date) -> Access:
    rows = list(user.memberships.in_force(on).values_list("role", "training_organisation_id", "company_id"))
    roles = {role for role, _, _ in rows}
    if user.is_limited:
        return Access(user_id=user.pk, company_ids=frozenset(pk for _, _, pk in rows if pk), is_limited=True)
    return Access(
        user_id=user.pk,
        is_admin=Role.ADMIN in roles,
        is_panel_assessor=Role.PANEL_ASSESSOR in roles,
        training_organisation_ids=frozenset(pk for _, pk, _ in rows if pk),
        company_ids=frozenset(pk for _, _, pk in rows if pk),
    )
