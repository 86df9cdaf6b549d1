"""Emptying a database that a test has really written, which its guards refuse.

Django's way empties all tables, then makes permissions and guards again: a second and more after each race. Here only
the tables that hold rows are emptied, with their guards out of the way, and what `migrate` wrote stays.
"""

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from journal.guards import all_guards, missing_guards

WRITTEN_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


def empty_databases(test_case: Any) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    for alias in test_case._databases_names(include_mirrors=False):
        empty(connections[alias])


def empty(connection: BaseDatabaseWrapper) -> None:
    tables = _with_rows(connection)
    if connection.vendor == "postgresql":
        _empty_without_triggers(connection, tables)
    else:
        _empty_without_guards(connection, tables)
    _put_back_guards(connection)


def _with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names if name not in WRITTEN_BY_MIGRATE]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(found))
        return [name for (name,) in cursor.fetchall()]


def _empty_without_triggers(connection: BaseDatabaseWrapper, tables: list[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose rows are still to be checked is not altered
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _empty_without_guards(connection: BaseDatabaseWrapper, tables: list[str]) -> None:
    for guard in all_guards():
        if guard.table in tables:
            guard.remove(connection)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def _put_back_guards(connection: BaseDatabaseWrapper) -> None:
    """Those that we took off, and those that a test did."""
    missing = set(missing_guards(connection.alias))
    for guard in all_guards():
        if not missing.isdisjoint(guard.bodies(connection.vendor)):
            guard.install(connection)
