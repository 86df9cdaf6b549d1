"""Who signs for the awarding body: the CPNEFP's presidency alternates every two years [accord]."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from journal.services import record

from ..models import AwardingBody, Presidency


class PresidencyOverlaps(Exception):
    """Somebody else presides on one of these days: only the presidency still running ends by itself."""

    def __init__(self, other: Presidency) -> None:
        super().__init__(str(other))
        self.other = other


@transaction.atomic(durable=True)
def record_presidency(
    awarding_body: AwardingBody, *, name: str, quality: str, starts_on: date, by: User, at: datetime
) -> Presidency:
    """Open a presidency; the one that was running ends the day before. Raises `PresidencyOverlaps`."""
    AwardingBody.objects.select_for_update(of=("self",)).get(pk=awarding_body.pk)
    later = awarding_body.presidencies.filter(starts_on__gte=starts_on).order_by("starts_on").first()
    running = awarding_body.presidencies.in_force(starts_on).first()
    if overlapping := later or (running if running and running.ends_on else None):
        raise PresidencyOverlaps(overlapping)
    if running:
        running.ends_on = starts_on - timedelta(days=1)
        running.save(update_fields=["ends_on"])
    presidency = Presidency.objects.create(awarding_body=awarding_body, name=name, quality=quality, starts_on=starts_on)
    record(
        "presidency.recorded",
        subject=awarding_body.reference,
        actor=by.reference,
        at=at,
        before={"presidency": running.pk, "ends_on": None} if running else None,
        after={"presidency": presidency.pk, "starts_on": starts_on},
    )
    return presidency
