"""Mails as files, and what the demonstration shows of them."""

import pytest
from django.core.mail import get_connection

from correspondence import sending
from correspondence.composing import Composition
from correspondence.mailbox import text_of
from correspondence.sending import message_id, send
from tests.correspondence.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "correspondence.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_a_file_reads_in_any_editor(queue, composers, folder):
    composers["test.word"] = lambda mail, at: Composition("Votre accès", "Bonjour Zoé,\n\n" + "très long " * 200)
    mail = queue()

    send(mail.pk, at=NOW)

    (file,) = folder.iterdir()
    text = file.read_text()
    assert file.name == f"{message_id(mail)[1:41]}.eml"
    assert "Subject: Votre accès" in text
    assert "To: anne@example.org" in text
    assert f"Message-ID: {message_id(mail)}" in text


def test_a_mail_that_leaves_again_is_another_file(queue, composers, folder):
    mail = queue()
    send(mail.pk, at=NOW)

    get_connection().send_messages([sending._message(mail, Composition("Un mot", "Encore."))])

    stem = message_id(mail)[1:41]
    assert sorted(file.name for file in folder.iterdir()) == [f"{stem}-2.eml", f"{stem}.eml"]


def test_the_demonstration_reads_the_last_copy(queue, folder, settings):
    settings.DEMO = True
    mail = queue(facts={"word": "à Zoé"})
    assert text_of(mail) == ""

    send(mail.pk, at=NOW)

    assert text_of(mail).strip() == "Bonjour, à Zoé."


def test_nothing_is_read_outside_of_the_demonstration(queue, folder):
    mail = queue()
    send(mail.pk, at=NOW)

    with pytest.raises(RuntimeError, match="demonstration"):
        text_of(mail)


def test_the_demonstration_with_a_mail_server_has_no_text(queue, settings):
    settings.DEMO = True

    assert text_of(queue()) == ""
