from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from blocks.services import STANDARD, StandardRefused, load_standard
from blocks.standard_file import StandardFileRefused
from journal.services import SYSTEM


class Command(BaseCommand):
    help = "Load or update the standard from its file; refuses to change a version in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=STANDARD, metavar="FILE")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            loaded = load_standard(file, by=SYSTEM, at=timezone.now())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except (StandardFileRefused, StandardRefused) as refusal:
            raise CommandError(f"{file}: {refusal}") from refusal
        for change in loaded.changes:
            self.stdout.write(change)
        if not loaded.changes:
            self.stdout.write(f"{loaded.version}: nothing to change")
