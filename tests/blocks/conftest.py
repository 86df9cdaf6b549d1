"""The file that the product ships, loaded as it is or with something else in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.services import STANDARD, LoadedStandard, load_standard

LOADED_AT = datetime(2020, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., LoadedStandard]:
    """Loads the shipped file, with what is replaced in it."""

    def load_file(*replacements: tuple[str, str], at: datetime = LOADED_AT) -> LoadedStandard:
        text = STANDARD.read_text()
        for found, replaced in replacements:
            assert found in text
            text = text.replace(found, replaced, 1)
        file = tmp_path / "standard.toml"
        file.write_text(text)
        return load_standard(file, by="system", at=at)

    return load_file
