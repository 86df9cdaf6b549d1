"""What the database holds, and what a year later it no longer does."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from correspondence import retention
from correspondence.enums import MailState
from correspondence.invariants import INVARIANTS, LATE
from correspondence.models import Mail
from correspondence.retention import KEPT
from correspondence.sending import send
from correspondence.tokens import token_of
from tests.correspondence.conftest import LATER, NOW, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(queue):
    mail = queue(facts={"word": "merci"})
    send(mail.pk, at=NOW)
    return fresh(mail)


def refused(match, **written):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        Mail.objects.update(**written)


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"state": "lost"}, "correspondence_mail_state"),
        ({"state": "sent"}, "correspondence_mail_sent"),
        ({"sent_at": NOW}, "correspondence_mail_sent"),
        ({"state": "sending"}, "correspondence_mail_claimed"),
        ({"claimed_at": NOW}, "correspondence_mail_claimed"),
        ({"to": ""}, "correspondence_mail_addressed"),
    ],
)
def test_what_no_row_may_be(queue, written, constraint):
    queue()

    refused(constraint, **written)


@pytest.mark.parametrize(
    "written", [{"key": "test:2"}, {"kind": "test.nothing"}, {"about": "user:13"}, {"queued_at": LATER}]
)
def test_a_mail_stays_that_of_one_event(queue, written):
    queue()

    refused("même événement", **written)


@pytest.mark.parametrize(
    "written",
    [
        {"state": "waiting", "sent_at": None},
        {"subject": "Un autre"},
        {"sent_at": LATER},
        {"attempts": 2},
        {"last_error": "TimeoutError"},
        {"to": "autre@example.org"},
        {"facts": {"word": "non"}},
    ],
    ids=lambda written: next(iter(written)),
)
def test_a_mail_that_left_does_not_change(sent, written):
    refused("ne change plus", **written)


def test_a_mail_is_not_deleted(sent):
    with pytest.raises(IntegrityError, match="se garde"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM correspondence_mail")


class TestRetention:
    def test_a_year_later_the_address_and_the_facts_are_gone_and_the_rest_stays(self, sent):
        retention.erase_addresses(at=NOW + KEPT)
        assert fresh(sent).to == "anne@example.org"

        assert retention.erase_addresses(at=NOW + KEPT + timedelta(seconds=1)) == 1

        kept = fresh(sent)
        assert (kept.to, kept.facts) == ("", {})
        assert (kept.kind, kept.about, kept.state, kept.sent_at) == ("test.word", "user:12", MailState.SENT, NOW)
        assert retention.erase_addresses(at=NOW + KEPT * 2) == 0

    def test_what_failed_so_long_ago_has_nothing_left_to_say(self, queue):
        mail = queue()
        Mail.objects.update(state=MailState.FAILED)

        retention.erase_addresses(at=NOW + KEPT * 2)

        assert (fresh(mail).state, fresh(mail).to) == (MailState.DROPPED, "")

    def test_what_waits_keeps_its_address(self, queue):
        queue()

        assert retention.erase_addresses(at=NOW + KEPT * 2) == 0


class TestInvariant:
    def late(self):
        return [reference for invariant in INVARIANTS for reference in invariant.find()]

    def test_a_mail_late_by_ten_minutes_is_a_doubt(self, queue):
        now = timezone.now()
        late = queue(key="test:1", at=now - LATE - timedelta(seconds=1))
        queue(key="test:2", at=now - LATE + timedelta(minutes=1))
        queue(key="test:3", at=now - LATE * 2, send_after=now)

        assert self.late() == [late.reference]

    def test_so_is_one_that_a_worker_keeps(self, queue):
        mail = queue()
        Mail.objects.update(state=MailState.SENDING, claimed_at=timezone.now() - LATE * 2)

        assert self.late() == [mail.reference]

    def test_what_left_or_failed_is_none(self, sent, queue):
        queue(key="test:2")
        Mail.objects.filter(key="test:2").update(state=MailState.FAILED)

        assert self.late() == []


def test_a_token_is_that_of_its_event_and_in_no_column(queue):
    first, second = queue(key="test:1"), queue(key="test:2")

    assert token_of(first) == token_of(fresh(first)) != token_of(second)
    assert len(token_of(first)) == 43
    send(first.pk, at=NOW)
    assert token_of(first) not in str(list(Mail.objects.values()))
    assert mailbox.outbox
