"""Triggers by which the database itself refuses what must never happen (DESIGN §6).

An app declares its guards in `guards.py`, as a tuple named `GUARDS`. They are installed after every `migrate`, so a
table that a migration rebuilds on SQLite (losing its triggers) gets them back, and `missing_guards` tells
`manage.py verify` which ones somebody has dropped. See docs/decisions/0002-guards.md.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuse a write on `table` when `condition` holds.

    `condition` is SQL that both databases read, over NEW and OLD; it may query other tables. `events` are among
    INSERT, UPDATE, DELETE, and TRUNCATE (PostgreSQL only, where the condition is not read). `lock` is a query run
    first on PostgreSQL, `SELECT … FOR SHARE`, when the condition reads a row that another transaction may be changing.
    A refused write raises `django.db.IntegrityError` with the message.
    """

    name: str
    table: str
    events: tuple[str, ...]
    message: str
    condition: str = "TRUE"
    lock: str = ""

    def install(self, connection: BaseDatabaseWrapper) -> None:
        self.remove(connection)
        with connection.cursor() as cursor:
            for statement in self._statements(connection.vendor):
                cursor.execute(statement)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            for name in self.trigger_names(connection.vendor):
                on_table = f" ON {self.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    def trigger_names(self, vendor: str) -> list[str]:
        return [f"guard_{self.name}_{event.lower()}" for event in self.events if self._applies(event, vendor)]

    @staticmethod
    def _applies(event: str, vendor: str) -> bool:
        return event != "TRUNCATE" or vendor == "postgresql"

    def _statements(self, vendor: str) -> list[str]:
        events = [event for event in self.events if self._applies(event, vendor)]
        if vendor == "postgresql":
            return [statement for event in events for statement in self._postgresql(event)]
        return [self._sqlite(event) for event in events]

    @property
    def _quoted_message(self) -> str:
        return "'" + self.message.replace("'", "''") + "'"

    def _sqlite(self, event: str) -> str:
        return (
            f"CREATE TRIGGER guard_{self.name}_{event.lower()} BEFORE {event} ON {self.table} FOR EACH ROW "
            f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, {self._quoted_message}); END"
        )

    def _postgresql(self, event: str) -> list[str]:
        name = f"guard_{self.name}_{event.lower()}"
        lock = f"PERFORM * FROM ({self.lock}) AS locked;" if self.lock else ""
        condition = "TRUE" if event == "TRUNCATE" else self.condition
        level = "STATEMENT" if event == "TRUNCATE" else "ROW"
        result = "OLD" if event == "DELETE" else "NEW"
        returned = "NULL" if event == "TRUNCATE" else result
        return [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {lock} "
            f"IF {condition} THEN RAISE EXCEPTION USING MESSAGE = {self._quoted_message}, "
            f"ERRCODE = 'restrict_violation'; END IF; RETURN {returned}; END $guard$",
            f"CREATE TRIGGER {name} BEFORE {event} ON {self.table} FOR EACH {level} EXECUTE FUNCTION {name}()",
        ]


def append_only(name: str, table: str, message: str) -> Guard:
    return Guard(name=name, table=table, events=("UPDATE", "DELETE", "TRUNCATE"), message=message)


def guards_of(app_config: AppConfig) -> tuple[Guard, ...]:
    module = f"{app_config.name}.guards"
    if app_config.name == __package__ or find_spec(module) is None:
        return JOURNAL_GUARDS if app_config.name == __package__ else ()
    return tuple(getattr(import_module(module), "GUARDS", ()))


def all_guards() -> list[Guard]:
    return [guard for config in apps.get_app_configs() for guard in guards_of(config)]


def install_guards_of(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Receiver of `post_migrate`, called once for each app when the whole migration is done."""
    existing = set(connections[using].introspection.table_names())
    for guard in guards_of(sender):
        if guard.table in existing:
            guard.install(connections[using])


def missing_guards(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the triggers that are declared and not in the database."""
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return [name for guard in all_guards() for name in guard.trigger_names(connection.vendor) if name not in present]


JOURNAL_GUARDS = (append_only("journal_entry", "journal_entry", "Une écriture du journal ne change jamais."),)
