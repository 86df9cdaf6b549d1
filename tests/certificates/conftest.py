from collections.abc import Callable
from pathlib import Path

import pytest

from documents import sealing, specimen_seal


@pytest.fixture
def seal_with(settings):
    """Seal from here on with the key of this folder, made on the first call."""

    def configure(folder: Path) -> None:
        settings.SEAL_PKCS12 = str(specimen_seal.made_in(folder))
        settings.SEAL_PASSPHRASE = specimen_seal.PASSPHRASE
        sealing._sealer.cache_clear()

    yield configure
    sealing._sealer.cache_clear()


@pytest.fixture
def sealing_key(seal_with: Callable[[Path], None], tmp_path: Path) -> None:
    seal_with(tmp_path)
