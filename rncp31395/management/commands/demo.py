import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from candidates.models import Enrolment
from organisations.models import AwardingBody
from rncp31395.demonstration.story import Story

TOLD = 33  # enrolments of the story itself


class Command(BaseCommand):
    help = "Build the demonstration, through the services: fictitious people in every situation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--enrolments", type=int, default=TOLD, help="how many in all; never fewer than the story")
        parser.add_argument("--seed", type=int, default=31395)

    def handle(self, *args: Any, enrolments: int, seed: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs only with DEMO=1.")
        awarding_body = AwardingBody.objects.first()
        if awarding_body is None:
            raise CommandError("Load the standard first: manage.py load_standard.")
        if Enrolment.objects.exists():
            raise CommandError("This database already has enrolments: the demonstration wants an empty one.")
        started = time.perf_counter()
        Story(awarding_body, seed=seed).told(extra=max(0, enrolments - TOLD), today=timezone.localdate())
        took = time.perf_counter() - started
        self.stdout.write(f"{Enrolment.objects.count()} enrolments in {took:.1f} s. Everybody is fictitious.")
