"""A new installation has nobody to invite anybody: its first admin is let in from the machine itself."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.services import SYSTEM, record

from ..enums import Role
from ..models import AwardingBody, Membership, affiliation


class AlreadyFounded(Exception):
    """The secretariat has an admin, who invites the others."""


@transaction.atomic(durable=True)
def open_first_admin(
    awarding_body: AwardingBody, *, email: str, first_name: str, last_name: str, password: str, at: datetime
) -> Membership:
    """Open the secretariat's first account. Raises `AlreadyFounded`."""
    AwardingBody.objects.select_for_update(of=("self",)).get(pk=awarding_body.pk)
    if Membership.objects.held_in(awarding_body).filter(role=Role.ADMIN).exists():
        raise AlreadyFounded(awarding_body.reference)
    user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
    membership = Membership.objects.create(
        user=user, role=Role.ADMIN, starts_on=timezone.localdate(at), **affiliation(awarding_body)
    )
    record(
        "awarding_body.founded",
        subject=awarding_body.reference,
        actor=SYSTEM,
        at=at,
        after={"account": user.reference, "membership": membership.reference},
    )
    return membership
