"""Rows of the standard → what the rules know about the certification."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from rulebook.admissibility import ReplyRule
from rulebook.composition import Composition, Requirement
from rulebook.convening import ConveningRule
from rulebook.declaration import DeclarationRule
from rulebook.jury import JuryComposition, MajorityRule, QuorumRule, RecusalRule
from rulebook.outcomes import ChannelCode, CollegeCode, RouteCode
from rulebook.registration import Registration
from rulebook.resit import ResitRule
from rulebook.routes import Route
from rulebook.standard import Standard
from rulebook.verdict import Source

from .enums import Parameter
from .models import Certification, RuleParameter, StandardVersion
from .models import Registration as RegistrationRow

# Versions in use, which never change, without their registrations, to which more may be added.
standards_in_use: dict[tuple[int, str, datetime], Standard] = {}


def standard_of(version: StandardVersion) -> Standard:
    """Everything the rules need. In each process a version in use is read once, its registrations every time."""
    return replace(_standard_kept(version), registrations=registrations_of(version.certification_id))


def _standard_kept(version: StandardVersion) -> Standard:
    if version.in_use_since is None:
        return _read_standard(version)
    key = (version.pk, version.checksum, version.in_use_since)
    if key not in standards_in_use:
        standards_in_use[key] = _read_standard(version)
    return standards_in_use[key]


def registrations_of(certification: Certification | int) -> tuple[Registration, ...]:
    """The certification's, given as a row or by its key, in the order in which they were decided."""
    rows = RegistrationRow.objects.filter(certification=certification).order_by("ordered_on")
    names = ("ordered_on", "published_on", "starts_on", "ends_on", "last_issue_on", "current_title")
    return tuple(Registration(*values) for values in rows.values_list(*names))


def _read_standard(version: StandardVersion) -> Standard:
    rules = {Parameter(rule.key): rule for rule in version.parameters.all()}
    values = {key: rule.value for key, rule in rules.items()}
    seats = {CollegeCode(college.code): college.seats for college in version.jury_colleges.order_by("position")}
    jury = JuryComposition(MappingProxyType(seats))
    return Standard(
        composition=Composition(
            mandatory=Requirement.all_of(*values[Parameter.MANDATORY_BLOCKS]),
            optional=Requirement.at_least(values[Parameter.OPTIONAL_MINIMUM], *values[Parameter.OPTIONAL_BLOCKS]),
            source=_source(rules, Parameter.OPTIONAL_MINIMUM),
        ),
        channels=frozenset(ChannelCode(channel.code) for channel in version.channels.all()),
        routes=MappingProxyType(_routes(version)),
        jury=jury,
        quorum=QuorumRule(
            minimum=values[Parameter.JURY_QUORUM],
            out_of=jury.total,
            colleges=frozenset(CollegeCode(code) for code in values[Parameter.JURY_QUORUM_COLLEGES]),
            source=_source(rules, Parameter.JURY_QUORUM),
        ),
        majority=MajorityRule(
            abstentions_count=values[Parameter.ABSTENTIONS_COUNT],
            casting_vote=values[Parameter.CASTING_VOTE],
            source=_source(rules, Parameter.CASTING_VOTE),
        ),
        recusal=RecusalRule(
            training_seat_votes_on_own=values[Parameter.TRAINING_SEAT_VOTES_ON_OWN],
            source=_source(rules, Parameter.TRAINING_SEAT_VOTES_ON_OWN),
        ),
        registrations=(),
        appeal_months=values[Parameter.APPEAL_MONTHS],
        appeal_source=_source(rules, Parameter.APPEAL_MONTHS),
        vae_reply=_vae_reply(rules.get(Parameter.VAE_REPLY_MONTHS)),
        resit=_resit(rules.get(Parameter.RESIT_CHANNELS)),
        rating_source=_source(rules, Parameter.RATING_SCALE),
        convening=_convening(rules.get(Parameter.CONVENING_DAYS)),
        declaration=_declaration(rules),
    )


def _resit(rule: RuleParameter | None) -> ResitRule:
    """A version recorded before the rules knew of resits, and not loaded again since, opens none."""
    return ResitRule(frozenset(ChannelCode(code) for code in rule.value), Source(rule.source)) if rule else ResitRule()


def _convening(rule: RuleParameter | None) -> ConveningRule | None:
    return ConveningRule(rule.value, Source(rule.source)) if rule else None


def _vae_reply(rule: RuleParameter | None) -> ReplyRule | None:
    return ReplyRule(rule.value, Source(rule.source), rule.reference) if rule else None


def _declaration(rules: dict[Parameter, RuleParameter]) -> DeclarationRule:
    """A version recorded before the rules read it has the law's delay all the same."""
    months, alerts = rules.get(Parameter.DECLARATION_MONTHS), rules.get(Parameter.DECLARATION_ALERT_DAYS)
    rule = DeclarationRule()
    if months:
        rule = replace(rule, months=months.value, source=Source(months.source), reference=months.reference)
    return replace(rule, alert_days=tuple(alerts.value)) if alerts else rule


def _routes(version: StandardVersion) -> dict[RouteCode, Route]:
    return {
        RouteCode(route.code): Route(
            code=RouteCode(route.code),
            is_open=route.is_open,
            plan=frozenset(ChannelCode(channel.code) for channel in route.plan.all()),
            source=Source(route.plan_source),
        )
        for route in version.routes.prefetch_related("plan")
    }


def _source(rules: dict[Parameter, RuleParameter], key: Parameter) -> Source:
    return Source(rules[key].source)
