"""Opening organisations, and accrediting those that prepare candidates."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from journal.services import record

from ..models import Accreditation, Company, TrainingOrganisation

Establishment = TypeVar("Establishment", Company, TrainingOrganisation)


class SiretTaken(Exception):
    """Another organisation of the kind has this SIRET: it is the same one."""


class AccreditationOverlaps(Exception):
    def __init__(self, other: Accreditation) -> None:
        super().__init__(str(other))
        self.other = other


@transaction.atomic(durable=True)
def open_training_organisation(*, name: str, siret: str, city: str, by: User, at: datetime) -> TrainingOrganisation:
    """Raises `SiretTaken`."""
    return _open(TrainingOrganisation(name=name, siret=siret, city=city), by=by, at=at)


@transaction.atomic(durable=True)
def open_company(*, name: str, siret: str, city: str, by: User, at: datetime) -> Company:
    """Raises `SiretTaken`."""
    return _open(Company(name=name, siret=siret, city=city), by=by, at=at)


def _open(organisation: Establishment, *, by: User, at: datetime) -> Establishment:
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError as error:
        if type(organisation).objects.filter(siret=organisation.siret).exists():
            raise SiretTaken(organisation.siret) from error
        raise
    after: dict[str, Any] = {"name": organisation.name, "siret": organisation.siret, "city": organisation.city}
    action = f"{organisation.column}.opened"
    record(action, subject=organisation.reference, actor=by.reference, at=at, after=after)
    return organisation


@transaction.atomic(durable=True)
def accredit(
    organisation: TrainingOrganisation,
    *,
    rncp_code: str,
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    at: datetime,
) -> Accreditation:
    """Record a period decided by the CPNEFP. Raises `AccreditationOverlaps`: two periods never say the same day."""
    TrainingOrganisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    _refuse_overlap(organisation, rncp_code, starts_on, ends_on)
    accreditation = Accreditation.objects.create(
        training_organisation=organisation, rncp_code=rncp_code, starts_on=starts_on, ends_on=ends_on
    )
    record(
        "training_organisation.accredited",
        subject=organisation.reference,
        actor=by.reference,
        at=at,
        after={"rncp_code": rncp_code, "starts_on": starts_on, "ends_on": ends_on},
    )
    return accreditation


def _refuse_overlap(organisation: TrainingOrganisation, rncp_code: str, starts_on: date, ends_on: date | None) -> None:
    periods = organisation.accreditations.filter(rncp_code=rncp_code)
    ends_after_start = Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)
    starts_before_end = Q(starts_on__lte=ends_on) if ends_on else Q()
    other = periods.filter(ends_after_start & starts_before_end).order_by("starts_on").first()
    if other is not None:
        raise AccreditationOverlaps(other)
