"""A whole run: sessions prepared, held under accidents, compared; and the same without the guard."""

import json
import time
from pathlib import Path
from random import Random

from django.db import connection

from journal.guards import all_guards

from .server import GUARDED, UNGUARDED, Accidents, Server
from .sittings import Findings, compare, hold, make_agenda, open_sessions, seated


def run(
    folder: Path, *, rounds: int, dossiers: int, clients: int = 13, guarded: bool = True, seed: int = 31395
) -> Findings:
    """Prints what it has found so far after each session, for those who wait."""
    chance, findings = Random(seed), Findings()  # noqa: S311
    if not guarded:
        _lift_the_guard()
    sessions = open_sessions(rounds, make_agenda(dossiers))
    server = Server(folder, GUARDED if guarded else UNGUARDED)
    server.start()
    started = time.monotonic()
    try:
        with Accidents(server, Random(seed + 1)) as accidents:  # noqa: S311
            for session in sessions:
                people = seated(session, server.port, clients)
                hold(session, people, chance)
                compare(session, people, findings)
                findings.kills, findings.restarts = accidents.kills, accidents.restarts
                findings.seconds = time.monotonic() - started
                told = {"session": session.reference, "guarded": guarded, **findings.as_row()}
                print(json.dumps(told), flush=True)  # noqa: T201
    finally:
        server.stop()
    return findings


def _lift_the_guard() -> None:
    """The trigger and its lock; `unguarded` leaves out the check of the service besides."""
    for guard in all_guards():
        if guard.name == "juries_ballot_cast":
            guard.remove(connection)
