"""What an entry says, and that its chain is whole."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.invariants import INVARIANTS
from journal.models import Entry, Head
from journal.services import GENESIS, NotInTransaction, hash_of, record

AT = datetime(2021, 6, 30, 14, 0, 0, 123456, tzinfo=UTC)


def append(subject: str = "enrolment:2021-000123", **fields: Any) -> Entry:
    return record("test.done", subject=subject, **({"actor": "user:12", "at": AT} | fields))


def chain_doubts() -> list[str]:
    chain = next(invariant for invariant in INVARIANTS if invariant.code == "journal.chain")
    return list(chain.find())


def test_the_first_entry_follows_the_genesis(db):
    entry = append(on_behalf_of="training_organisation:3", before={"state": "draft"}, after={"state": "submitted"})

    entry.refresh_from_db()
    assert (entry.seq, entry.previous_hash) == (1, GENESIS)
    assert (entry.at, entry.actor, entry.on_behalf_of) == (AT, "user:12", "training_organisation:3")
    assert (entry.action, entry.subject) == ("test.done", "enrolment:2021-000123")
    assert (entry.before, entry.after) == ({"state": "draft"}, {"state": "submitted"})


def test_each_entry_names_the_hash_before_it(db):
    entries = [append() for _ in range(4)]

    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    head = Head.objects.get()
    assert (head.seq, head.hash) == (4, entries[-1].hash)


def test_an_empty_journal_is_whole(db):
    assert chain_doubts() == []


def test_a_written_journal_is_whole(db):
    for number in range(5):
        append(after={"number": number})

    assert chain_doubts() == []


def test_days_moments_and_amounts_come_back_as_text(db):
    facts = {"on": date(2021, 6, 30), "at": AT, "mark": Decimal("14.50"), "key": UUID(int=7), "none": None}

    entry = append(after=facts)

    entry.refresh_from_db()
    assert entry.after == {
        "on": "2021-06-30",
        "at": "2021-06-30T14:00:00.123Z",
        "mark": "14.50",
        "key": "00000000-0000-0000-0000-000000000007",
        "none": None,
    }
    assert chain_doubts() == []


def test_a_moment_is_hashed_in_utc(db):
    paris_summer = timezone(timedelta(hours=2))
    entry = append(at=AT.astimezone(paris_summer))

    entry.refresh_from_db()

    assert entry.at.tzinfo == UTC
    assert hash_of(entry) == entry.hash


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé☃ ", max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(st.text("abcé", max_size=4), plain_values, max_size=4))
def test_any_facts_hash_the_same_once_read_back(db, facts):
    entry = append(after=facts)

    entry.refresh_from_db()

    assert hash_of(entry) == entry.hash


@pytest.mark.parametrize("value", [1.5, 1e16, float("nan"), float("inf")])
def test_a_floating_number_is_refused(db, value):
    with pytest.raises(TypeError, match="floating"):
        append(after={"mark": value})


def test_the_hash_is_of_the_documented_form(db):
    """Written out once, so that somebody without this code can check a chain."""
    entry = append(after={"b": "é", "a": 1})

    canonical = (
        '[1,"2021-06-30T14:00:00.123456+00:00","user:12","","test.done","enrolment:2021-000123",null,'
        f'{{"a":1,"b":"é"}},"{GENESIS}"]'
    )
    assert hash_of(entry) == hashlib.sha256(canonical.encode()).hexdigest()


def test_an_entry_outside_of_a_transaction_is_refused(committed):
    with pytest.raises(NotInTransaction):
        append()

    assert not Entry.objects.exists()
