"""Inviting somebody to a role, and answering."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from correspondence.services import post
from journal.services import record

from ..enums import Role
from ..models import INVITATION_MAIL, Invitation, Membership, Organisation, affiliation
from ..tokens import hash_token

INVITATION_LIFE = timedelta(days=7)


class RoleNotHeldHere(Exception):
    """This kind of organisation has no such role."""


class AlreadyMember(Exception):
    """The person holds this role here already."""


class AccountClosed(Exception):
    """The person's account was closed by the secretariat, who alone may open it again."""


class InvitationNotValid(Exception):
    """Wrong, answered, replaced or too old: which one is not told."""


class InvitationAnswered(Exception):
    """It was accepted, replaced or withdrawn in the meantime."""


class AccountExists(Exception):
    """The invited person has an account: they accept once signed in with it."""


class NotTheInvited(Exception):
    """Signed in as somebody else than the person invited."""


@transaction.atomic(durable=True)
def invite(
    organisation: Organisation, *, role: Role, email: str, first_name: str, last_name: str, by: User, at: datetime
) -> Invitation:
    """Offer a role, by a mail that waits in the outbox; the link of an earlier offer of the same role is dead.

    Raises `RoleNotHeldHere`, `AlreadyMember` or `AccountClosed`.
    """
    if role not in organisation.roles:
        raise RoleNotHeldHere(role)
    email = email.strip().lower()
    type(organisation).objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    _refuse_current_member(organisation, role, email, at)
    superseded = _supersede(organisation, role, email, at)
    invitation = Invitation.objects.create(
        role=role,
        email=email,
        first_name=first_name,
        last_name=last_name,
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LIFE,
        **affiliation(organisation),
    )
    record(
        "invitation.sent",
        subject=invitation.reference,
        actor=by.reference,
        at=at,
        after={"role": role, "organisation": organisation.reference, "supersedes": superseded},
    )
    post(
        INVITATION_MAIL,
        key=f"{INVITATION_MAIL}:{invitation.pk}",
        to=email,
        about=invitation.reference,
        at=at,
        facts={"invitation": invitation.pk},
    )
    return invitation


def _refuse_current_member(organisation: Organisation, role: Role, email: str, at: datetime) -> None:
    account = User.objects.filter(email__iexact=email).first()
    if account is None:
        return
    if not account.is_active:
        raise AccountClosed(account.reference)
    if _current_membership(organisation, role, account, at):
        raise AlreadyMember(account.reference)


def _current_membership(organisation: Organisation, role: Role, user: User, at: datetime) -> Membership | None:
    held = Membership.objects.held_in(organisation).in_force(timezone.localdate(at))
    return held.filter(role=role, user=user).first()


def _supersede(organisation: Organisation, role: Role, email: str, at: datetime) -> list[str]:
    earlier = Invitation.objects.held_in(organisation).unanswered().filter(role=role, email__iexact=email)
    references = [invitation.reference for invitation in earlier.order_by("pk")]
    earlier.update(superseded_at=at)
    return references


@transaction.atomic(durable=True)
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Its link is dead. Raises `InvitationAnswered`."""
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(superseded_at=at):
        raise InvitationAnswered(invitation.reference)
    record("invitation.withdrawn", subject=invitation.reference, actor=by.reference, at=at)


@transaction.atomic(durable=True)
def accept_invitation(token: str, *, password: str, at: datetime) -> Membership:
    """Open the invited person's account, with the role. Raises `InvitationNotValid` or `AccountExists`.

    An account without a password, as that of a referent who comes by a mail link, is given this one: the invitation
    came to its address.
    """
    invitation = _lock_open_invitation(token, at)
    user = _open_account(invitation, password)
    return _accept(invitation, user, at)


@transaction.atomic(durable=True)
def join(token: str, *, by: User, at: datetime) -> Membership:
    """Add the role to the account of the invited person, who signed in.

    Raises `InvitationNotValid` or `NotTheInvited`.
    """
    invitation = _lock_open_invitation(token, at)
    if by.email.lower() != invitation.email.lower():
        raise NotTheInvited(invitation.reference)
    return _accept(invitation, by, at)


def _lock_open_invitation(token: str, at: datetime) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).filter(token_hash=hash_token(token)).first()
    if locked is None or not locked.is_open(at):
        raise InvitationNotValid
    return locked


def lacks_password(account: User) -> bool:
    """Nobody can sign in with it to accept, nor has closed it."""
    return account.is_active and not account.has_usable_password()


def _open_account(invitation: Invitation, password: str) -> User:
    known = User.objects.select_for_update(of=("self",)).filter(email__iexact=invitation.email).first()
    if known is not None and lacks_password(known):
        known.set_password(password)
        known.save(update_fields=["password"])
        return known
    try:
        with transaction.atomic():
            return User.objects.create_user(
                invitation.email, password, first_name=invitation.first_name, last_name=invitation.last_name
            )
    except IntegrityError as error:
        raise AccountExists(invitation.reference) from error


def _accept(invitation: Invitation, user: User, at: datetime) -> Membership:
    organisation, role = invitation.organisation, Role(invitation.role)
    membership = _current_membership(organisation, role, user, at) or Membership.objects.create(
        user=user, role=role, starts_on=timezone.localdate(at), **affiliation(organisation)
    )
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(
        "invitation.accepted",
        subject=invitation.reference,
        actor=user.reference,
        at=at,
        after={"account": user.reference, "membership": membership.reference},
    )
    return membership
