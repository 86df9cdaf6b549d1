"""Ending a role, closing an account: both take the rights away at once."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.services import record

from ..enums import Role
from ..models import AwardingBody, Membership


class MembershipAlreadyEnded(Exception):
    pass


class NoManagerHere(Exception):
    """Only training organisations have people who answer for them."""


class AlreadyManager(Exception):
    pass


class NotAManager(Exception):
    pass


class LastAdmin(Exception):
    """Nobody would be left to open the door again."""


class AccountAlreadyClosed(Exception):
    pass


class AccountNotClosed(Exception):
    pass


@transaction.atomic(durable=True)
def end_membership(membership: Membership, *, by: User, at: datetime) -> Membership:
    """The role is held no more, from now on. Raises `MembershipAlreadyEnded` or `LastAdmin`."""
    _lock_secretariat()
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    on = timezone.localdate(at)
    if membership.ends_on is not None and membership.ends_on <= on:
        raise MembershipAlreadyEnded(membership.reference)
    before = membership.ends_on
    _end([membership], on)
    record(
        "membership.ended",
        subject=membership.reference,
        actor=by.reference,
        at=at,
        before={"ends_on": before},
        after={"ends_on": membership.ends_on},
    )
    return membership


@transaction.atomic(durable=True)
def name_manager(membership: Membership, *, by: User, at: datetime) -> Membership:
    """They are told, from now on, of what their organisation has not done in time; others may be named beside them.

    Raises `NoManagerHere`, `MembershipAlreadyEnded` or `AlreadyManager`.
    """
    membership = _locked_member(membership, at)
    if membership.is_manager:
        raise AlreadyManager(membership.reference)
    return _set_manager(membership, True, by=by, at=at)


@transaction.atomic(durable=True)
def release_manager(membership: Membership, *, by: User, at: datetime) -> Membership:
    """They are told no more. Once nobody is named, every member is told. Raises as above, or `NotAManager`."""
    membership = _locked_member(membership, at)
    if not membership.is_manager:
        raise NotAManager(membership.reference)
    return _set_manager(membership, False, by=by, at=at)


def _locked_member(membership: Membership, at: datetime) -> Membership:
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if membership.role != Role.TRAINING_MEMBER:
        raise NoManagerHere(membership.reference)
    if membership.ends_on is not None and membership.ends_on <= timezone.localdate(at):
        raise MembershipAlreadyEnded(membership.reference)
    return membership


def _set_manager(membership: Membership, is_manager: bool, *, by: User, at: datetime) -> Membership:
    membership.is_manager = is_manager
    membership.save(update_fields=["is_manager"])
    record(
        "membership.manager_named" if is_manager else "membership.manager_released",
        subject=membership.reference,
        actor=by.reference,
        at=at,
        on_behalf_of=f"training_organisation:{membership.training_organisation_id}",
    )
    return membership


@transaction.atomic(durable=True)
def close_account(user: User, *, by: User, at: datetime) -> User:
    """Nobody signs in with it any more, open sessions included, and its roles end.

    Raises `AccountAlreadyClosed` or `LastAdmin`.
    """
    _lock_secretariat()
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_active:
        raise AccountAlreadyClosed(user.reference)
    on = timezone.localdate(at)
    ended = list(user.memberships.select_for_update(of=("self",)).lasting_beyond(on).order_by("pk"))
    _end(ended, on)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(
        "account.closed",
        subject=user.reference,
        actor=by.reference,
        at=at,
        after={"ended": [membership.reference for membership in ended]},
    )
    return user


@transaction.atomic(durable=True)
def reopen_account(user: User, *, by: User, at: datetime) -> User:
    """The person signs in again, without any role until they are invited to one. Raises `AccountNotClosed`."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_active:
        raise AccountNotClosed(user.reference)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("account.reopened", subject=user.reference, actor=by.reference, at=at)
    return user


def _lock_secretariat() -> None:
    """Two admins who end each other's role at the same moment come one after the other."""
    list(AwardingBody.objects.select_for_update(of=("self",)).order_by("pk"))


def _end(memberships: list[Membership], on: date) -> None:
    for membership in memberships:
        membership.ends_on = max(membership.starts_on, on)
        membership.save(update_fields=["ends_on"])
    if any(membership.role == Role.ADMIN for membership in memberships):
        _refuse_no_admin(on)


def _refuse_no_admin(on: date) -> None:
    if not Membership.objects.in_force(on).filter(role=Role.ADMIN, user__is_active=True).exists():
        raise LastAdmin
