"""Rows → what the rules ask of an enrolment: who may be enrolled, on which registration it stands, what is held."""

from collections.abc import Iterable, Iterator
from datetime import date

from blocks.enums import BlockGroup
from blocks.facts import registrations_of, standard_of
from blocks.models import AccessRoute, StandardVersion
from organisations.models import TrainingOrganisation
from rulebook.admissibility import AdmissibilityAnswer, AdmissibilityFacts, ReplyRule, judge_admissibility
from rulebook.composition import in_order
from rulebook.outcomes import AdmissibilityDecision, RouteCode
from rulebook.registration import EntryAnswer, judge_entry
from rulebook.routes import Accreditation, EnrolmentFacts
from rulebook.verdict import Verdict

from .models import AdmissibilityRequest, Candidate, Enrolment


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


def reply_rule(version: StandardVersion) -> ReplyRule:
    rule = standard_of(version).vae_reply
    if rule is None:
        raise LookupError(f"{version} says no delay for VAE: run manage.py load_standard")
    return rule


def admissibility_verdict(request: AdmissibilityRequest, *, on: date) -> Verdict[AdmissibilityAnswer]:
    return judge_admissibility(_admissibility_facts(request), reply_rule(request.version), on)


def admissibility_answers(
    requests: Iterable[AdmissibilityRequest], *, on: date
) -> Iterator[tuple[AdmissibilityRequest, AdmissibilityAnswer]]:
    """Of many at once: the rule of each version is read once."""
    rules: dict[int, ReplyRule] = {}
    for request in requests:
        rule = rules.get(request.version_id) or rules.setdefault(request.version_id, reply_rule(request.version))
        yield request, judge_admissibility(_admissibility_facts(request), rule, on).answer


def _admissibility_facts(request: AdmissibilityRequest) -> AdmissibilityFacts:
    decision = AdmissibilityDecision(request.decision) if request.decision else None
    return AdmissibilityFacts(request.received_on, request.complete_on, decision, request.decided_on)


def _accreditations(organisation: TrainingOrganisation | None, version: StandardVersion) -> tuple[Accreditation, ...]:
    if organisation is None:
        return ()
    given = organisation.accreditations.filter(rncp_code=version.certification.rncp_code).order_by("starts_on", "pk")
    return tuple(Accreditation(*period) for period in given.values_list("starts_on", "ends_on"))
