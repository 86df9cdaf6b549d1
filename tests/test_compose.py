import re
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


def test_every_variable_of_the_product_is_documented():
    documented = set(re.findall(r"`([A-Z0-9_]+)`", (PROJECT / "README.md").read_text()))

    assert set(SERVICES["web"]["environment"]) <= documented


def test_nothing_starts_before_the_database_is_migrated():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
