"""Recording the standard: the file says what it is, a version in use never changes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import ProtectedError

from journal.services import record
from organisations.models import AwardingBody

from . import standard_file
from .facts import standards_in_use
from .models import (
    AccessRoute,
    Block,
    CatalogueBlock,
    Certification,
    Channel,
    ChannelPart,
    Competency,
    JuryCollege,
    Registration,
    RuleParameter,
    StandardVersion,
)
from .standard_file import Rule, StandardFile

STANDARD = settings.BASE_DIR / "blocks" / "data" / "rncp31395.toml"


class StandardRefused(Exception):
    """The file contradicts what is already recorded, and relied upon."""


class StandardVersionInUse(StandardRefused):
    def __init__(self, label: str) -> None:
        super().__init__(
            f"version {label} is in use and the file says something else: give the file a new version label, "
            "and the day from which it applies"
        )


class CertificationInUse(StandardRefused):
    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"the file changes {', '.join(names)} of a certification in use: another title is another certification"
        )


class RegistrationRecorded(StandardRefused):
    def __init__(self, registration: Registration, names: Iterable[str]) -> None:
        super().__init__(
            f"the registration ordered on {registration.ordered_on} is recorded with another {', '.join(names)}: "
            "a recorded registration does not change"
        )


@dataclass(frozen=True, slots=True)
class LoadedStandard:
    version: StandardVersion
    changes: tuple[str, ...]  # in plain English; none when the file says what was recorded


@transaction.atomic(durable=True)
def load_standard(file: Path = STANDARD, *, by: str, at: datetime) -> LoadedStandard:
    """Record what the file says and was not recorded yet; the same file again changes nothing.

    `by` is the actor's reference for the journal. Raises `StandardFileRefused` or one of the refusals above.
    """
    standard = standard_file.parse(file.read_bytes())
    loading = _Loading(by, at)
    body = loading.record_awarding_body(standard)
    certification = loading.record_certification(standard, body)
    loading.record_registrations(standard, certification)
    version = loading.record_version(standard, certification)
    return LoadedStandard(version, tuple(loading.changes))


def mark_in_use(version: StandardVersion, *, at: datetime) -> None:
    """Freeze the version, inside the transaction of its first enrolment and before that is written."""
    if version.in_use_since:
        return
    StandardVersion.objects.filter(pk=version.pk, in_use_since=None).update(in_use_since=at)
    version.refresh_from_db(fields=["in_use_since"])


class _Loading:
    """One reading of the file into the rows: who, when, and what it changed."""

    def __init__(self, by: str, at: datetime) -> None:
        self._by, self._at = by, at
        self.changes: list[str] = []

    def record_awarding_body(self, standard: StandardFile) -> AwardingBody:
        short_name = standard.awarding_body.short_name
        found = AwardingBody.objects.select_for_update(of=("self",)).filter(short_name=short_name).first()
        body = found or AwardingBody(short_name=short_name)
        self._save(body, asdict(standard.awarding_body), f"awarding_body:{short_name}")
        return body

    def record_certification(self, standard: StandardFile, body: AwardingBody) -> Certification:
        values = asdict(standard.certification) | {"awarding_body_id": body.pk}
        code = standard.certification.rncp_code
        found = Certification.objects.select_for_update(of=("self",)).filter(rncp_code=code).first()
        certification = found or Certification(rncp_code=code)
        different = _different(certification, values)
        if found and different and found.versions.filter(in_use_since__isnull=False).exists():
            raise CertificationInUse(different)
        self._save(certification, values, f"certification:{code}")
        return certification

    def record_registrations(self, standard: StandardFile, certification: Certification) -> None:
        recorded = {registration.ordered_on: registration for registration in certification.registrations.all()}
        for entry in standard.registrations:
            found = recorded.get(entry.ordered_on)
            values = asdict(entry)
            if found:
                _refuse_another(found, values)
            registration = found or Registration(certification=certification)
            self._save(registration, values, f"registration:{certification.rncp_code}/{entry.ordered_on}")

    def record_version(self, standard: StandardFile, certification: Certification) -> StandardVersion:
        label, checksum = standard.version.label, standard.version_checksum
        found = certification.versions.select_for_update(of=("self",)).filter(label=label).first()
        if found and found.in_use_since:
            return self._complete(found, standard)
        if found and found.checksum == checksum:
            return found
        version = found or StandardVersion(certification=certification, label=label)
        values = {"label": label, "starts_on": standard.version.starts_on, "checksum": checksum}
        self._save(version, values, f"standard:{certification.rncp_code}/{label}")
        _write_content(version, standard)
        return version

    def _complete(self, version: StandardVersion, standard: StandardFile) -> StandardVersion:
        """Give a version in use the parameters that it lacks, since the rules did not read them when it was recorded.

        Everything else must be as recorded: what the checksum covers, and the parameters added so before.
        """
        recorded = {parameter.key: parameter for parameter in version.parameters.all()}
        rules = dict(standard.rules.items())
        added = {key for key, parameter in recorded.items() if parameter.added_at}
        lacking = rules.keys() - recorded.keys()
        is_as_recorded = standard.checksum_without(lacking | added) == version.checksum
        if not is_as_recorded or any(_says_otherwise(recorded[key], rules[key]) for key in added):
            raise StandardVersionInUse(version.label)
        if lacking:
            self._add_parameters(version, {key: rule for key, rule in rules.items() if key in lacking})
        return version

    def _add_parameters(self, version: StandardVersion, rules: Mapping[str, Rule[Any]]) -> None:
        RuleParameter.objects.bulk_create(
            RuleParameter(version=version, key=key, added_at=self._at, **asdict(rule)) for key, rule in rules.items()
        )
        standards_in_use.clear()
        subject = f"standard:{version.certification.rncp_code}/{version.label}"
        after = {"rules": {key: {"value": rule.value, "source": rule.source} for key, rule in rules.items()}}
        record("standard.completed", subject=subject, actor=self._by, at=self._at, after=after)
        self.changes.append(f"{subject} completed: {', '.join(rules)}")

    def _save(self, row: models.Model, values: dict[str, Any], subject: str) -> None:
        """Insert or update the row and leave the journal entry, only if it says something else."""
        different, is_new = _different(row, values), row.pk is None
        if not different:
            return
        before = None if is_new else {name: getattr(row, name) for name in different}
        for name in different:
            setattr(row, name, values[name])
        row.save()
        after = {name: values[name] for name in different}
        kind = subject.partition(":")[0]
        action = f"{kind}.recorded" if is_new else f"{kind}.updated"
        record(action, subject=subject, actor=self._by, at=self._at, before=before, after=after)
        self.changes.append(f"{subject} {'recorded' if is_new else 'updated: ' + ', '.join(different)}")


def _says_otherwise(parameter: RuleParameter, rule: Rule[Any]) -> bool:
    """Compared as the database keeps them: a tuple is a JSON array."""
    value = json.loads(json.dumps(rule.value))
    return (parameter.value, parameter.source, parameter.reference) != (value, rule.source, rule.reference)


def _different(row: models.Model, values: dict[str, Any]) -> list[str]:
    return [name for name, value in values.items() if row.pk is None or getattr(row, name) != value]


def _refuse_another(registration: Registration, values: dict[str, Any]) -> None:
    """A last issue date may come later, by another order; everything else is as it was published."""
    different = _different(registration, values)
    if registration.last_issue_on is None and different == ["last_issue_on"]:
        return
    if different:
        raise RegistrationRecorded(registration, different)


def _write_content(version: StandardVersion, standard: StandardFile) -> None:
    """Replace all that the version holds. Channels are kept by their code: cohorts already give them deadlines."""
    _clear_content(version)
    channels = _write_channels(version, standard)
    _write_routes(version, standard, channels)
    _write_blocks(version, standard)
    JuryCollege.objects.bulk_create(
        JuryCollege(version=version, position=position, **_columns(college))
        for position, college in enumerate(standard.jury_colleges, start=1)
    )
    RuleParameter.objects.bulk_create(
        RuleParameter(version=version, key=key, **asdict(rule)) for key, rule in standard.rules.items()
    )


def _clear_content(version: StandardVersion) -> None:
    for rows in (
        Competency.objects.filter(block__version=version),
        version.blocks.all(),
        version.routes.all(),
        ChannelPart.objects.filter(channel__version=version),
        version.jury_colleges.all(),
        version.parameters.all(),
    ):
        rows.delete()


def _write_channels(version: StandardVersion, standard: StandardFile) -> dict[str, Channel]:
    kept = [channel.code for channel in standard.channels]
    try:
        version.channels.exclude(code__in=kept).delete()
    except ProtectedError as error:
        raise StandardVersionInUse(version.label) from error
    channels: dict[str, Channel] = {}
    for position, entry in enumerate(standard.channels, start=1):
        values = {"title": entry.title, "parts_rule": entry.parts_rule, "position": position}
        channel, _ = version.channels.update_or_create(code=entry.code, defaults=values)
        ChannelPart.objects.bulk_create(
            ChannelPart(channel=channel, position=number, **_columns(part))
            for number, part in enumerate(entry.parts, start=1)
        )
        channels[entry.code] = channel
    return channels


def _write_routes(version: StandardVersion, standard: StandardFile, channels: dict[str, Channel]) -> None:
    for position, entry in enumerate(standard.routes, start=1):
        values = _columns(entry)
        is_open, plan = values.pop("open"), values.pop("plan")
        route = AccessRoute.objects.create(version=version, position=position, is_open=is_open, **values)
        route.plan.set([channels[code] for code in plan])


def _write_blocks(version: StandardVersion, standard: StandardFile) -> None:
    for position, entry in enumerate(standard.blocks, start=1):
        values = _columns(entry)
        competencies, key = values.pop("competencies"), values.pop("catalogue_key")
        catalogue_block = _catalogue_block(key, entry.title)
        block = Block.objects.create(version=version, catalogue_block=catalogue_block, position=position, **values)
        Competency.objects.bulk_create(
            Competency(block=block, position=number, **_columns(competency))
            for number, competency in enumerate(competencies, start=1)
        )


def _catalogue_block(key: str, title: str) -> CatalogueBlock:
    """A block is renamed in the catalogue only while no version in use words it."""
    block, _ = CatalogueBlock.objects.get_or_create(key=key, defaults={"title": title})
    if block.title != title and not block.wordings.filter(version__in_use_since__isnull=False).exists():
        block.title = title
        block.save(update_fields=["title"])
    return block


def _columns(entry: Any) -> dict[str, Any]:
    """The values of a file's entry, one level deep."""
    return {field.name: getattr(entry, field.name) for field in fields(entry)}
