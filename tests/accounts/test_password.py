"""Forgetting one's password, choosing another."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.notifications import COMPOSERS, PASSWORD_MAIL
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sending import send
from tests.builders.organisations import PASSWORD, make_user

RESET = reverse("account_reset_password")
CHANGE = reverse("account_change_password")
NEW = "une-autre-phrase-assez-longue"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(email="anne@example.org")


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    """Ask for another password, and let the mail leave."""

    def send(email, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(RESET, {"email": email}, **kwargs)

    return send


def link_in(message) -> str:
    return re.search(r"https?://\S+", message.body).group()


def without_tokens(response) -> str:
    return re.sub(r'"X-CSRFToken": "\w+"', "", response.content.decode())


def follow(client, link: str):
    """The page behind the link: it hides the key from the address before it asks for the password."""
    return client.get(link.removeprefix("http://testserver"), follow=True)


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(ask, person):
    known = ask("anne@example.org", follow=True)
    unknown = ask("personne@example.org", follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    assert [message.to for message in mail.outbox] == [["anne@example.org"], ["personne@example.org"]]


def test_the_page_does_the_same_work_for_both_and_sends_nothing_itself(client, person):
    """It does not even look the address up, so that its time says nothing either."""

    def asked(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            client.post(RESET, {"email": email})
        return [re.sub(r" VALUES .*|x\d+|'[^']*'", "", query["sql"]) for query in queries]

    known, unknown = asked("anne@example.org"), asked("personne@example.org")

    assert known == unknown
    assert not any("accounts_user" in query for query in known)
    assert mail.outbox == []
    assert Mail.objects.filter(state=MailState.WAITING).count() == 2


def test_the_row_holds_no_key(ask, person):
    ask("anne@example.org")

    key = link_in(mail.outbox[0]).rstrip("/").rpartition("-")[2]
    assert len(key) > 20
    assert key not in str(Mail.objects.values().get())


def test_a_stranger_is_told_that_there_is_no_account_and_offered_none(ask):
    ask("personne@example.org")

    assert "http" not in mail.outbox[0].body


def test_a_closed_account_gets_no_link(ask, person):
    person.is_active = False
    person.save()

    ask("anne@example.org")

    assert not any(reverse("account_reset_password") in message.body for message in mail.outbox)


def test_a_look_alike_of_an_address_gets_no_link(person):
    type(person).objects.filter(pk=person.pk).update(email="anne@mıke.example.org")

    row = Mail(to="anne@mike.example.org", queued_at=timezone.now())

    assert "http" not in COMPOSERS[PASSWORD_MAIL](row, timezone.now()).body


def test_a_request_of_long_ago_is_forgotten(client, person):
    client.post(RESET, {"email": "anne@example.org"})

    send(Mail.objects.get().pk, at=timezone.now() + timedelta(days=4))

    assert Mail.objects.get().state == MailState.DROPPED


def test_the_link_leads_to_our_own_address_whatever_host_was_asked(ask, person, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://cqp.example.org"

    ask("anne@example.org", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})

    assert link_in(mail.outbox[0]).startswith("https://cqp.example.org/compte/mot-de-passe/nouveau/")
    assert "evil.example" not in str(mail.outbox[0].message())


def test_the_link_sets_another_password_once(client, ask, person):
    ask("anne@example.org")
    link = link_in(mail.outbox[0])

    page = follow(client, link)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "Demander un autre lien" in follow(client, link).content.decode()


def test_opening_the_link_changes_nothing(client, ask, person):
    ask("anne@example.org")

    follow(client, link_in(mail.outbox[0]))

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("weak", ["trop-court", "anne@example.org", "password1234"])
def test_a_weak_password_is_refused(client, person, weak):
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    person.refresh_from_db()
    assert response.context["form"].errors
    assert person.check_password(PASSWORD)


def test_changing_it_asks_for_the_present_one(client, person):
    client.force_login(person)

    client.post(CHANGE, {"oldpassword": "autre-chose", "password1": NEW, "password2": NEW})

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_changing_it_keeps_this_session_and_ends_the_others(client, person):
    elsewhere = type(client)()
    client.force_login(person)
    elsewhere.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert response.url == reverse("home")
    assert client.get(reverse("home")).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302
