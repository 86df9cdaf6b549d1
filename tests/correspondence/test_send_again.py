import pytest
from django.core import mail as mailbox

from correspondence import services
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sending import send
from journal.models import Entry
from tests.builders.organisations import make_admin
from tests.correspondence.conftest import LATER, NOW, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(queue, composers):
    """Written by a composer with a fault, which is put right since."""
    right = composers.pop("test.word")
    composers["test.word"] = lambda mail, at: 1 / 0
    mail = queue()
    send(mail.pk, at=NOW)
    composers["test.word"] = right
    return fresh(mail)


def test_it_leaves(failed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.send_again(failed, by=make_admin(), at=LATER)

    assert (fresh(failed).state, fresh(failed).attempts) == (MailState.SENT, 2)
    assert len(mailbox.outbox) == 1


def test_the_journal_says_who_and_what_without_the_address(failed):
    admin = make_admin()

    services.send_again(failed, by=admin, at=LATER)

    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.subject) == ("mail.sent_again", failed.reference)
    assert (entry.actor, entry.at) == (admin.reference, LATER)
    assert entry.before == {"error": "ZeroDivisionError", "attempts": 1}
    assert entry.after == {"kind": "test.word", "about": "user:12"}


def test_the_second_call_is_refused(failed):
    admin = make_admin()
    services.send_again(failed, by=admin, at=LATER)

    with pytest.raises(services.MailNotFailed):
        services.send_again(failed, by=admin, at=LATER)

    assert Entry.objects.filter(action="mail.sent_again").count() == 1


@pytest.mark.parametrize("state", [MailState.WAITING, MailState.SENT, MailState.DROPPED])
def test_only_what_failed_is_sent_again(queue, state):
    mail = queue()
    Mail.objects.update(state=state, sent_at=NOW if state == MailState.SENT else None)

    with pytest.raises(services.MailNotFailed):
        services.send_again(mail, by=make_admin(), at=LATER)
