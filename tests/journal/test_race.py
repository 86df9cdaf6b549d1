"""Appends that meet: the chain never forks, because each waits for the head (PATTERNS: positive control first)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from journal import services
from journal.models import Entry, Head

from .test_record import append, chain_doubts

WRITERS, APPENDS = 8, 10
EXPECTED = WRITERS * APPENDS

pytestmark = pytest.mark.usefixtures("postgresql", "committed")


def race() -> int:
    """Eight writers append ten entries each, all at once. How many appends the database refused."""
    start = Barrier(WRITERS)

    def write(writer: int) -> int:
        refused = 0
        try:
            start.wait()
            for number in range(APPENDS):
                try:
                    with transaction.atomic():
                        append(actor=f"user:{writer}", after={"number": number})
                except IntegrityError:
                    refused += 1
        finally:
            connection.close()
        return refused

    with ThreadPoolExecutor(WRITERS) as writers:
        return sum(writers.map(write, range(WRITERS)))


def begin_journal() -> None:
    with transaction.atomic():
        append()


def test_without_the_lock_appends_collide(monkeypatch):
    """The control: the same race, with the lock away, does meet; only the unique hashes then prevent a fork."""
    begin_journal()
    monkeypatch.setattr(services, "_lock_head", lambda: Head.objects.get())

    refused = race()

    assert refused > 0


def test_with_the_lock_every_append_follows_the_last():
    begin_journal()

    refused = race()

    assert refused == 0
    assert Entry.objects.count() == EXPECTED + 1
    assert chain_doubts() == []


def test_the_first_entries_of_a_journal_may_meet_too():
    """Here the head does not exist yet, so the writers also race to make it."""
    refused = race()

    assert refused == 0
    assert Entry.objects.count() == EXPECTED
    assert chain_doubts() == []
