"""Fixtures of the whole suite."""

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.builders.branch import Branch, make_branch
from tests.emptying import empty_databases
from tests.visitors import Visitors

DATABASE = {"django_db_setup", "db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="leave out the tests that would pass alike on every database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test that opens no database, one run is enough: `tools/test.sh` asks for that on the second one."""
    if not config.getoption("database_only"):
        return
    left_out = [item for item in items if not opens_the_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if opens_the_database(item)]


def opens_the_database(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("django_db") is not None
    is_of_django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    return is_marked or is_of_django or not DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def emptied_under_the_guards() -> Iterator[None]:
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty_databases):
        yield


@pytest.fixture
def committed(transactional_db: None) -> None:
    """The database for a test that really commits, as races do; emptied afterwards."""


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database for what a whole module shares: each test undoes its own part, and this the rest."""
    with django_db_blocker.unblock():
        TestCase.setUpClass()
        yield
        TestCase.tearDownClass()
        TestCase.doClassCleanups()


@pytest.fixture(scope="module")
def branch(module_db: None) -> Iterator[Branch]:
    """On a day when every sort of page has something to show; the clock stands still until the module ends."""
    with time_machine.travel("2021-07-05T09:00:00+02:00", tick=False):
        yield make_branch()


@pytest.fixture(scope="module")
def visitors(branch: Branch) -> Visitors:
    return Visitors(branch)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """Where the files that people join are kept: empty at first, the test's own."""
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"uploads": options}
    return tmp_path


@pytest.fixture
def postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a race on SQLite proves nothing: its transactions are serialised")


@pytest.fixture(autouse=True)
def nobody_was_counted() -> None:
    """No test is refused for what another has asked: the limits are counted in the cache."""
    cache.clear()
