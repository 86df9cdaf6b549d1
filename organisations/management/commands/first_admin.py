import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from organisations.models import AwardingBody
from organisations.services import AlreadyFounded, open_first_admin


class Command(BaseCommand):
    help = "Open the secretariat's first account; its password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("first_name")
        parser.add_argument("last_name")

    def handle(self, *args: Any, email: str, first_name: str, last_name: str, **options: Any) -> None:
        awarding_body = AwardingBody.objects.first()
        if awarding_body is None:
            raise CommandError("Load the standard first: manage.py load_standard.")
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_email(email)
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        try:
            open_first_admin(
                awarding_body,
                email=email,
                first_name=first_name,
                last_name=last_name,
                password=password,
                at=timezone.now(),
            )
        except AlreadyFounded as refusal:
            raise CommandError("The secretariat has an admin already, who invites the others.") from refusal
        self.stdout.write(f"{email} may now sign in.")
