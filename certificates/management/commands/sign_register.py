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
        papers = register.unsigned().filter(signed_state__isnull=True).order_by("pk")
        numbers = list(papers.values_list("pk", "number"))
        if yes:
            for certificate_id, _ in numbers:
                register.sign_state(certificate_id, at=timezone.now())
        verb = "signed" if yes else "without a signature; check them with verify, then run again with --yes"
        self.stdout.write(f"{len(numbers)} papers {verb}.")
