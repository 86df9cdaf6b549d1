import contextlib
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from candidates.models import Enrolment
from rncp31395.demonstration.accounts import ACCOUNTS, PASSWORD

GRACE_SECONDS = 10


class Command(BaseCommand):
    help = "Start everything on one machine: database, standard, demonstration, web server and worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The trial runs only with DEBUG=1; in production see docker-compose.yml.")
        call_command("migrate", verbosity=0)
        call_command("load_standard")
        if settings.DEMO and not Enrolment.objects.exists():
            self.stdout.write("Building the demonstration…")
            call_command("demo")
        signal.signal(signal.SIGTERM, _interrupt)
        children = [subprocess.Popen(command) for command in _commands(port)]  # noqa: S603  (our own commands)
        try:
            self._announce(port)
            _wait_for_first(children)
        except KeyboardInterrupt:
            self.stdout.write("Stopping…")
        finally:
            _stop(children)

    def _announce(self, port: int) -> None:
        lines = ["", f"  http://localhost:{port}", ""]
        if settings.DEMO:
            lines += [f"  Demonstration accounts, password “{PASSWORD}” (one click each on the sign-in page):"]
            lines += [f"    {account.email:26} {account.role}" for account in ACCOUNTS]
        lines += ["", f"  Mails are kept as files in {settings.DATA_DIR / 'mail'}"]
        if settings.DEMO:
            lines.append("  and shown to the secretariat: Organisations, then “messages non partis” (Courrier).")
        self.stdout.write("\n".join([*lines, "", "  Ctrl+C stops it.", ""]))


def _commands(port: int) -> list[list[str]]:
    scripts = Path(sys.executable).parent
    web = f"gunicorn rncp31395.wsgi --bind 127.0.0.1:{port} --workers 2 --log-level warning"
    worker = "celery -A rncp31395 worker --beat --concurrency 1 --loglevel WARNING"
    return [[str(scripts / program), *arguments] for program, *arguments in (web.split(), worker.split())]


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_for_first(children: list[subprocess.Popen[bytes]]) -> None:
    while True:
        for child in children:
            if child.poll() is not None:
                raise CommandError(f"{child.args!r} stopped with status {child.returncode}.")
        time.sleep(0.5)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
            continue
        child.kill()
