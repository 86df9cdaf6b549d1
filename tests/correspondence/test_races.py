"""Several workers at once, on PostgreSQL."""

import pytest
from django.core import mail as mailbox
from django.db import transaction

from correspondence import sending, services
from correspondence.enums import MailState
from correspondence.models import Mail
from tests.correspondence.conftest import NOW
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql", "composers")

ROWS, WORKERS = 30, 4


@pytest.fixture
def rows(composers, monkeypatch):
    monkeypatch.setattr(services, "_wake", lambda mail: None)
    with transaction.atomic():
        for number in range(ROWS):
            services.post("test.word", key=f"test:{number}", to="anne@example.org", about="", at=NOW)
    return list(Mail.objects.order_by("pk").values_list("pk", flat=True))


def together(rows):
    def work():
        for pk in rows:
            sending.send(pk, at=NOW)

    at_once(*[work] * WORKERS)
    return len(mailbox.outbox)


def test_without_the_claim_a_mail_leaves_several_times(rows, monkeypatch):
    def read_only(pk, at):
        return Mail.objects.filter(pk=pk, state=MailState.WAITING).first()

    monkeypatch.setattr(sending, "_claim", read_only)

    assert together(rows) > ROWS


def test_each_mail_leaves_once(rows):
    assert together(rows) == ROWS
    assert len({message.message()["Message-ID"] for message in mailbox.outbox}) == ROWS
    assert set(Mail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}


def test_one_event_told_by_several_at_once_is_one_mail(monkeypatch):
    monkeypatch.setattr(services, "_wake", lambda mail: None)

    def tell():
        with transaction.atomic():
            return services.post("test.word", key="test:1", to="anne@example.org", about="", at=NOW).pk

    answers = at_once(*[tell] * WORKERS)

    assert set(answers) == {Mail.objects.get().pk}
