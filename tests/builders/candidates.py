"""Candidates, cohorts and enrolments: the smallest valid rows, written directly, without service nor journal."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import Q

from accounts.models import User
from blocks.enums import BlockGroup
from blocks.models import Block, StandardVersion
from candidates.enums import AcquisitionOrigin, AdmissibilityDecision, Sex
from candidates.facts import reply_rule
from candidates.identity import Identity
from candidates.models import (
    AcquiredBlock,
    AdmissibilityRequest,
    Candidate,
    Cohort,
    CohortDeadline,
    EnrolledBlock,
    Enrolment,
    ReferenceCounter,
)
from organisations.models import Company, TrainingOrganisation

from .organisations import make_admin, make_company, make_referent, make_training_organisation
from .standard import load

ENTERED_ON = date(2020, 9, 14)
ENROLLED_AT = datetime(2020, 9, 15, 8, 0, tzinfo=UTC)
LYON_1 = "69381"

_numbers = count(1)


def make_identity(**fields: Any) -> Identity:
    """What the civil status says of somebody born in Lyon; each call is another person."""
    fields = {
        "birth_name": f"Lefèvre {next(_numbers)}",
        "first_names": "Zoé Anne",
        "sex": Sex.FEMALE,
        "birth_date": date(1998, 3, 21),
        "birth_commune_code": LYON_1,
        "birth_place": "Lyon 1er Arrondissement",
    } | fields
    return Identity(**fields)


def make_candidate(*, email: str = "", **fields: Any) -> Candidate:
    return Candidate.objects.create(email=email, **asdict(make_identity(**fields)))


def make_cohort(
    *,
    organisation: TrainingOrganisation | None = None,
    version: StandardVersion | None = None,
    due_on: date | None = None,
    **fields: Any,
) -> Cohort:
    """Without an organisation when none is given; `due_on` gives every channel the same deadline."""
    fields = {
        "name": f"Promotion {next(_numbers)}",
        "starts_on": date(2020, 9, 1),
        "ends_on": date(2021, 8, 31),
    } | fields
    version = version or current_version()
    cohort = Cohort.objects.create(version=version, training_organisation=organisation, **fields)
    if due_on:
        for channel in version.channels.all():
            CohortDeadline.objects.create(cohort=cohort, channel=channel, due_on=due_on)
    return cohort


def make_enrolment(
    route: str = "apprenticeship",
    entered_on: date = ENTERED_ON,
    options: Iterable[str] = ("BC6", "BC7"),
    *,
    candidate: Candidate | None = None,
    organisation: TrainingOrganisation | None = None,
    company: Company | None = None,
    referent: User | None = None,
    referred: bool = True,
    version: StandardVersion | None = None,
    **fields: Any,
) -> Enrolment:
    """The five mandatory blocks and two options, with a company and its referent unless `referred=False`.

    The training organisation is the cohort's when none is given, and is made when the route supposes one.
    """
    version = version or current_version()
    access_route = version.routes.get(code=route)
    cohort: Cohort | None = fields.get("cohort")
    organisation = organisation or (cohort.training_organisation if cohort else None)
    if access_route.needs_training_organisation:
        organisation = organisation or make_training_organisation()
    if referred:
        company = company or make_company()
        referent = referent or make_referent(company)
    fields = {"enrolled_at": ENROLLED_AT} | fields
    enrolment = Enrolment.objects.create(
        reference=fields.pop("reference", "") or next_reference(entered_on.year),
        candidate=candidate or make_candidate(),
        version=version,
        route=access_route,
        training_organisation=organisation,
        company=company,
        referent=referent,
        entered_on=entered_on,
        enrolled_by=fields.pop("enrolled_by", None) or make_admin(),
        **fields,
    )
    chosen = Q(code__in=list(options)) | ~Q(group=BlockGroup.OPTIONAL)
    blocks = version.blocks.filter(chosen).order_by("position", "pk")
    EnrolledBlock.objects.bulk_create(EnrolledBlock(enrolment=enrolment, block=block) for block in blocks)
    if route == "vae":
        make_admissibility(enrolment.candidate, decided_on=entered_on, enrolment=enrolment, admitted_on=entered_on)
    return enrolment


def make_admissibility(
    candidate: Candidate | None = None,
    *,
    received_on: date | None = None,
    complete_on: date | None = None,
    decided_on: date | None = None,
    decision: str = "",
    **fields: Any,
) -> AdmissibilityRequest:
    """Received and waiting for pieces; the clock runs from `complete_on`; `decided_on` admits unless it is refused."""
    version = fields.pop("version", None) or current_version()
    if decided_on:
        complete_on = complete_on or decided_on - timedelta(days=20)
        decision = decision or AdmissibilityDecision.ADMISSIBLE
        decided_by = fields.pop("decided_by", None) or make_admin()
        reason = "" if decision == AdmissibilityDecision.ADMISSIBLE else "Moins d’un an d’expérience."
        fields = {"decided_by": decided_by, "decided_at": ENROLLED_AT, "reason": reason} | fields
    return AdmissibilityRequest.objects.create(
        candidate=candidate or make_candidate(),
        version=version,
        received_on=received_on or complete_on or ENTERED_ON,
        complete_on=complete_on,
        reply_due_on=reply_rule(version).deadline(complete_on) if complete_on else None,
        decision=decision,
        decided_on=decided_on,
        recorded_by=fields.pop("recorded_by", None) or make_admin(),
        recorded_at=fields.pop("recorded_at", ENROLLED_AT),
        **fields,
    )


def make_acquired_block(candidate: Candidate, block: Block | str = "BC1", **fields: Any) -> AcquiredBlock:
    """Held on a record; `enrolled_block=` makes it a jury's decision."""
    if isinstance(block, str):
        block = current_version().blocks.get(code=block)
    is_decided = "enrolled_block" in fields
    fields = {
        "acquired_on": date(2019, 6, 28),
        "origin": AcquisitionOrigin.JURY if is_decided else AcquisitionOrigin.RECORDED,
        "evidence": "" if is_decided else "Attestation de bloc du 28 juin 2019",
        "recorded_at": ENROLLED_AT,
    } | fields
    recorded_by = fields.pop("recorded_by", None) or make_admin()
    return AcquiredBlock.objects.create(
        candidate=candidate, catalogue_block=block.catalogue_block, recorded_by=recorded_by, **fields
    )


def current_version() -> StandardVersion:
    """The standard already loaded, in use as any standard with enrolments is; loaded now if none is."""
    version = StandardVersion.objects.order_by("-starts_on", "-pk").first() or load()
    if version.in_use_since is None:
        StandardVersion.objects.filter(pk=version.pk, in_use_since=None).update(in_use_since=ENROLLED_AT)
        version.refresh_from_db()
    return version


def next_reference(year: int) -> str:
    counter, _ = ReferenceCounter.objects.get_or_create(year=year)
    counter.last += 1
    counter.save()
    return f"{year}-{counter.last:06}"
