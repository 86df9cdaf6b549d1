"""The standard as the product ships it, in the database of the test."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from blocks.facts import standards_in_use
from blocks.models import Certification, StandardVersion
from blocks.services import load_standard
from journal.models import Entry
from journal.services import record

from .organisations import make_awarding_body

LOADED_AT = datetime(2018, 9, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the service wrote: its rows in the order of their tables, and its entries."""

    rows: list[tuple[type[Model], list[Model]]]
    entries: list[Entry]

    def again(self) -> None:
        body = make_awarding_body()
        for model, rows in self.rows:
            if model is Certification:
                rows = [Certification(**_columns(row) | {"awarding_body_id": body.pk}) for row in rows]
            model._base_manager.bulk_create(rows)
        for entry in self.entries:
            said = {"subject": entry.subject, "before": entry.before, "after": entry.after}
            record(entry.action, actor=entry.actor, at=entry.at, **said)


_written: list[_Written] = []  # at the first call of the process


def load() -> StandardVersion:
    """The version of `blocks/data/rncp31395.toml`, as `load_standard` records it.

    The service reads the file once in a process. Nearly every test starts here: the others write the same rows again.
    """
    standards_in_use.clear()  # those of another test, whose rows are gone and their keys given again
    if StandardVersion.objects.exists():
        return load_standard(by="system", at=LOADED_AT).version
    if not _written:
        return _load()
    with transaction.atomic():  # a row may stand before the one that it refers to
        _written[0].again()
    return StandardVersion.objects.select_related("certification").get()


def _load() -> StandardVersion:
    make_awarding_body()
    known = set(Entry.objects.values_list("seq", flat=True))
    version = load_standard(by="system", at=LOADED_AT).version
    models = apps.get_app_config("blocks").get_models(include_auto_created=True)
    rows = [(model, list(model._base_manager.order_by("pk"))) for model in models]
    _written.append(_Written(rows, list(Entry.objects.exclude(seq__in=known).order_by("seq"))))
    return version


def _columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
