"""What a committed test leaves to the next one: nothing of its own, and every guard."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from journal.guards import all_guards, missing_guards
from journal.models import Entry
from journal.services import SYSTEM, record
from tests.emptying import empty


@pytest.mark.usefixtures("committed")
def test_rows_go_and_guards_stay():
    with transaction.atomic():
        record("something.done", subject="something:1", actor=SYSTEM, at=timezone.now())
    lifted = next(guard for guard in all_guards() if guard.table != "journal_entry")
    lifted.remove(connection)
    assert missing_guards() != []

    empty(connection)

    assert not Entry.objects.exists()
    assert missing_guards() == []
