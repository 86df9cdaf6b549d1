"""Leaving a mail in the outbox."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.db import transaction

from correspondence import services, tasks
from correspondence.composing import UnknownKind
from correspondence.enums import MailState
from correspondence.models import Mail
from tests.correspondence.conftest import LATER, NOW, fresh

pytestmark = pytest.mark.django_db


def test_it_leaves_once_the_event_is_committed(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mail = queue(facts={"word": "merci"})
        assert mailbox.outbox == []

    (message,) = mailbox.outbox
    assert (message.to, message.subject, message.body) == (["anne@example.org"], "Un mot", "Bonjour, merci.\n")
    assert fresh(mail).state == MailState.SENT


def test_one_event_is_one_mail(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = queue()
        second = queue(to="autre@example.org", facts={"word": "encore"})

    assert second == first
    assert [message.to for message in mailbox.outbox] == [["anne@example.org"]]
    assert Mail.objects.count() == 1


def test_a_mail_for_later_waits_for_its_time(queue, django_capture_on_commit_callbacks, time_machine):
    with django_capture_on_commit_callbacks() as callbacks:
        queue(send_after=LATER)
    assert callbacks == []

    for moment, sent in ((LATER - timedelta(seconds=1), 0), (LATER, 1)):
        time_machine.move_to(moment, tick=False)
        tasks.send_waiting()
        assert len(mailbox.outbox) == sent


def test_a_kind_that_nobody_writes_is_refused(queue):
    with pytest.raises(UnknownKind):
        queue("test.unknown")

    assert not Mail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_part_of_a_transaction(composers, committed):
    with pytest.raises(services.NotInTransaction):
        services.post("test.word", key="test:1", to="anne@example.org", about="", at=NOW)


def test_what_is_undone_says_nothing(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()
    assert mailbox.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_makes_no_page_fail(queue, committed, monkeypatch, caplog):
    def refuse(**kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.send, "delay", refuse)

    mail = queue()

    assert fresh(mail).state == MailState.WAITING
    assert "ConnectionRefusedError" in caplog.text
    tasks.send_waiting()
    assert fresh(mail).state == MailState.SENT
