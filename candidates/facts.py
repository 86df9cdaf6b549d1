"""Rows → what the rules ask of an enrolment: who may be enrolled, on which registration it stands, what is held."""

from collections.abc import Iterable
from datetime import date

from blocks.enums import BlockGroup
from blocks.facts import registrations_of, standard_of
from blocks.models import AccessRoute, StandardVersion
from organisations.models import TrainingOrganisation
from rulebook.composition import in_order
from rulebook.outcomes import RouteCode
from rulebook.registration import EntryAnswer, judge_entry
from rulebook.routes import Accreditation, EnrolmentFacts
from rulebook.verdict import Verdict

from .models import Candidate, Enrolment


def version_for(entered_on: date) -> StandardVersion:
    """The version that takes an entry of that day; before the first, that one, whose rules will refuse it."""
    version = StandardVersion.objects.in_force(entered_on).first()
    return version or StandardVersion.objects.earliest("starts_on", "pk")


def acquired_codes(candidate: Candidate, version: StandardVersion) -> frozenset[str]:
    """What the person holds, whatever the enrolment it came from, in the codes of `version`."""
    held = candidate.acquired_blocks.values("catalogue_block")
    return frozenset(version.blocks.filter(catalogue_block__in=held).values_list("code", flat=True))


def option_codes(enrolment: Enrolment) -> tuple[str, ...]:
    chosen = enrolment.enrolled_blocks.filter(block__group=BlockGroup.OPTIONAL)
    return tuple(chosen.order_by("block__position").values_list("block__code", flat=True))


def entry_verdict(enrolment: Enrolment) -> Verdict[EntryAnswer]:
    return entry_on(enrolment.version, enrolment.entered_on)


def entry_of(enrolment: Enrolment) -> EntryAnswer:
    return entry_verdict(enrolment).answer


def entry_on(version: StandardVersion, entered_on: date) -> Verdict[EntryAnswer]:
    return judge_entry(registrations_of(version.certification_id), entered_on)


def enrolment_facts(
    route: AccessRoute,
    *,
    entered_on: date,
    options: Iterable[str],
    organisation: TrainingOrganisation | None,
    candidate: Candidate | None = None,
) -> EnrolmentFacts:
    standard = standard_of(route.version)
    return EnrolmentFacts(
        route=standard.routes[RouteCode(route.code)],
        entered_on=entered_on,
        needs_organisation=route.needs_training_organisation,
        composition=standard.composition,
        registrations=standard.registrations,
        options=in_order(options),
        accreditations=_accreditations(organisation, route.version),
        acquired=acquired_codes(candidate, route.version) if candidate else frozenset(),
    )


def _accreditations(organisation: TrainingOrganisation | None, version: StandardVersion) -> tuple[Accreditation, ...]:
    if organisation is None:
        return ()
    given = organisation.accreditations.filter(rncp_code=version.certification.rncp_code).order_by("starts_on", "pk")
    return tuple(Accreditation(*period) for period in given.values_list("starts_on", "ends_on"))
