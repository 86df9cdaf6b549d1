"""Enrolling, and what changes in an enrolment until the jury."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from blocks.enums import BlockGroup, RouteCode
from blocks.facts import standard_of
from blocks.services import mark_in_use
from journal.services import record
from organisations.enums import Role
from organisations.models import Company, Membership, TrainingOrganisation
from rulebook.composition import in_order, judge_option_change
from rulebook.registration import judge_entry
from rulebook.routes import EnrolmentFacts, judge_enrolment

from ..facts import enrolment_facts, option_codes, version_for
from ..identity import Identity
from ..models import AdmissibilityRequest, Cohort, EnrolledBlock, Enrolment, ReferenceCounter
from .admissibility import locked_admission, use_admission
from .refusals import (
    AlreadyEnrolled,
    AlreadyWithdrawn,
    CohortOutside,
    EnrolmentRefused,
    OptionEngaged,
    OptionsRefused,
    ReferentOutsideCompany,
    WithdrawalOutOfTime,
)
from .steps import candidate_of


@transaction.atomic(durable=True)
def enrol(
    identity: Identity,
    *,
    route: RouteCode | str,
    entered_on: date,
    options: Iterable[str],
    organisation: TrainingOrganisation | None = None,
    company: Company | None = None,
    referent: User | None = None,
    cohort: Cohort | None = None,
    admissibility: AdmissibilityRequest | None = None,
    initiative: str = "",
    email: str = "",
    by: User,
    at: datetime,
    on_behalf_of: str = "",
) -> Enrolment:
    """Open somebody's way to the certification, with the seven blocks of its plan and the next reference of the year.

    The person is found again by exact identity, silently: what another organisation recorded of them stays as it is.
    Blocks already held are part of the plan, as carried over. Raises `EnrolmentRefused` with the rules' reasons,
    `AlreadyEnrolled`, `ReferentOutsideCompany` or `CohortOutside`. An entry outside every registration is accepted:
    whoever enrols is warned before, and the papers will not claim the RNCP. By VAE, and only then, it rests on the
    person's `admissibility`, admitted and not used yet, whose day is the entry date: `AdmissibilityMissing`,
    `AdmissibilityNotGranted` or `EntryNotAdmission` otherwise.
    """
    version, candidate = version_for(entered_on), candidate_of(identity, email)
    is_vae = route == RouteCode.VAE
    admission = locked_admission(admissibility, candidate, entered_on=entered_on, at=at) if is_vae else None
    enrolment = Enrolment(
        candidate=candidate,
        version=version,
        route=version.routes.select_related("version__certification").get(code=route),
        cohort=cohort,
        training_organisation=organisation,
        company=company,
        referent=referent,
        entered_on=entered_on,
        initiative=initiative,
        enrolled_by=by,
        enrolled_at=at,
    )
    facts = _permitted(enrolment, options, at=at)
    _open(enrolment, facts, at=at)
    if admission:
        use_admission(admission, enrolment)
    record(
        "enrolment.recorded",
        subject=enrolment.subject,
        actor=by.reference,
        at=at,
        on_behalf_of=on_behalf_of,
        after=_enrolled_facts(enrolment, facts) | _admission_facts(admission),
    )
    return enrolment


def _permitted(enrolment: Enrolment, options: Iterable[str], *, at: datetime) -> EnrolmentFacts:
    """What the rules have been told of it, once neither they nor the house refuse."""
    facts = enrolment_facts(
        enrolment.route,
        entered_on=enrolment.entered_on,
        options=options,
        organisation=enrolment.training_organisation,
        candidate=enrolment.candidate,
    )
    verdict = judge_enrolment(facts)
    if not verdict.answer:
        raise EnrolmentRefused(verdict.reasons)
    _check_referent(enrolment, on=timezone.localdate(at))
    _check_cohort(enrolment)
    _check_not_twice(enrolment)
    return facts


def _open(enrolment: Enrolment, facts: EnrolmentFacts, *, at: datetime) -> None:
    """Its row, under the next reference of the year, with the blocks of its plan."""
    mark_in_use(enrolment.version, at=at)
    enrolment.reference = _next_reference(enrolment.entered_on.year)
    enrolment.save(force_insert=True)
    _open_blocks(enrolment, facts.composition.mandatory.blocks.union(facts.options))


def _check_referent(enrolment: Enrolment, *, on: date) -> None:
    referent = enrolment.referent
    if referent and not _is_referent(referent, enrolment.company, on=on):
        raise ReferentOutsideCompany


def _is_referent(user: User, company: Company | None, *, on: date) -> bool:
    roles = Membership.objects.filter(user=user, role=Role.COMPANY_REFERENT, company=company)
    return company is not None and roles.in_force(on).exists()


def _check_cohort(enrolment: Enrolment) -> None:
    cohort = enrolment.cohort
    if cohort is None:
        return
    is_ours = cohort.training_organisation_id in {None, enrolment.training_organisation_id}
    if not is_ours or cohort.version_id != enrolment.version_id:
        raise CohortOutside


def _check_not_twice(enrolment: Enrolment) -> None:
    same = Enrolment.objects.active().filter(
        candidate=enrolment.candidate,
        version=enrolment.version,
        training_organisation=enrolment.training_organisation,
        entered_on=enrolment.entered_on,
    )
    if same.exists():
        raise AlreadyEnrolled


def _next_reference(year: int) -> str:
    """The year's next number, without gaps: a transaction that fails gives it back."""
    counter = _locked_counter(year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{year}-{counter.last:06}"


def _locked_counter(year: int) -> ReferenceCounter:
    return ReferenceCounter.objects.select_for_update(of=("self",)).get_or_create(year=year)[0]


def _open_blocks(enrolment: Enrolment, codes: Iterable[str]) -> None:
    blocks = enrolment.version.blocks.filter(code__in=list(codes)).order_by("position", "pk")
    EnrolledBlock.objects.bulk_create(EnrolledBlock(enrolment=enrolment, block=block) for block in blocks)


def _enrolled_facts(enrolment: Enrolment, facts: EnrolmentFacts) -> dict[str, Any]:
    return {
        "candidate": enrolment.candidate.reference,
        "version": enrolment.version.label,
        "route": facts.route.code,
        "entered_on": facts.entered_on,
        "standing": judge_entry(facts.registrations, facts.entered_on).answer.standing,
        "options": facts.options,
        "organisation": enrolment.training_organisation_id,
        "initiative": enrolment.initiative,
        **_follow_up_facts(enrolment),
    }


def _admission_facts(request: AdmissibilityRequest | None) -> dict[str, Any]:
    return {} if request is None else {"admissibility": request.subject, "by_silence": not request.decision}


def _follow_up_facts(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "cohort": enrolment.cohort_id,
        "company": enrolment.company_id,
        "referent": enrolment.referent.reference if enrolment.referent else None,
    }


@transaction.atomic(durable=True)
def change_options(enrolment: Enrolment, options: Iterable[str], *, by: User, at: datetime) -> Enrolment:
    """Exchange options, until a jury has decided one or something else rests on the one that would go.

    What a jury has decided lies above this app, but always rests on the block's row, which it protects: the database
    refuses to remove it, and that is `OptionEngaged`. An option acquired in this enrolment closes the choice by the
    rules themselves (`OptionsRefused`), even when it stays.
    """
    enrolment = _locked(enrolment)
    current, chosen = option_codes(enrolment), in_order(options)
    verdict = judge_option_change(
        standard_of(enrolment.version).composition, current, chosen, decided=_acquired_here(enrolment)
    )
    if not verdict.answer:
        raise OptionsRefused(verdict.reasons)
    if set(chosen) == set(current):
        return enrolment
    _remove_blocks(enrolment, set(current) - set(chosen))
    _open_blocks(enrolment, set(chosen) - set(current))
    record(
        "enrolment.options_changed",
        subject=enrolment.subject,
        actor=by.reference,
        at=at,
        before={"options": current},
        after={"options": chosen},
    )
    return enrolment


def _locked(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_for_update(of=("self",)).select_related("version").get(pk=enrolment.pk)


def _acquired_here(enrolment: Enrolment) -> frozenset[str]:
    acquired = enrolment.enrolled_blocks.filter(block__group=BlockGroup.OPTIONAL, acquisition__isnull=False)
    return frozenset(acquired.values_list("block__code", flat=True))


def _remove_blocks(enrolment: Enrolment, codes: Iterable[str]) -> None:
    try:
        enrolment.enrolled_blocks.filter(block__code__in=list(codes)).delete()
    except ProtectedError as error:
        raise OptionEngaged(in_order(codes)) from error


@transaction.atomic(durable=True)
def change_follow_up(
    enrolment: Enrolment,
    *,
    cohort: Cohort | None,
    company: Company | None,
    referent: User | None,
    initiative: str | None = None,
    by: User,
    at: datetime,
) -> Enrolment:
    """Say with whom, where and in which cohort the candidate is followed from now on, and who wanted the enrolment.

    A referent who has left since may stay named; only a new choice is checked. `initiative` stays as it is unless it
    is given.
    """
    enrolment = _locked(enrolment)
    before = _follow_up_facts(enrolment) | {"initiative": enrolment.initiative}
    enrolment.cohort, enrolment.company, enrolment.referent = cohort, company, referent
    if initiative is not None:
        enrolment.initiative = initiative
    after = _follow_up_facts(enrolment) | {"initiative": enrolment.initiative}
    if after == before:
        return enrolment
    if after["referent"] != before["referent"] or after["company"] != before["company"]:
        _check_referent(enrolment, on=timezone.localdate(at))
    _check_cohort(enrolment)
    enrolment.save(update_fields=["cohort", "company", "referent", "initiative"])
    record(
        "enrolment.follow_up_changed",
        subject=enrolment.subject,
        actor=by.reference,
        at=at,
        before=before,
        after=after,
    )
    return enrolment


@transaction.atomic(durable=True)
def withdraw(enrolment: Enrolment, *, on: date, by: User, at: datetime) -> Enrolment:
    """The candidate gives up; what was acquired stays theirs."""
    enrolment = _locked(enrolment)
    if enrolment.withdrawn_on:
        raise AlreadyWithdrawn
    if not enrolment.entered_on <= on <= timezone.localdate(at):
        raise WithdrawalOutOfTime
    enrolment.withdrawn_on = on
    enrolment.save(update_fields=["withdrawn_on"])
    record("enrolment.withdrawn", subject=enrolment.subject, actor=by.reference, at=at, after={"withdrawn_on": on})
    return enrolment
