"""A whole version of the standard, gathered for its page in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from .enums import BlockGroup, Parameter, Source
from .models import (
    AccessRoute,
    Block,
    Certification,
    Channel,
    ChannelPart,
    Competency,
    JuryCollege,
    Registration,
    RuleParameter,
    StandardVersion,
)
from .sentences.rules import composition_in_words, rule_in_words

COMPOSITION = (Parameter.MANDATORY_BLOCKS, Parameter.OPTIONAL_MINIMUM, Parameter.OPTIONAL_BLOCKS)
GROUP_TITLES = {
    BlockGroup.COMMON: "Blocs communs, obligatoires",
    BlockGroup.SPECIFIC: "Blocs spécifiques, obligatoires",
    BlockGroup.OPTIONAL: "Blocs optionnels",
}


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    registration: Registration
    on: date

    @property
    def is_in_force(self) -> bool:
        return self.registration.starts_on <= self.on <= self.registration.ends_on

    @property
    def state(self) -> str:
        if self.is_in_force:
            return "en vigueur"
        return "à venir" if self.on < self.registration.starts_on else "échu"


@dataclass(frozen=True, slots=True)
class BlockGroupSection:
    title: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class RuleLine:
    title: str
    words: str
    source: str
    reference: str


@dataclass(frozen=True, slots=True)
class StandardPage:
    version: StandardVersion
    certification: Certification
    registrations: list[RegistrationLine]
    composition: str
    composition_rule: RuleParameter
    groups: list[BlockGroupSection]
    channels: list[Channel]
    routes: list[AccessRoute]
    colleges: list[JuryCollege]
    rules: list[RuleLine]

    @property
    def awaits_confirmation(self) -> bool:
        return any(rule.source == Source.DEFAULT for rule in self.rules)

    @property
    def seats(self) -> int:
        return sum(college.seats for college in self.colleges)


def standard_page(version: StandardVersion, *, on: date) -> StandardPage:
    rules = {Parameter(rule.key): rule for rule in version.parameters.all()}
    parts = Prefetch("parts", ChannelPart.objects.order_by("position"))
    plan = Prefetch("plan", Channel.objects.order_by("position"))
    return StandardPage(
        version=version,
        certification=version.certification,
        registrations=_registration_lines(version.certification, on),
        composition=composition_in_words(*(rules[key].value for key in COMPOSITION)),
        composition_rule=rules[Parameter.OPTIONAL_MINIMUM],
        groups=_group_sections(version),
        channels=list(version.channels.order_by("position").prefetch_related(parts)),
        routes=list(version.routes.order_by("position").prefetch_related(plan)),
        colleges=list(version.jury_colleges.order_by("position")),
        rules=[_rule_line(rules[key]) for key in Parameter if key in rules and key not in COMPOSITION],
    )


def _registration_lines(certification: Certification, on: date) -> list[RegistrationLine]:
    """The latest first."""
    rows = certification.registrations.order_by("-starts_on", "-pk")
    return [RegistrationLine(row, on) for row in rows]


def _group_sections(version: StandardVersion) -> list[BlockGroupSection]:
    competencies = Prefetch("competencies", Competency.objects.order_by("position"))
    blocks = list(version.blocks.order_by("position").prefetch_related(competencies))
    grouped = {group: [block for block in blocks if block.group == group] for group in BlockGroup}
    return [BlockGroupSection(GROUP_TITLES[group], members) for group, members in grouped.items() if members]


def _rule_line(rule: RuleParameter) -> RuleLine:
    return RuleLine(rule.get_key_display(), rule_in_words(Parameter(rule.key), rule.value), rule.source, rule.reference)
