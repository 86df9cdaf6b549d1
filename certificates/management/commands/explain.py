import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocks.sentences import sentence, source_label
from candidates.models import Enrolment
from certificates.explanation import Chapter, explain
from rulebook.verdict import Check, CheckOutcome

MARKS = {CheckOutcome.MET: "✓", CheckOutcome.UNMET: "✗", CheckOutcome.UNKNOWN: "?", CheckOutcome.NOTED: "·"}


class Command(BaseCommand):
    help = "The verdict on one enrolment, with its reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="such as 2021-000123")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        enrolment = (
            Enrolment.objects.filter(reference=options["reference"])
            .select_related("candidate", "route", "version__certification")
            .first()
        )
        if enrolment is None:
            raise CommandError(f"No enrolment bears the reference {options['reference']}.")
        chapters = explain(enrolment, on=timezone.localdate())
        self.stdout.write(_as_json(enrolment, chapters) if options["json"] else "\n".join(_as_text(chapters)))


def _as_json(enrolment: Enrolment, chapters: list[Chapter]) -> str:
    verdicts = [{"title": chapter.title, **_with_sentences(chapter.check)} for chapter in chapters]
    return json.dumps({"reference": enrolment.reference, "verdicts": verdicts}, ensure_ascii=False, indent=2)


def _with_sentences(check: Check) -> dict[str, Any]:
    return check.as_dict() | {
        "sentence": sentence(check),
        "checks": [_with_sentences(below) for below in check.checks],
    }


def _as_text(chapters: list[Chapter]) -> Iterator[str]:
    for chapter in chapters:
        yield f"\n{chapter.title}"
        yield from _lines(chapter.check, depth=1)


def _lines(check: Check, *, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{MARKS[check.outcome]} {sentence(check)} [{source_label(check)}]"
    for below in check.checks:
        yield from _lines(below, depth=depth + 1)
