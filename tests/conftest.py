"""Fixtures of the whole suite."""

from collections.abc import Iterator

import pytest
from django.db import connection

from journal.guards import all_guards


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """The database for a test that really commits, as races do.

    Its tables are emptied afterwards, which the guards would refuse: they are lifted for that, and the `post_migrate`
    that ends the emptying installs them again.
    """
    yield
    for guard in all_guards():
        guard.remove(connection)


@pytest.fixture
def postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a race on SQLite proves nothing: its transactions are serialised")
