"""Who follows many candidates in one company."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.services import record
from organisations.enums import Role
from organisations.models import Membership

from ..models import Enrolment, EnrolmentQuerySet
from .referents import CompaniesDiffer, CompanyMissing, NothingLeftToEvaluate
from .refusals import ReferentOutsideCompany


@transaction.atomic(durable=True)
def assign_referent(enrolments: EnrolmentQuerySet, *, referent: User, by: User, at: datetime) -> list[Enrolment]:
    """Make somebody who is a referent of their company that of all these candidates. Returns those that changed.

    Raises `NothingLeftToEvaluate` when one of them has left, `CompaniesDiffer`, `CompanyMissing` or
    `ReferentOutsideCompany`: all change, or none.
    """
    chosen = Enrolment.objects.filter(pk__in=enrolments.values("pk"))
    locked = list(chosen.order_by("pk").select_for_update(of=("self",)))
    if not locked or any(enrolment.withdrawn_on for enrolment in locked):
        raise NothingLeftToEvaluate
    company, *others = {enrolment.company_id for enrolment in locked}
    if others:
        raise CompaniesDiffer
    if company is None:
        raise CompanyMissing
    roles = Membership.objects.in_force(timezone.localdate(at)).filter(role=Role.COMPANY_REFERENT, company=company)
    if not referent.is_active or not roles.filter(user=referent).exists():
        raise ReferentOutsideCompany
    changing = [enrolment for enrolment in locked if enrolment.referent_id != referent.pk]
    for enrolment in changing:
        before = f"user:{enrolment.referent_id}" if enrolment.referent_id else None
        enrolment.referent = referent
        enrolment.save(update_fields=["referent"])
        record(
            "enrolment.follow_up_changed",
            subject=enrolment.subject,
            actor=by.reference,
            at=at,
            before={"referent": before},
            after={"referent": referent.reference},
        )
    return changing
