"""A journal that somebody rewrote, with the guards out of their way, is found out."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from journal.guards import JOURNAL_GUARDS
from journal.models import Entry, Head

from .test_record import append, chain_doubts


@pytest.fixture
def unguarded(db):
    """The guards are lifted, as somebody with the database's password would."""
    for guard in JOURNAL_GUARDS:
        guard.remove(connection)


@pytest.fixture
def five_entries(db):
    return [append(before={"state": "draft"}, after={"number": number}) for number in range(1, 6)]


CHANGES = {
    "at": F("at") + timedelta(microseconds=1),
    "actor": "user:13",
    "on_behalf_of": "company:1",
    "action": "test.undone",
    "subject": "enrolment:2021-000124",
    "before": {"state": "submitted"},
    "after": {"number": 30},
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
}


def test_every_field_is_among_those_tampered_with():
    assert {field.name for field in Entry._meta.get_fields()} == {"seq", *CHANGES}


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_is_found(five_entries, unguarded, field):
    Entry.objects.filter(seq=3).update(**{field: CHANGES[field]})

    assert chain_doubts() == ["journal:3"]


def test_facts_erased_are_found(five_entries, unguarded):
    Entry.objects.filter(seq=3).update(before=None)

    assert chain_doubts() == ["journal:3"]


def test_an_entry_taken_out_of_the_middle_is_found(five_entries, unguarded):
    Entry.objects.filter(seq=3).delete()

    assert chain_doubts() == ["journal:4"]


def test_a_gap_closed_by_renumbering_is_found(five_entries, unguarded):
    Entry.objects.filter(seq=3).delete()
    Entry.objects.filter(seq=4).update(seq=3)

    assert chain_doubts() == ["journal:3"]


def test_a_cut_tail_is_found_by_the_head(five_entries, unguarded):
    Entry.objects.filter(seq__gt=3).delete()

    assert chain_doubts() == ["journal:head"]


def test_a_journal_emptied_is_found_by_the_head(five_entries, unguarded):
    Entry.objects.all().delete()

    assert chain_doubts() == ["journal:head"]


def test_a_lost_head_is_found(five_entries):
    Head.objects.all().delete()

    assert chain_doubts() == ["journal:head"]


def test_a_head_that_points_elsewhere_is_found(five_entries):
    Head.objects.update(hash=five_entries[0].hash)

    assert chain_doubts() == ["journal:head"]


def test_a_second_head_is_refused(five_entries):
    with pytest.raises(IntegrityError), transaction.atomic():
        Head.objects.create(id=2, seq=0, hash="0" * 64)
