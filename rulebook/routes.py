"""Ways into the certification, and whether a person may be enrolled by one of them."""

from dataclasses import dataclass
from datetime import date

from rulebook.composition import Composition, blocks_to_open, in_order, judge_options
from rulebook.outcomes import ChannelCode, RouteCode
from rulebook.registration import Registration, judge_entry
from rulebook.verdict import Check, CheckCode, Source, Verdict, branch, judged, leaf, noted


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
    route = facts.route
    checks = (
        leaf(CheckCode.ENROLMENT_ROUTE, route.source, route.is_open, route=route.code),
        _organisation_check(facts),
        judge_options(facts.composition, facts.options).check,
        _blocks_check(facts),
        judge_entry(facts.registrations, facts.entered_on).check,
    )
    return judged(branch(CheckCode.ENROLMENT, Source.SHEET, checks, route=route.code))


def _organisation_check(facts: EnrolmentFacts) -> Check:
    if not facts.needs_organisation:
        return noted(CheckCode.ENROLMENT_NO_ORGANISATION, facts.route.source, route=facts.route.code)
    is_accredited = any(accreditation.covers(facts.entered_on) for accreditation in facts.accreditations)
    return leaf(CheckCode.ENROLMENT_ACCREDITATION, Source.SHEET, is_accredited, entered_on=facts.entered_on)


def _blocks_check(facts: EnrolmentFacts) -> Check:
    blocks = blocks_to_open(facts.composition, facts.options, facts.acquired)
    return leaf(CheckCode.ENROLMENT_BLOCKS, Source.SHEET, bool(blocks), blocks=in_order(blocks))
