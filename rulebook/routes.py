"""Ways into the certification, and whether a person may be enrolled by one of them."""

from dataclasses import dataclass
from datetime import date

from rulebook.composition import Composition, blocks_to_open, in_order, judge_options
from rulebook.outcomes import ChannelCode, RouteCode
from rulebook.registration import Registration, judge_entry
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met


@dataclass(frozen=True, slots=True)
class Route:
    code: RouteCode
    is_open: bool
    plan: frozenset[ChannelCode]  # the channels whose opinion is required
    source: Source = Source.DEFAULT


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A training organisation's permission to prepare candidates, given by the CPNEFP [sheet]."""

    starts_on: date
    ends_on: date | None = None  # included

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    route: Route
    entered_on: date  # into training, or declared eligible for VAE
    needs_organisation: bool
    composition: Composition
    registrations: tuple[Registration, ...]
    options: tuple[str, ...]
    accreditations: tuple[Accreditation, ...] = ()
    acquired: frozenset[str] = frozenset()  # by the person, whatever the enrolment


def judge_enrolment(facts: EnrolmentFacts) -> Verdict[bool]:
    """By an open route, with an accredited organisation if the route has one, for blocks that remain to be acquired."""
    checks = (
        Check(
            CheckCode.ENROLMENT_ROUTE,
            CheckOutcome.of(facts.route.is_open),
            facts.route.source,
            {"route": facts.route.code},
        ),
        _organisation_check(facts),
        judge_options(facts.composition, facts.options).check,
        _blocks_check(facts),
        judge_entry(facts.registrations, facts.entered_on).check,
    )
    outcome = all_met(checks)
    check = Check(CheckCode.ENROLMENT, outcome, Source.SHEET, {"route": facts.route.code}, checks)
    return Verdict(outcome is CheckOutcome.MET, check)


def _organisation_check(facts: EnrolmentFacts) -> Check:
    if not facts.needs_organisation:
        return Check(
            CheckCode.ENROLMENT_NO_ORGANISATION, CheckOutcome.NOTED, facts.route.source, {"route": facts.route.code}
        )
    is_accredited = any(accreditation.covers(facts.entered_on) for accreditation in facts.accreditations)
    return Check(
        CheckCode.ENROLMENT_ACCREDITATION,
        CheckOutcome.of(is_accredited),
        Source.SHEET,
        {"entered_on": facts.entered_on},
    )


def _blocks_check(facts: EnrolmentFacts) -> Check:
    blocks = blocks_to_open(facts.composition, facts.options, facts.acquired)
    return Check(CheckCode.ENROLMENT_BLOCKS, CheckOutcome.of(bool(blocks)), Source.SHEET, {"blocks": in_order(blocks)})
