"""« Courrier »: what the secretariat sees of the mails, and sends again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as mailbox
from django.urls import reverse

from correspondence.enums import MailState
from correspondence.models import Mail
from organisations.todo import to_do
from tests.builders.mails import make_mail
from tests.builders.organisations import make_admin, make_panel_assessor, make_training_member

pytestmark = pytest.mark.django_db

MAILS, RESEND = reverse("organisations:mails"), reverse("organisations:resend_mails")
NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def read(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def listed(response) -> list[str]:
    return [line.mail.to for line in response.context["lines"]]


class TestList:
    @pytest.mark.parametrize("make", [make_training_member, make_panel_assessor])
    def test_it_is_the_secretariat_s_alone(self, client, make):
        client.force_login(make())

        assert client.get(MAILS).status_code == 403

    def test_each_mail_has_its_state_in_words(self, client, admin):
        make_mail(MailState.SENT, at=NOW)
        make_mail(MailState.FAILED)
        make_mail(
            MailState.WAITING, at=NOW, send_after=NOW + timedelta(minutes=4), last_error="TimeoutError", attempts=3
        )

        page = read(client.get(MAILS))

        assert 'envoyé</span> <span class="row-note">le 30 juin 2021 à 12 h 00' in page
        assert "Cette adresse est refusée : vérifiez-la." in page
        assert "Le serveur de messagerie ne répond pas. 3 essais. Prochain le 30 juin 2021 à 12 h 04." in page
        assert "Nouveau mot de passe" in page
        assert "SMTPRecipientsRefused" not in page

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["zoe@example.org", "b@example.org", "a@example.org"]),
            ("state=failed", ["b@example.org"]),
            ("state=waiting", ["zoe@example.org"]),
            ("kind=juries.mandate", ["a@example.org"]),
            ("q=ZOE", ["zoe@example.org"]),
            ("q=passe", ["a@example.org"]),
            ("q=passe+b@", []),
            ("state=lost", ["zoe@example.org", "b@example.org", "a@example.org"]),
        ],
    )
    def test_it_is_filtered(self, client, admin, query, expected):
        make_mail(MailState.SENT, to="a@example.org", kind="juries.mandate", subject="Un mot de passe")
        make_mail(MailState.FAILED, to="b@example.org")
        make_mail(MailState.SENDING, to="zoe@example.org")

        assert listed(client.get(f"{MAILS}?{query}")) == expected

    def test_the_counts_lead_to_each_state(self, client, admin):
        for state in [MailState.WAITING, MailState.SENDING, MailState.FAILED]:
            make_mail(state)

        counts = client.get(MAILS).context["counts"]

        assert [(section.count, section.label) for section in counts] == [
            (1, "message non parti"),
            (2, "messages en attente"),
            (0, "message envoyé"),
            (0, "message sans objet"),
        ]
        assert [len(listed(client.get(section.url))) for section in counts] == [1, 2, 0, 0]

    def test_a_mail_of_long_ago_is_without_address(self, client, admin):
        make_mail(MailState.SENT, to="")

        assert "adresse effacée" in read(client.get(MAILS))

    def test_the_queries_are_as_many_for_one_as_for_thirty(self, client, admin, django_assert_num_queries):
        make_mail()
        client.get(MAILS)
        with django_assert_num_queries(8):
            client.get(MAILS)
        for _ in range(30):
            make_mail(MailState.FAILED)

        with django_assert_num_queries(8):
            client.get(MAILS)

    def test_nothing_yet(self, client, admin):
        assert "Aucun message n’a encore été écrit." in read(client.get(MAILS))
        assert "Aucun message ne répond à ces filtres." in read(client.get(f"{MAILS}?state=sent"))


class TestSendAgain:
    def test_the_one_whose_button_it_was(self, client, admin, django_capture_on_commit_callbacks, time_machine):
        time_machine.move_to(NOW, tick=False)
        failed, other = make_mail(MailState.FAILED), make_mail(MailState.FAILED)

        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(RESEND, {"mail": failed.pk, "next": f"{MAILS}?state=failed"}, follow=True)

        assert response.redirect_chain == [(f"{MAILS}?state=failed", 302)]
        assert "Le message repart." in read(response)
        assert [message.to for message in mailbox.outbox] == [[failed.to]]
        assert Mail.objects.get(pk=other.pk).state == MailState.FAILED

    def test_those_ticked(self, client, admin):
        failed = [make_mail(MailState.FAILED) for _ in range(3)]

        response = client.post(RESEND, {"mail": [mail.pk for mail in failed]}, follow=True)

        assert "3 messages repartent." in read(response)
        assert not Mail.objects.failed().exists()

    @pytest.mark.parametrize("asked", [[], ["²"], ["x"], ["9" * 30], ["-1"]])
    def test_nothing_to_send_again_is_told(self, client, admin, asked):
        response = client.post(RESEND, {"mail": asked}, follow=True)

        assert "Rien à renvoyer" in read(response)

    def test_what_left_does_not_leave_again(self, client, admin):
        sent = make_mail(MailState.SENT)

        client.post(RESEND, {"mail": sent.pk})

        assert Mail.objects.get().state == MailState.SENT

    @pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_one_stays_on_our_pages(self, client, admin, next_page):
        response = client.post(RESEND, {"mail": make_mail(MailState.FAILED).pk, "next": next_page})

        assert response["Location"] == MAILS


class TestOne:
    def address(self, mail):
        return reverse("organisations:mail", args=[mail.pk])

    def test_it_says_what_became_of_it_and_sends_it_again(self, client, admin):
        mail = make_mail(MailState.FAILED)

        page = read(client.get(self.address(mail)))

        assert mail.to in page
        assert "Cette adresse est refusée" in page
        assert "Renvoyer" in page

    def test_its_text_is_never_shown_outside_of_the_demonstration(self, client, admin, settings, tmp_path):
        settings.EMAIL_FILE_PATH = str(tmp_path)
        mail = make_mail(MailState.SENT)
        (tmp_path / "x.eml").write_text("secret")

        response = client.get(self.address(mail))

        assert response.context["text"] == ""
        assert "Ce que lit son destinataire" not in read(response)

    def test_the_demonstration_shows_it_with_its_links(
        self, client, admin, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_BACKEND = "correspondence.mailbox.EmailBackend"
        settings.EMAIL_FILE_PATH = str(tmp_path)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("account_reset_password"), {"email": admin.email})
        settings.DEMO = True

        page = read(client.get(self.address(Mail.objects.get())))

        assert "Ce que lit son destinataire" in page
        assert '<a href="http://testserver/compte/mot-de-passe/nouveau/' in page


class TestToDo:
    def failed_mails(self, user):
        return next((todo for todo in to_do(user, on=NOW.date()) if todo.label == "Messages non partis"), None)

    def test_the_home_page_tells_the_secretariat_of_those_that_failed(self, client, admin):
        make_mail(MailState.FAILED)
        make_mail(MailState.WAITING)

        todo = self.failed_mails(admin)

        assert todo.count == 1
        assert len(listed(client.get(todo.url))) == 1

    def test_a_training_organisation_is_told_nothing(self):
        assert self.failed_mails(make_training_member()) is None
