"""A short session over HTTP while the server dies. `make sittings` holds fifty long ones (tests/load)."""

from pathlib import Path

import pytest

from tests.load.runs import run

pytestmark = pytest.mark.usefixtures("committed", "postgresql")


def test_without_the_guard_ballots_are_acknowledged_and_not_counted(tmp_path: Path):
    """The control."""
    findings = run(tmp_path, rounds=1, dossiers=1, guarded=False)

    assert findings.differences > 0


def test_what_was_acknowledged_is_what_was_counted(tmp_path: Path):
    findings = run(tmp_path, rounds=1, dossiers=3)

    assert findings.differences == 0, findings.details
    assert min(findings.acknowledged, findings.refused, findings.kills) > 0
