"""Triggers by which the database itself refuses what must never happen (DESIGN §6).

An app declares its guards in `guards.py`, as a tuple named `GUARDS`. They are installed after every `migrate`, so a
table that a migration rebuilds on SQLite (losing its triggers) gets them back, and `missing_guards` tells
`manage.py verify` which ones somebody has dropped or altered. See docs/decisions/0002-guards.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuse a write on `table` when `condition` holds.

    `condition` is SQL that both databases read, over NEW and OLD; it may query other tables. `events` are among
    INSERT, UPDATE, DELETE, and TRUNCATE (PostgreSQL only, where the condition is not read). `lock` is a query run
    first on PostgreSQL, `SELECT … FOR SHARE`, when the condition reads a row that another transaction may be changing.
    With `at_commit` the condition is read when the transaction ends: on PostgreSQL alone, so an invariant says it too.
    A refused write raises `django.db.IntegrityError` with the message.
    """

    name: str
    table: str
    events: tuple[str, ...]
    message: str
    condition: str = "TRUE"
    lock: str = ""
    at_commit: bool = False

    def install(self, connection: BaseDatabaseWrapper) -> None:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:  # Never a moment without it.
            self.remove(connection)
            for name, body in self.bodies(connection.vendor).items():
                for statement in self._statements(name, body, connection.vendor):
                    cursor.execute(statement)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            for name in self.bodies(connection.vendor):
                on_table = f" ON {self.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    def bodies(self, vendor: str) -> dict[str, str]:
        """Each trigger by its name, as the database keeps it."""
        write = self._postgresql_body if vendor == "postgresql" else self._sqlite_body
        return {self._trigger(event): write(event) for event in self._events(vendor)}

    def _events(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return list(self.events)
        return [] if self.at_commit else [event for event in self.events if event != "TRUNCATE"]

    def _trigger(self, event: str) -> str:
        return f"guard_{self.name}_{event.lower()}"

    @property
    def _quoted_message(self) -> str:
        return "'" + self.message.replace("'", "''") + "'"

    def _sqlite_body(self, event: str) -> str:
        return (
            f"CREATE TRIGGER {self._trigger(event)} BEFORE {event} ON {self.table} FOR EACH ROW "
            f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, {self._quoted_message}); END"
        )

    def _postgresql_body(self, event: str) -> str:
        lock = f"PERFORM * FROM ({self.lock}) AS locked;" if self.lock else ""
        condition = "TRUE" if event == "TRUNCATE" else self.condition
        returned = {"TRUNCATE": "NULL", "DELETE": "OLD"}.get(event, "NEW")
        return (
            f" BEGIN {lock} IF {condition} THEN RAISE EXCEPTION USING MESSAGE = {self._quoted_message}, "
            f"ERRCODE = 'restrict_violation'; END IF; RETURN {returned}; END "
        )

    def _statements(self, name: str, body: str, vendor: str) -> list[str]:
        if vendor != "postgresql":
            return [body]
        event = name.rpartition("_")[2].upper()
        level = "STATEMENT" if event == "TRUNCATE" else "ROW"
        kind, when, deferred = "TRIGGER", "BEFORE", ""
        if self.at_commit:
            kind, when, deferred = "CONSTRAINT TRIGGER", "AFTER", "DEFERRABLE INITIALLY DEFERRED "
        return [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$",
            f"CREATE {kind} {name} {when} {event} ON {self.table} {deferred}FOR EACH {level} EXECUTE FUNCTION {name}()",
        ]


def append_only(name: str, table: str, message: str) -> Guard:
    return Guard(name=name, table=table, events=("UPDATE", "DELETE", "TRUNCATE"), message=message)


def changes(columns: Iterable[str]) -> str:
    """A condition: the row does not keep one of these columns as it was."""
    return "(" + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns) + ")"


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


def lift_guards(using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **_: Any) -> None:
    """Receiver of `pre_migrate`. SQLite makes a table again to alter it, which the triggers that read it forbid."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard!_%' ESCAPE '!'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


_KEPT_BODIES = {
    "postgresql": (
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
    ),
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
}


def missing_guards(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the triggers that are declared and not in the database, or not as declared."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_BODIES[connection.vendor])
        kept = dict(cursor.fetchall())
    return [
        name
        for guard in all_guards()
        for name, body in guard.bodies(connection.vendor).items()
        if kept.get(name) != body
    ]


JOURNAL_GUARDS = (append_only("journal_entry", "journal_entry", "Une écriture du journal ne change jamais."),)
