"""The standard as the product ships it, in the database of the test."""

from datetime import UTC, datetime

from blocks.facts import standards_in_use
from blocks.models import StandardVersion
from blocks.services import load_standard

LOADED_AT = datetime(2018, 9, 1, 8, tzinfo=UTC)


def load() -> StandardVersion:
    """The version of `blocks/data/rncp31395.toml`, recorded at the first call of a test."""
    standards_in_use.clear()  # those of another test, whose rows are gone and their keys given again
    return load_standard(by="system", at=LOADED_AT).version
