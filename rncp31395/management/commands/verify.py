import json
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from journal.invariants import Invariant

SHOWN = 5


class Command(BaseCommand):
    help = "Check the journal's chain, every stored document's hash and the promises kept; fail on the first doubt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for invariant in invariants():
            rows = list(islice(invariant.find(), SHOWN + 1))
            broken += bool(rows)
            self.stdout.write(_as_json(invariant, rows) if options["json"] else _as_text(invariant, rows))
        if broken:
            raise CommandError(f"{broken} promise(s) broken.")


def invariants() -> Iterator[Invariant]:
    """Those that each app declares in its `invariants.py`."""
    for config in apps.get_app_configs():
        name = f"{config.name}.invariants"
        if find_spec(name):
            yield from import_module(name).INVARIANTS


def _as_text(invariant: Invariant, rows: list[str]) -> str:
    if not rows:
        return f"  kept    {invariant.code}: {invariant.promise}"
    shown = ", ".join(rows[:SHOWN]) + (", …" if len(rows) > SHOWN else "")
    return f"  BROKEN  {invariant.code}: {invariant.promise} See {shown}"


def _as_json(invariant: Invariant, rows: list[str]) -> str:
    fields = {"code": invariant.code, "promise": invariant.promise, "kept": not rows, "rows": rows}
    return json.dumps(fields, ensure_ascii=False)
