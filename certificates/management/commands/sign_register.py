"""Sign the papers that were issued before the register had a key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates import register


class Command(BaseCommand):
    help = "Sign the papers issued before the register had a key, once somebody has checked them: verify first."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--yes", action="store_true", help="sign; without it, only say how many there are")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        papers = list(register.never_signed().order_by("pk").values_list("pk", flat=True))
        if yes:
            for certificate_id in papers:
                register.sign_state(certificate_id, at=timezone.now())
        verb = "signed" if yes else "without a signature; check them with verify, then run again with --yes"
        self.stdout.write(f"{len(papers)} papers {verb}.")
