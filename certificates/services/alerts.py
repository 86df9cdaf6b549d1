"""Warning the secretariat of what is left to declare: who is told is decided here, of what when it leaves."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from correspondence.services import post
from evaluations.reminders import may_write
from organisations.enums import Role
from organisations.models import Membership

from ..alerts import ALERT, deliveries, is_warned, last_told


@transaction.atomic(durable=True)
def queue_declaration_alerts(*, at: datetime) -> int:
    """Leave today's warning for each admin who has not been told of the last alert that has come.

    Run at any hour, twice or late, it changes nothing more: the database knows who was told, and when. Never at
    week-ends nor at night. Returns how many messages were left.
    """
    on = timezone.localdate(at)
    waiting = deliveries() if may_write(at) else []
    if not is_warned(waiting, told_on=None, on=on):
        return 0
    told = last_told()
    people = [person for person in _admins(at) if is_warned(waiting, told_on=told.get(person.reference), on=on)]
    mails = [
        post(
            ALERT,
            key=f"{ALERT}:{person.pk}:{on}",
            to=person.email,
            about=person.reference,
            at=at,
            facts={"user": person.pk},
        )
        for person in people
    ]
    return sum(mail.queued_at == at for mail in mails)


def _admins(at: datetime) -> list[User]:
    """Always in the order of the accounts, so that two who write wait for each other."""
    admins = Membership.objects.in_force(timezone.localdate(at)).filter(role=Role.ADMIN, user__is_active=True)
    return list(User.objects.filter(pk__in=admins.values("user")).order_by("pk"))
