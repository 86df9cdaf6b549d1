"""The database itself refuses: on both databases, whoever asks."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from journal.guards import Guard, all_guards, lift_guards, missing_guards
from journal.invariants import INVARIANTS
from journal.models import Entry

from .test_record import append

postgresql_only = pytest.mark.usefixtures("postgresql")
TRIGGER = "guard_journal_entry_update"


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def guard_doubts() -> list[str]:
    guards = next(invariant for invariant in INVARIANTS if invariant.code == "database.guards")
    return list(guards.find())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET actor = 'user:13' WHERE seq = 1",
        "UPDATE journal_entry SET actor = actor",
        "DELETE FROM journal_entry WHERE seq = 1",
    ],
)
def test_an_entry_never_changes(db, statement):
    append()

    with pytest.raises(IntegrityError, match="Une écriture du journal ne change jamais"):
        run(statement)

    assert Entry.objects.get().actor == "user:12"


@postgresql_only
@pytest.mark.parametrize("statement", ["TRUNCATE journal_entry", "TRUNCATE journal_entry CASCADE"])
def test_the_journal_is_never_emptied(db, statement):
    append()

    with pytest.raises(IntegrityError, match="Une écriture du journal ne change jamais"):
        run(statement)

    assert Entry.objects.exists()


def test_every_guard_is_installed_by_migrate(db):
    assert guard_doubts() == []


def test_a_migration_on_sqlite_finds_no_trigger_in_its_way(db):
    """A table made again under a trigger that reads it would be an error; the end of the migration installs them."""
    lift_guards(plan=())
    assert missing_guards() == []

    lift_guards(plan=[("a migration", False)])

    names = [name for guard in all_guards() for name in guard.bodies(connection.vendor)]
    assert len(missing_guards()) == (len(names) if connection.vendor == "sqlite" else 0)


def test_a_dropped_guard_is_missing(db):
    append_only = next(guard for guard in all_guards() if guard.name == "journal_entry")

    append_only.remove(connection)

    assert TRIGGER in guard_doubts()
    append()
    Entry.objects.update(actor="user:13")  # The positive control: it is the guard that refused.


def test_an_emptied_guard_is_missing(db):
    declared = next(guard for guard in all_guards() if guard.name == "journal_entry")
    emptied = Guard(declared.name, declared.table, ("UPDATE",), declared.message, condition="1 = 0")

    emptied.install(connection)

    assert guard_doubts() == [TRIGGER]


@postgresql_only
def test_a_disabled_guard_is_missing(db):
    run(f"ALTER TABLE journal_entry DISABLE TRIGGER {TRIGGER}")

    assert guard_doubts() == [TRIGGER]


def test_a_lost_guard_comes_back_with_the_next_migrate(committed):
    for guard in all_guards():
        guard.remove(connection)
    assert missing_guards()

    call_command("migrate", verbosity=0)

    assert missing_guards() == []


def test_a_message_with_an_apostrophe_is_quoted(db):
    guard = Guard("journal_head_kept", "journal_head", ("DELETE",), "Ce n'est pas à effacer.")
    append()

    guard.install(connection)

    with pytest.raises(IntegrityError, match="Ce n'est pas à effacer"):
        run("DELETE FROM journal_head")
    guard.remove(connection)
    run("DELETE FROM journal_head")
