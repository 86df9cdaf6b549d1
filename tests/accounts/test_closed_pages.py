"""Accounts are opened by invitation: nothing here opens one, nor changes the address one signs in with."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User
from tests.builders.organisations import make_user

pytestmark = pytest.mark.django_db


def test_nobody_signs_up(client):
    answer = {"email": "intrus@example.org", "password1": "une-phrase-assez-longue"}

    shown = client.get(reverse("account_signup"))
    sent = client.post(reverse("account_signup"), answer)

    assert "invitation" in shown.content.decode()
    assert 'method="post"' not in shown.content.decode()
    assert sent.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["account_email", "account_set_password", "account_confirm_login_code"])
def test_pages_of_allauth_that_are_not_offered_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nothing_of_allauth_is_addressed_but_what_is_listed():
    offered = {name for name in get_resolver().reverse_dict if str(name).startswith("account_")}

    assert offered == {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_resume",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate"])
def test_pages_about_oneself_need_a_sign_in(client, name):
    response = client.get(reverse(name))

    assert response.url.startswith(reverse("account_login"))


def test_an_address_has_one_account_whatever_its_case():
    make_user(email="anne@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Anne@example.org", first_name="Anne", last_name="Autre")
