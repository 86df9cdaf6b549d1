"""From the row to the mail server, whatever happens on the way."""

import re
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as mailbox
from django.core.mail import EmailMessage

from correspondence import sending, tasks
from correspondence.composing import Attachment, Composition
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sending import ABANDONED, ATTEMPTS, send
from correspondence.sentences import ADDRESS_DELAYED, ADDRESS_REFUSED, NO_ANSWER, OUR_FAULT, error_in_words
from tests.correspondence.conftest import LATER, NOW, fresh

pytestmark = pytest.mark.django_db

GONE = SMTPRecipientsRefused({"anne@example.org": (550, b"no such user")})
BUSY = SMTPRecipientsRefused({"anne@example.org": (450, b"mailbox busy")})


@pytest.fixture
def server(monkeypatch):
    """Raises what is in `server.answers`, in turn, then takes what comes."""

    class Server:
        answers: list[Exception] = []

    really = EmailMessage.send

    def answer(message, *args, **kwargs):
        if Server.answers:
            raise Server.answers.pop(0)
        return really(message, *args, **kwargs)

    Server.answers = []
    monkeypatch.setattr(EmailMessage, "send", answer)
    return Server


class TestSent:
    def test_its_row_says_when_and_what(self, queue):
        mail = queue()

        assert send(mail.pk, at=LATER)

        mail = fresh(mail)
        assert (mail.state, mail.sent_at, mail.subject, mail.attempts) == (MailState.SENT, LATER, "Un mot", 1)
        assert mail.claimed_at is None

    def test_run_twice_it_leaves_once(self, queue):
        mail = queue()

        send(mail.pk, at=NOW)
        send(mail.pk, at=LATER)

        assert len(mailbox.outbox) == 1
        assert fresh(mail).attempts == 1

    def test_nothing_leaves_before_its_time(self, queue):
        mail = queue(send_after=LATER)

        send(mail.pk, at=NOW)

        assert fresh(mail).state == MailState.WAITING

    def test_a_mail_that_is_not_there_is_no_error(self):
        assert send(404, at=NOW)

    def test_each_event_has_its_message_id_and_keeps_it(self, queue, settings):
        settings.SITE_URL = "https://cqp.example.org"
        first, second = queue(key="test:1"), queue(key="test:2")

        assert sending.message_id(first) == sending.message_id(fresh(first)) != sending.message_id(second)
        send(first.pk, at=NOW)
        headers = mailbox.outbox[0].message()
        assert re.fullmatch(r"<[0-9a-f]{40}@cqp\.example\.org>", headers["Message-ID"])
        assert headers["Auto-Submitted"] == "auto-generated"

    def test_nothing_left_to_say_leaves_nothing(self, queue):
        mail = queue("test.nothing")

        send(mail.pk, at=NOW)

        assert (fresh(mail).state, fresh(mail).sent_at) == (MailState.DROPPED, None)
        assert mailbox.outbox == []

    def test_the_words_are_typeset(self, queue, composers):
        composers["test.word"] = lambda mail, at: Composition(
            "Un mot", "Bonjour :\n\n\n\n« Oui » ; non ?  \nLien : x\n\n"
        )

        send(queue().pk, at=NOW)

        assert mailbox.outbox[0].body == "Bonjour\xa0:\n\n«\xa0Oui\xa0»\xa0; non\xa0?\nLien\xa0: x\n"

    def test_attachments_go_with_it(self, queue, composers):
        grid = Attachment("grille é.pdf", b"%PDF", "application/pdf")
        composers["test.word"] = lambda mail, at: Composition("Un mot", "Voici.", (grid,))

        send(queue().pk, at=NOW)

        (part,) = [part for part in mailbox.outbox[0].message().walk() if part.get_filename()]
        assert (part.get_filename(), part.get_content_type()) == ("grille é.pdf", "application/pdf")
        assert part.get_payload(decode=True) == b"%PDF"

    @pytest.mark.parametrize(
        "name", ["Ève\r\nBcc: autre@example.org", "Ève\nX-Header: 1", "Ève\u2028Bcc: x", "Ève\x0bB"]
    )
    def test_a_name_adds_no_header(self, queue, composers, name):
        """F39, in the subject and in the name of a file."""
        file = Attachment(f"{name}.pdf", b"", "application/pdf")
        composers["test.word"] = lambda mail, at: Composition(f"Pour {name}", f"Bonjour {name}", (file,))

        send(queue().pk, at=NOW)

        (message,) = mailbox.outbox
        sent = message.message()
        assert message.recipients() == ["anne@example.org"]
        assert not {"Bcc", "X-Header"} & {key for part in sent.walk() for key in part.keys()}  # noqa: SIM118
        assert Mail.objects.get().state == MailState.SENT

    def test_a_long_subject_is_shortened_in_the_row_alone(self, queue, composers):
        composers["test.word"] = lambda mail, at: Composition("x" * 500, "")

        mail = queue()
        send(mail.pk, at=NOW)

        assert (len(mailbox.outbox[0].subject), len(fresh(mail).subject)) == (500, 200)


class TestServerDown:
    """F48: the mail waits, and leaves afterwards."""

    @pytest.mark.parametrize(
        "error",
        [ConnectionRefusedError(), TimeoutError(), SMTPServerDisconnected(), SMTPAuthenticationError(535, b"no")],
        ids=lambda error: type(error).__name__,
    )
    def test_it_waits_and_leaves(self, queue, server, error):
        mail = queue()
        server.answers = [error]

        assert not send(mail.pk, at=NOW)

        mail = fresh(mail)
        assert (mail.state, mail.send_after) == (MailState.WAITING, NOW + timedelta(minutes=1))
        assert mail.last_error.startswith(type(error).__name__)
        send(mail.pk, at=NOW + timedelta(minutes=1))
        assert (fresh(mail).state, fresh(mail).last_error, fresh(mail).attempts) == (MailState.SENT, "", 2)

    def test_it_waits_twice_as_long_each_time_and_an_hour_at_most(self, queue, server):
        mail, at, waits = queue(), NOW, []
        server.answers = [TimeoutError()] * 9
        while server.answers:
            send(mail.pk, at=at)
            waits.append(fresh(mail).send_after - at)
            at = fresh(mail).send_after

        assert [wait // timedelta(minutes=1) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    def test_it_gives_up_after_three_days(self, queue, server):
        mail, at = queue(), NOW
        server.answers = [TimeoutError()] * (ATTEMPTS + 1)
        while fresh(mail).state == MailState.WAITING:
            send(mail.pk, at=at)
            at = fresh(mail).send_after

        assert (fresh(mail).state, fresh(mail).attempts) == (MailState.FAILED, ATTEMPTS)
        assert timedelta(days=3) < at - NOW < timedelta(days=4)

    def test_the_sweep_asks_once_and_leaves_the_others_as_they_are(self, queue, server, time_machine):
        time_machine.move_to(LATER, tick=False)
        mails = [queue(key=f"test:{number}") for number in range(5)]
        server.answers = [TimeoutError()]

        tasks.send_waiting()

        assert [fresh(mail).attempts for mail in mails] == [1, 0, 0, 0, 0]
        time_machine.move_to(LATER + timedelta(minutes=1), tick=False)
        tasks.send_waiting()
        assert {fresh(mail).state for mail in mails} == {MailState.SENT}


class TestRefused:
    def test_an_address_refused_for_good_fails_at_once(self, queue, server):
        mail = queue()
        server.answers = [GONE]

        assert send(mail.pk, at=NOW)  # the server answers: others may leave

        mail = fresh(mail)
        assert (mail.state, mail.last_error) == (MailState.FAILED, "SMTPRecipientsRefused 550")

    @pytest.mark.parametrize("error", [BUSY, SMTPDataError(451, b"try later")], ids=["address", "content"])
    def test_a_passing_refusal_is_tried_again(self, queue, server, error):
        mail = queue()
        server.answers = [error]

        assert send(mail.pk, at=NOW)

        assert fresh(mail).state == MailState.WAITING

    def test_a_content_refused_for_good_fails(self, queue, server):
        mail = queue()
        server.answers = [SMTPDataError(554, b"spam")]

        send(mail.pk, at=NOW)

        assert fresh(mail).state == MailState.FAILED

    def test_the_row_says_why_without_the_address(self, queue, server):
        mail = queue()
        server.answers = [GONE]

        send(mail.pk, at=NOW)

        assert "anne" not in fresh(mail).last_error

    @pytest.mark.parametrize(
        ("error", "words"),
        [(GONE, ADDRESS_REFUSED), (BUSY, ADDRESS_DELAYED), (TimeoutError(), NO_ANSWER), (ValueError(), OUR_FAULT)],
    )
    def test_people_read_it_in_words(self, queue, server, error, words):
        mail = queue()
        assert error_in_words(mail) == ""
        server.answers = [error]

        send(mail.pk, at=NOW)

        assert error_in_words(fresh(mail)) == words


class TestFault:
    """A fault of ours is neither tried for ever nor lost."""

    def test_a_composer_that_raises(self, queue, composers, caplog):
        def fault(mail, at):
            raise KeyError("facts")

        composers["test.word"] = fault
        mail = queue()

        assert send(mail.pk, at=NOW)
        tasks.send_waiting()

        assert (fresh(mail).state, fresh(mail).last_error, fresh(mail).attempts) == (MailState.FAILED, "KeyError", 1)
        assert "Traceback" in caplog.text

    def test_a_composer_whose_file_is_missing_is_no_server_down(self, queue, composers):
        def fault(mail, at):
            raise FileNotFoundError

        composers["test.word"] = fault
        mail = queue()

        assert send(mail.pk, at=NOW)
        assert fresh(mail).state == MailState.FAILED

    def test_a_kind_that_nobody_writes_any_more(self, queue, composers):
        mail = queue()
        del composers["test.word"]

        send(mail.pk, at=NOW)

        assert (fresh(mail).state, fresh(mail).last_error) == (MailState.FAILED, "UnknownKind")

    @pytest.mark.parametrize("address", ["anne@example.org\nBcc: autre@example.org", "anne@exa mple.org\r\n"])
    def test_an_address_that_adds_a_header(self, queue, address):
        mail = queue(to=address)

        send(mail.pk, at=NOW)

        assert fresh(mail).state == MailState.FAILED
        assert mailbox.outbox == []


class TestDeadWorker:
    def claimed(self, mail, at=NOW):
        """As a worker leaves it that dies with the mail in hand."""
        return sending._claim(mail.pk, at)

    def test_what_it_held_is_given_back_and_leaves_with_the_same_message_id(self, queue, time_machine):
        """Killed after the server took the mail and before the mark: it leaves again."""
        mail = queue()
        sending._message(self.claimed(mail), Composition("Un mot", "Bonjour.")).send()

        time_machine.move_to(NOW + ABANDONED, tick=False)
        tasks.send_waiting()
        assert fresh(mail).state == MailState.SENDING  # not before its time
        for minutes in (1, 3):
            time_machine.move_to(NOW + ABANDONED + timedelta(minutes=minutes), tick=False)
            tasks.send_waiting()

        assert (fresh(mail).state, fresh(mail).attempts) == (MailState.SENT, 2)
        first, second = (message.message()["Message-ID"] for message in mailbox.outbox)
        assert first == second

    def test_a_mail_that_kills_its_workers_fails_in_the_end(self, queue):
        mail, at = queue(), NOW
        Mail.objects.update(attempts=ATTEMPTS - 1)

        self.claimed(mail, at)
        sending.release_abandoned(at=at + timedelta(hours=1))

        assert (fresh(mail).state, fresh(mail).last_error) == (MailState.FAILED, "Abandoned")

    def test_a_worker_taken_for_dead_that_sent_it_all_the_same_is_believed(self, queue):
        mail = queue()
        held = self.claimed(mail)
        sending.release_abandoned(at=LATER)

        sending._finish(held, MailState.SENT, sent_at=LATER, subject="Un mot")

        assert fresh(mail).state == MailState.SENT
        assert not Mail.objects.due(LATER + timedelta(days=1)).exists()

    def test_a_worker_taken_for_dead_takes_nothing_from_the_next(self, queue):
        mail = queue()
        held = self.claimed(mail)
        sending.release_abandoned(at=LATER)
        next_one = self.claimed(mail, LATER + timedelta(minutes=2))

        sending._put_back(held, TimeoutError(), LATER + timedelta(minutes=3))
        sending._fail(held, ValueError())

        assert fresh(mail).state == MailState.SENDING
        sending._finish(next_one, MailState.SENT, sent_at=LATER, subject="Un mot")
        assert fresh(mail).state == MailState.SENT
