"""Whom each cohort still waits for: the panel's assessors and the companies' referents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Cohort, Enrolment, EnrolmentQuerySet
from organisations.enums import Role
from organisations.models import Membership
from organisations.permissions import Access, access_of

from .models import Assignment
from .permissions import NOBODY, may_appoint_panel


def _followed(access: Access) -> EnrolmentQuerySet:
    """The enrolments whose follow-up this person decides: an admin's all, an organisation's own."""
    own = Q(training_organisation__in=access.training_organisation_ids) if access.is_training_member else NOBODY
    return Enrolment.objects.filter(Q() if access.is_admin else own).active()


def for_panel(user: User) -> EnrolmentQuerySet:
    """Those that the panel evaluates, for whoever says who does."""
    access = access_of(user)
    judged = _followed(access).filter(route__plan__code=ChannelCode.PANEL)
    return judged if may_appoint_panel(access) else judged.none()


def for_referents(user: User, *, on: date) -> EnrolmentQuerySet:
    """Those that a company evaluates and that have a block left, with `is_referred`."""
    referred = Enrolment.objects.referred(on).filter(pk=OuterRef("pk"), referent__is_active=True)
    return (
        _followed(access_of(user))
        .under_way()
        .filter(route__plan__code=ChannelCode.COMPANY)
        .annotate(is_referred=Exists(referred))
    )


def assessors_on(day: date) -> QuerySet[User]:
    """Those who sit on the evaluation panel that day."""
    sitting = Membership.objects.in_force(day).filter(role=Role.PANEL_ASSESSOR)
    return User.objects.filter(is_active=True, pk__in=sitting.values("user")).order_by("last_name", "first_name", "pk")


def without_assessor(enrolments: EnrolmentQuerySet, *, on: date) -> EnrolmentQuerySet:
    """Nobody was named, or whoever was has left the panel."""
    return enrolments.exclude(panel_assignment__assessor__in=assessors_on(on).order_by().values("pk"))


@dataclass(frozen=True, slots=True)
class CohortStaff:
    """How many candidates of a cohort nobody evaluates yet; `cohort` is None for those in none."""

    cohort: Cohort | None
    candidates: int
    without_assessor: int
    without_referent: int

    @property
    def missing(self) -> int:
        return self.without_assessor + self.without_referent

    @property
    def query(self) -> int | str:
        """How the addresses of the lists name it."""
        return self.cohort.pk if self.cohort else "none"


def staff_by_cohort(user: User, *, on: date) -> list[CohortStaff]:
    """Those that miss somebody first, then the cohorts that end last."""
    candidates = _counts(_followed(access_of(user)))
    to_panel = _counts(without_assessor(for_panel(user), on=on))
    to_companies = _counts(for_referents(user, on=on).filter(Q(is_referred=False)))
    cohorts = Cohort.objects.select_related("training_organisation").in_bulk([pk for pk in candidates if pk])
    rows = [
        CohortStaff(cohorts[pk] if pk else None, total, to_panel.get(pk, 0), to_companies.get(pk, 0))
        for pk, total in candidates.items()
    ]
    return sorted(rows, key=_missing_first)


def _counts(enrolments: EnrolmentQuerySet) -> dict[int | None, int]:
    return dict(enrolments.order_by().values_list("cohort").annotate(Count("pk")))


def _missing_first(row: CohortStaff) -> tuple[object, ...]:
    ends_on = row.cohort.ends_on if row.cohort else date.max
    return (row.missing == 0, -ends_on.toordinal(), str(row.cohort or ""), row.cohort.pk if row.cohort else 0)


def loads(assessors: Iterable[User]) -> dict[int, int]:
    """How many candidates each has in hand."""
    active = Assignment.objects.filter(assessor__in=list(assessors), enrolment__withdrawn_on__isnull=True)
    return dict(active.order_by().values_list("assessor").annotate(Count("pk")))


def referents_of_companies(companies: Iterable[int], *, on: date) -> list[Membership]:
    """Who may be the referent of a candidate of each company, that day."""
    held = Membership.objects.in_force(on).filter(
        role=Role.COMPANY_REFERENT, company__in=list(companies), user__is_active=True
    )
    return list(
        held.select_related("user", "company").order_by(
            "company__name", "company", "user__last_name", "user__first_name", "user", "pk"
        )
    )
