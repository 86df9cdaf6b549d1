"""The standard as a file: TOML read into frozen dataclasses, strictly. Every refusal names its line and its key.

The dataclasses are the format: a field is a key, its type says what the key may hold, a default makes it optional.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Generic, NoReturn, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from journal.canonical import sha256_of
from rulebook.outcomes import BlockGroup, ChannelCode, CollegeCode, Rating, RouteCode
from rulebook.verdict import Source

from .enums import PartsRule
from .toml_lines import KeyPath, line_at, lines_of

Value = TypeVar("Value")
Complaint: TypeAlias = Callable[[Any], str]  # what is wrong with a value; nothing when it is right


class StandardFileRefused(Exception):
    """The file says something that the standard cannot hold, at that line and key."""

    def __init__(self, line: int, key: str, message: str) -> None:
        super().__init__(f"line {line}, {key}: {message}" if key else f"line {line}: {message}")
        self.line = line
        self.key = key
        self.message = message


def _at_most(length: int) -> Complaint:
    return lambda text: "" if len(text) <= length else f"must be at most {length} characters long"


def _positive(number: int) -> str:
    return "" if number > 0 else "must be at least 1"


def _slug(text: str) -> str:
    return "" if re.fullmatch(r"[a-z0-9_-]+", text) else "must be made of a–z, 0–9, - and _"


def _not_empty(items: Collection[Any]) -> str:
    return "" if items else "must not be empty"


def _distinct(items: Collection[Any]) -> str:
    repeated = [str(item) for item, times in Counter(items).items() if times > 1]
    return f"must not repeat {', '.join(repeated)}" if repeated else ""


def _every_rating(scale: Collection[Rating]) -> str:
    expected = ", ".join(Rating)
    return "" if tuple(scale) == tuple(Rating) else f"must be {expected}: the rules know no other scale"


def _never(is_allowed: bool) -> str:
    return "must be false: the rules know no proxies" if is_allowed else ""


Code: TypeAlias = Annotated[str, _at_most(10)]
Name: TypeAlias = Annotated[str, _at_most(160)]
Title: TypeAlias = Annotated[str, _at_most(255)]
Count: TypeAlias = Annotated[int, _positive]
Codes: TypeAlias = Annotated[tuple[str, ...], _not_empty, _distinct]


@dataclass(frozen=True, slots=True)
class AwardingBody:
    short_name: Annotated[str, _at_most(40)]
    name: Title
    address: Title
    city: Annotated[str, _at_most(80)]


@dataclass(frozen=True, slots=True)
class Certification:
    rncp_code: Annotated[str, _at_most(20)]
    title: Title
    former_title: Title
    agreement: Name
    branch_agreement: Title
    nsf_code: Code
    nsf_title: Title
    rome_code: Code
    rome_title: Title


@dataclass(frozen=True, slots=True)
class Registration:
    ordered_on: date
    published_on: date
    starts_on: date
    ends_on: date
    current_title: bool
    last_issue_on: date | None = None


@dataclass(frozen=True, slots=True)
class Version:
    label: Annotated[str, _at_most(40)]
    starts_on: date


@dataclass(frozen=True, slots=True)
class Competency:
    code: Code
    wording: str


@dataclass(frozen=True, slots=True)
class Block:
    code: Code
    sheet_number: Count
    group: BlockGroup
    catalogue_key: Annotated[str, _slug, _at_most(80)]
    title: Title
    competencies: Annotated[tuple[Competency, ...], _not_empty]
    france_competencies_code: Annotated[str, _at_most(20)] | None = None

    @property
    def is_optional(self) -> bool:
        return self.group is BlockGroup.OPTIONAL


@dataclass(frozen=True, slots=True)
class ChannelPart:
    code: Annotated[str, _slug, _at_most(40)]
    title: Title


@dataclass(frozen=True, slots=True)
class Channel:
    code: ChannelCode
    title: Name
    parts_rule: PartsRule
    parts: Annotated[tuple[ChannelPart, ...], _not_empty]


@dataclass(frozen=True, slots=True)
class Route:
    code: RouteCode
    title: Name
    open: bool
    jury_printed: bool
    needs_training_organisation: bool
    cdc_code: Annotated[str, _at_most(80)]
    plan: Annotated[tuple[ChannelCode, ...], _not_empty, _distinct]
    plan_source: Source


@dataclass(frozen=True, slots=True)
class JuryCollege:
    code: CollegeCode
    title: Name
    seats: Count


@dataclass(frozen=True, slots=True)
class Rule(Generic[Value]):
    value: Value
    source: Source
    reference: Name = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """One field for each `blocks.enums.Parameter`."""

    mandatory_blocks: Rule[Codes]
    optional_blocks: Rule[Codes]
    optional_minimum: Rule[Count]
    rating_scale: Rule[Annotated[tuple[Rating, ...], _every_rating]]
    jury_quorum: Rule[Count]
    jury_quorum_colleges: Rule[Annotated[tuple[CollegeCode, ...], _distinct]]
    abstentions_count: Rule[bool]
    casting_vote: Rule[bool]
    proxies_allowed: Rule[Annotated[bool, _never]]
    training_seat_votes_on_own: Rule[bool]
    appeal_months: Rule[Count]
    resit_channels: Rule[Annotated[tuple[ChannelCode, ...], _not_empty, _distinct]]
    convening_days: Rule[Count]
    vae_reply_months: Rule[Count]
    declaration_months: Rule[Count]
    declaration_alert_days: Rule[Annotated[tuple[Count, ...], _not_empty, _distinct]]

    def items(self) -> list[tuple[str, Rule[Any]]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


@dataclass(frozen=True, slots=True)
class StandardFile:
    awarding_body: AwardingBody
    certification: Certification
    registrations: Annotated[tuple[Registration, ...], _not_empty]
    version: Version
    blocks: Annotated[tuple[Block, ...], _not_empty]
    channels: Annotated[tuple[Channel, ...], _not_empty]
    routes: Annotated[tuple[Route, ...], _not_empty]
    jury_colleges: Annotated[tuple[JuryCollege, ...], _not_empty]
    rules: Rules

    @property
    def version_checksum(self) -> str:
        return self.checksum_without(())

    def checksum_without(self, rules: Collection[str]) -> str:
        """SHA-256 of what the version says but for these rules; layout and registrations are no part of it either."""
        content = asdict(self)
        for name in ("awarding_body", "certification", "registrations"):
            del content[name]
        for key in rules:
            del content["rules"][key]
        return sha256_of(content, default=str)


def parse(raw: bytes) -> StandardFile:
    text = _decoded(raw)
    content = _loaded(text)
    reader = _Reader(lines_of(text))
    standard: StandardFile = reader.read(StandardFile, content, ())
    _check_consistency(standard, reader)
    return standard


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise StandardFileRefused(line, "", "must be written in UTF-8") from error


def _loaded(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message = str(error)[: place.start()] if place else str(error)
        raise StandardFileRefused(line, "", f"cannot be read as TOML: {message}") from error


class _Reader:
    """Reads a value as the kind that a type says, or refuses it at its line."""

    def __init__(self, lines: Mapping[KeyPath, int]) -> None:
        self._lines = lines

    def refuse(self, path: KeyPath, message: str) -> NoReturn:
        key = ".".join(str(name) for name in path if not isinstance(name, int))
        raise StandardFileRefused(line_at(self._lines, path), key, message)

    def read(self, kind: Any, value: Any, path: KeyPath) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._complained(self.read(arguments[0], value, path), arguments[1:], path)
        if origin is UnionType:
            return self.read(arguments[0], value, path)  # `kind | None`: an absent key is the None, TOML has no other
        if origin is tuple:
            return self._items(arguments[0], value, path)
        if is_dataclass(origin or kind):
            return self._table(kind, value, path)
        return self._choice(kind, value, path) if issubclass(kind, Enum) else self._scalar(kind, value, path)

    def _complained(self, value: Any, complaints: Iterable[Complaint], path: KeyPath) -> Any:
        for complaint in complaints:
            if message := complaint(value):
                self.refuse(path, message)
        return value

    def _items(self, kind: Any, value: Any, path: KeyPath) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self.refuse(path, f"must be an array, not {_name(value)}")
        return tuple(self.read(kind, item, (*path, position)) for position, item in enumerate(value))

    def _table(self, kind: Any, value: Any, path: KeyPath) -> Any:
        if not isinstance(value, dict):
            self.refuse(path, f"must be a table, not {_name(value)}")
        table, kinds = get_origin(kind) or kind, _kinds_of(kind)
        for key in value.keys() - kinds.keys():
            self.refuse((*path, key), f"is unknown here: expected {', '.join(kinds)}")
        for field in fields(table):
            if field.name not in value and field.default is MISSING:
                self.refuse((*path, field.name), "is missing")
        return table(**{key: self.read(kinds[key], item, (*path, key)) for key, item in value.items()})

    def _choice(self, kind: type[Enum], value: Any, path: KeyPath) -> Enum:
        words = [member.value for member in kind]
        if value not in words:
            self.refuse(path, f"must be one of {', '.join(words)}, not {value!r}")
        return kind(value)

    def _scalar(self, kind: type, value: Any, path: KeyPath) -> Any:
        if type(value) is not kind:  # True is no number, a moment is no day
            self.refuse(path, f"must be {_KIND_NAMES[kind]}, not {_name(value)}")
        if isinstance(value, str) and (not value or value != unicodedata.normalize("NFC", value.strip())):
            self.refuse(path, "must be a text in NFC, not empty, without spaces around it")
        return value


_KIND_NAMES = {str: "a text", int: "a whole number", bool: "true or false", date: "a day", list: "an array"}


def _name(value: Any) -> str:
    return _KIND_NAMES.get(type(value), "a table" if isinstance(value, dict) else f"{value!r}")


def _kinds_of(kind: Any) -> dict[str, Any]:
    """What each key of a table may hold; in `Rule[Codes]`, a value is `Codes`."""
    hints = get_type_hints(get_origin(kind) or kind, include_extras=True)
    [given] = get_args(kind) or (None,)
    return {name: given if hint is Value else hint for name, hint in hints.items()}


def _check_consistency(standard: StandardFile, reader: _Reader) -> None:
    _check_identifiers(standard, reader)
    _check_periods(standard, reader)
    _check_composition(standard, reader)
    _check_plans(standard, reader)
    _check_resit(standard, reader)
    _check_jury(standard, reader)


def _check_identifiers(standard: StandardFile, reader: _Reader) -> None:
    blocks, channels = enumerate(standard.blocks), enumerate(standard.channels)
    competencies = [
        (("blocks", number, "competencies", position, "code"), competency.code)
        for number, block in blocks
        for position, competency in enumerate(block.competencies)
    ]
    parts = [
        (("channels", number, "parts", position, "code"), part.code)
        for number, channel in channels
        for position, part in enumerate(channel.parts)
    ]
    _check_distinct(reader, competencies)
    _check_distinct(reader, parts)
    for array, key in (
        ("registrations", "ordered_on"),
        ("blocks", "code"),
        ("blocks", "sheet_number"),
        ("blocks", "catalogue_key"),
        ("channels", "code"),
        ("routes", "code"),
        ("jury_colleges", "code"),
    ):
        items = enumerate(getattr(standard, array))
        _check_distinct(reader, [((array, position, key), getattr(item, key)) for position, item in items])


def _check_distinct(reader: _Reader, identifiers: Iterable[tuple[KeyPath, Any]]) -> None:
    seen = set()
    for path, identifier in identifiers:
        if identifier in seen:
            reader.refuse(path, f"{identifier} is already used")
        seen.add(identifier)


def _check_periods(standard: StandardFile, reader: _Reader) -> None:
    for position, registration in enumerate(standard.registrations):
        if registration.ends_on < registration.starts_on:
            reader.refuse(("registrations", position, "ends_on"), "must not come before starts_on")
        if registration.published_on < registration.ordered_on:
            reader.refuse(("registrations", position, "published_on"), "must not come before ordered_on")


def _check_composition(standard: StandardFile, reader: _Reader) -> None:
    rules = standard.rules
    for key, rule, is_optional in (
        ("mandatory_blocks", rules.mandatory_blocks, False),
        ("optional_blocks", rules.optional_blocks, True),
    ):
        expected = {block.code for block in standard.blocks if block.is_optional == is_optional}
        if set(rule.value) != expected:
            codes = ", ".join(sorted(expected))
            reader.refuse(("rules", key, "value"), f"must name the blocks of these groups, which are {codes}")
    if rules.optional_minimum.value > len(rules.optional_blocks.value):
        reader.refuse(("rules", "optional_minimum", "value"), "must not exceed the number of optional blocks")


def _check_plans(standard: StandardFile, reader: _Reader) -> None:
    channels = {channel.code for channel in standard.channels}
    for number, route in enumerate(standard.routes):
        for position, code in enumerate(route.plan):
            if code not in channels:
                reader.refuse(("routes", number, "plan", position), f"{code} is no channel of this file")


def _check_resit(standard: StandardFile, reader: _Reader) -> None:
    channels = {channel.code for channel in standard.channels}
    for position, code in enumerate(standard.rules.resit_channels.value):
        if code not in channels:
            reader.refuse(("rules", "resit_channels", "value", position), f"{code} is no channel of this file")


def _check_jury(standard: StandardFile, reader: _Reader) -> None:
    colleges = {college.code: college.seats for college in standard.jury_colleges}
    rules = standard.rules
    if rules.jury_quorum.value > sum(colleges.values()):
        reader.refuse(("rules", "jury_quorum", "value"), "must not exceed the number of seats")
    for position, code in enumerate(rules.jury_quorum_colleges.value):
        if code not in colleges:
            reader.refuse(("rules", "jury_quorum_colleges", "value", position), f"{code} is no college of this file")
