import pytest
from django.urls import reverse

from journal.models import Entry
from tests.builders.organisations import make_admin, make_user

from .test_record import append

LIST = reverse("admin:journal_entry_changelist")


@pytest.fixture
def technician(client, db):
    technician = make_user(is_staff=True, is_superuser=True)
    client.force_login(technician)
    return technician


def test_technical_staff_read_the_journal(client, technician):
    entry = append(after={"state": "submitted"})

    listed = client.get(LIST, {"q": "enrolment:2021-000123"})
    shown = client.get(reverse("admin:journal_entry_change", args=[entry.pk]))

    assert "enrolment:2021-000123" in listed.content.decode()
    assert "submitted" in shown.content.decode()


def test_nobody_adds_changes_or_deletes_an_entry(client, technician):
    entry = append()

    added = client.post(reverse("admin:journal_entry_add"), {"action": "forged"})
    changed = client.post(reverse("admin:journal_entry_change", args=[entry.pk]), {"action": "forged"})
    deleted = client.post(reverse("admin:journal_entry_delete", args=[entry.pk]), {"post": "yes"})

    assert [added.status_code, changed.status_code, deleted.status_code] == [403, 403, 403]
    assert Entry.objects.get().action == "test.done"


def test_the_secretariat_is_not_technical_staff(client, db):
    client.force_login(make_admin())

    response = client.get(LIST)

    assert response.status_code == 302
