"""Gunicorn as in production on the database of the tests, and accidents: workers and masters killed at random."""

import os
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread

from django.db import connection

from tests.processes import kill_group
from tests.webserver import free_port, start_gunicorn

GUARDED, UNGUARDED = "rncp31395.wsgi", "tests.load.unguarded"


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
    port: int = field(default_factory=free_port)
    master: subprocess.Popen[bytes] | None = None
    turn: Lock = field(default_factory=Lock)  # one accident at a time

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": self.database}

    def start(self) -> None:
        self.master = start_gunicorn(
            self.application,
            "--preload",
            port=self.port,
            workers=self.workers,
            folder=self.folder,
            environment=self.environment,
            is_up=self._listen,
        )

    def _listen(self) -> None:
        socket.create_connection(("127.0.0.1", self.port), timeout=2).close()

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
