"""Who evaluates whom: put enrolments in a panel assessor's hands."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from candidates.models import Enrolment
from journal.services import record
from organisations.permissions import access_of

from ..models import Assignment


class NotAPanelAssessor(Exception):
    """Only somebody who sits on the evaluation panel that day takes charge of its channel."""


@transaction.atomic(durable=True)
def assign_panel(enrolments: QuerySet[Enrolment], *, assessor: User, by: User, at: datetime) -> list[Assignment]:
    """Put these enrolments in the assessor's hands, whoever had them before. Returns those that changed hands."""
    if not access_of(assessor, on=timezone.localdate(at)).is_panel_assessor:
        raise NotAPanelAssessor
    chosen = Enrolment.objects.filter(pk__in=enrolments.values("pk"))
    locked = list(chosen.order_by("pk").select_for_update(no_key=True))
    current = dict(Assignment.objects.filter(enrolment__in=locked).values_list("enrolment_id", "assessor_id"))
    changing = [enrolment for enrolment in locked if current.get(enrolment.pk) != assessor.pk]
    assignments = Assignment.objects.bulk_create(
        [Assignment(enrolment=row, assessor=assessor, assigned_by=by, assigned_at=at) for row in changing],
        update_conflicts=True,
        unique_fields=["enrolment"],
        update_fields=["assessor", "assigned_by", "assigned_at"],
    )
    for enrolment in changing:
        before = current.get(enrolment.pk)
        record(
            "panel.assigned",
            subject=f"enrolment:{enrolment.reference}",
            actor=by.reference,
            at=at,
            before={"assessor": f"user:{before}"} if before else None,
            after={"assessor": assessor.reference},
        )
    return assignments
