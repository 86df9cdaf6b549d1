"""Gunicorn as a test starts it: on a port of its own, its log in the folder of the test, killed with it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests.processes import leashed

PROJECT = Path(__file__).resolve().parents[1]
STARTS_WITHIN = 30.0


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_gunicorn(
    application: str,
    *options: str,
    port: int,
    workers: int,
    folder: Path,
    environment: Mapping[str, str],
    is_up: Callable[[], object],
) -> subprocess.Popen[bytes]:
    """Returns once `is_up` no longer raises an `OSError`."""
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    command = [gunicorn, application, f"--bind=127.0.0.1:{port}", f"--workers={workers}", *options]
    log = folder / "web.log"
    with log.open("ab") as output:
        master = leashed(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            is_up()
        except OSError:
            time.sleep(0.05)
        else:
            return master
    raise TimeoutError(log.read_text(errors="replace")[-2000:])
