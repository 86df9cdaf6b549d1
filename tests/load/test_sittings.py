"""Thirteen people, dossier after dossier, while the server dies: what was acknowledged is what was counted.

`make sittings` holds ROUNDS sessions of DOSSIERS dossiers with CLIENTS people on PostgreSQL, and prints what it finds.
"""

import os
from pathlib import Path

import pytest

from .runs import run

pytestmark = pytest.mark.usefixtures("committed", "postgresql")
ROUNDS, DOSSIERS = int(os.environ.get("ROUNDS", "50")), int(os.environ.get("DOSSIERS", "40"))
CLIENTS, SEED = int(os.environ.get("CLIENTS", "13")), int(os.environ.get("SEED", "31395"))


def test_without_the_guard_ballots_are_acknowledged_and_not_counted(tmp_path: Path):
    """The control."""
    few = min(DOSSIERS, 20)

    findings = run(tmp_path, rounds=1, dossiers=few, clients=CLIENTS, seed=SEED, guarded=False)

    assert findings.differences > 0
    assert findings.late > 0


def test_what_was_acknowledged_is_what_was_counted(tmp_path: Path):
    findings = run(tmp_path, rounds=ROUNDS, dossiers=DOSSIERS, clients=CLIENTS, seed=SEED)

    assert findings.differences == 0, findings.details
    assert findings.votes == ROUNDS * DOSSIERS
    assert min(findings.acknowledged, findings.overtaken, findings.kills) > 0  # Both sides of the close were met.
