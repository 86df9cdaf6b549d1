"""Sign the papers that were issued, and the files kept beside them, before the register signed such."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates import register, register_files
from certificates.models import Certificate


class Command(BaseCommand):
    help = "Sign the papers and files of before the register signed them, once somebody has checked them: verify first."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--yes", action="store_true", help="sign; without it, only say which they are")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        papers = list(register.never_signed().order_by("pk"))
        files = register_files.never_signed()
        if yes:
            self._sign(papers, files)
        else:
            self.stdout.writelines(f"{each}\n" for each in [*papers, *files])
        verb = "signed" if yes else "without a signature; check them with verify, then run again with --yes"
        self.stdout.write(f"{len(papers)} papers and {len(files)} files {verb}.")

    def _sign(self, papers: list[Certificate], files: list[register_files.KeptFile]) -> None:
        at = timezone.now()
        for paper in papers:
            register.sign_state(paper.pk, at=at)
        for file in files:
            register_files.sign_kept(file, at=at)
