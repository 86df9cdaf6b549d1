"""Gunicorn as in production on the database of the tests, and accidents: workers and masters killed at random."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread

from django.db import connection

from tests.processes import kill_group, leashed

PROJECT = Path(__file__).resolve().parents[2]
GUARDED, UNGUARDED = "rncp31395.wsgi", "tests.load.unguarded"
STARTS_WITHIN = 30.0


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address_of_tests() -> str:
    row = connection.settings_dict
    host, port = row["HOST"] or "127.0.0.1", row["PORT"] or 5432
    return f"postgres://{row['USER']}:{row['PASSWORD']}@{host}:{port}/{row['NAME']}"


@dataclass
class Server:
    folder: Path
    application: str = GUARDED
    database: str = field(default_factory=address_of_tests)
    workers: int = 4
    port: int = field(default_factory=_free_port)
    master: subprocess.Popen[bytes] | None = None
    turn: Lock = field(default_factory=Lock)  # one accident at a time

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": self.database}

    def start(self) -> None:
        with (self.folder / "web.log").open("ab") as log:
            self.master = leashed(
                [
                    str(Path(sys.executable).parent / "gunicorn"),
                    self.application,
                    f"--bind=127.0.0.1:{self.port}",
                    f"--workers={self.workers}",
                    "--preload",
                ],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            try:
                with closing(socket.create_connection(("127.0.0.1", self.port), timeout=2)):
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError((self.folder / "web.log").read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """Every process at once, without a word: as a power cut would."""
        with self.turn:
            self._kill_all()

    def _kill_all(self) -> None:
        if self.master is not None:
            kill_group(self.master)
            self.master = None

    def restart(self) -> None:
        with self.turn:
            self._kill_all()
            self.start()

    def kill_a_worker(self, chance: Random) -> bool:
        with self.turn:
            workers = self.workers_alive()
            if not workers:
                return False
            try:
                os.kill(chance.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                return False
            return True

    def workers_alive(self) -> list[int]:
        if self.master is None:
            return []
        pid = self.master.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass
class Accidents:
    """Kills a worker every second or so, and everything now and then, while people vote."""

    server: Server
    chance: Random
    every: tuple[float, float] = (0.3, 1.5)
    restarts_one_in: int = 15
    kills: int = 0
    restarts: int = 0
    _over: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> "Accidents":
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        assert self._thread
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.chance.uniform(*self.every)):
            if self.chance.randrange(self.restarts_one_in) == 0:
                self.server.restart()
                self.restarts += 1
            else:
                self.kills += self.server.kill_a_worker(self.chance)
