"""The whole product as its users meet it: gunicorn on the demonstration, that a test may kill, and its database."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.processes import kill_group
from tests.webserver import PROJECT, free_port, start_gunicorn


@dataclass
class Site:
    folder: Path
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "rncp31395.settings",
            "DEBUG": "1",
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "SITE_URL": self.url,
        }

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=PROJECT, env=self.environment, check=True, capture_output=True)  # noqa: S603

    def build(self) -> None:
        for words in (["migrate"], ["load_standard"], ["demo"]):
            self.manage(*words)

    def start(self) -> None:
        self.server = start_gunicorn(
            "rncp31395.wsgi",
            port=self.port,
            workers=2,
            folder=self.folder,
            environment=self.environment,
            is_up=self._answer,
        )

    def _answer(self) -> None:
        with urlopen(f"{self.url}/compte/connexion/", timeout=2):  # noqa: S310
            pass

    def kill(self) -> None:
        if self.server is not None:
            kill_group(self.server)
            self.server = None

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "rncp31395.sqlite3", timeout=20)) as connection, connection:
            yield connection

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.database() as connection:
            return connection.execute(query, values).fetchall()

    def write(self, query: str, *values: Any) -> None:
        with self.database() as connection:
            connection.execute(query, values)
