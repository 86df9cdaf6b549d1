"""Signing in again without leaving the page: its owner and nobody else, by the same limits as the sign-in page."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.ownership import owner_of, owner_seal
from tests.builders.organisations import PASSWORD, make_user

RESUME, HOME = reverse("account_resume"), reverse("home")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(email="anne.lemoine@example.org")


def sign_in_again(client, owner, *, password=PASSWORD, **data):
    return client.post(RESUME, {"password": password, **data}, headers={"X-Page-Owner": owner.page_owner})


def state_of(client, owner) -> dict[str, object]:
    return client.get(RESUME, headers={"X-Page-Owner": owner.page_owner}).json()


class TestThePageSaysWhoseItIs:
    def test_by_a_seal_that_nobody_else_makes(self, person):
        assert owner_of(person.page_owner) == person.pk
        assert owner_of(owner_seal(person.pk + 1)) == person.pk + 1
        assert {owner_of(forged) for forged in ["", "1", f"{person.pk}:x", "²:"]} == {None}

    def test_every_page_carries_it(self, client, person):
        client.force_login(person)

        assert f'"X-Page-Owner": "{person.page_owner}"' in client.get(HOME).content.decode()

    def test_the_dialog_offers_the_password_to_who_has_one(self, client, person):
        client.force_login(person)

        page = client.get(HOME).content.decode()

        assert f'value="{person.email}"' in page
        assert 'id="resume-password"' in page

    def test_and_the_mail_link_to_who_has_none(self, client, person):
        client.force_login(person)
        person.set_unusable_password()
        person.save()
        client.force_login(person)

        page = client.get(HOME).content.decode()

        assert 'id="resume-password"' not in page
        assert "le lien du courriel" in page


class TestSignedOut:
    """What a page asks by itself is answered 401, never by the sign-in page."""

    @pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"HX-Request": "true"}])
    def test_what_asks_by_itself(self, client, headers):
        response = client.get(HOME, headers=headers)

        assert response.status_code == 401
        assert "expiré" in response.json()["sentence"]

    def test_somebody_who_navigates_is_led_to_the_sign_in_page(self, client):
        assert client.get(HOME, headers={"Accept": "text/html"}).status_code == 302

    def test_a_page_of_somebody_else_is_not_answered_as_theirs(self, client, person):
        client.force_login(make_user())

        assert client.get(HOME, headers={"X-Page-Owner": person.page_owner}).status_code == 401
        assert client.get(HOME, headers={"X-Page-Owner": "forged"}).status_code == 401


class TestResuming:
    def test_the_right_password_opens_the_session_again(self, client, person):
        response = sign_in_again(client, person)

        assert (response.status_code, response.json()["is_owner"]) == (200, True)
        assert client.get(HOME).status_code == 200

    def test_it_hands_back_a_token_that_works(self, person):
        client = Client(enforce_csrf_checks=True)
        token = state_of(client, person)["token"]
        headers = {"X-Page-Owner": person.page_owner, "X-CSRFToken": token}

        answer = client.post(RESUME, {"password": PASSWORD}, headers=headers).json()

        signed_out = client.post(reverse("account_logout"), headers={"X-CSRFToken": answer["token"]})
        assert answer["token"] != token
        assert signed_out.status_code == 302

    def test_it_takes_a_token(self, person):
        assert sign_in_again(Client(enforce_csrf_checks=True), person).status_code == 403

    def test_it_opens_to_the_owner_whatever_address_is_sent(self, client, person):
        other = make_user(email="julien@example.org")

        sign_in_again(client, person, login=other.email, email=other.email)

        assert client.session["_auth_user_id"] == str(person.pk)

    def test_it_takes_the_place_of_somebody_else(self, client, person):
        client.force_login(make_user())

        sign_in_again(client, person)

        assert client.session["_auth_user_id"] == str(person.pk)

    def test_a_wrong_password_is_told_in_the_words_of_the_sign_in_page(self, client, person):
        at_the_door = client.post(reverse("account_login"), {"login": person.email, "password": "une-autre-phrase"})

        response = sign_in_again(client, person, password="une-autre-phrase")

        assert response.status_code == 422
        assert response.json()["sentence"] == at_the_door.context["form"].non_field_errors()[0]
        assert client.get(HOME).status_code == 302

    def test_the_sixth_failure_in_a_row_waits_even_with_the_right_password(self, client, person):
        for _ in range(5):
            sign_in_again(client, person, password="une-autre-phrase")

        response = sign_in_again(client, person)

        assert "Trop de tentatives" in response.json()["sentence"]
        assert client.get(HOME).status_code == 302

    def test_its_failures_count_at_the_door_too(self, client, person):
        for _ in range(5):
            sign_in_again(client, person, password="une-autre-phrase")

        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

        assert client.get(HOME).status_code == 302

    @pytest.mark.parametrize("seal", ["", "forged", owner_seal(999_999)])
    def test_a_page_of_nobody_opens_nothing(self, client, person, seal):
        response = client.post(RESUME, {"password": PASSWORD}, headers={"X-Page-Owner": seal})

        assert response.status_code == 422
        assert "plus reconnue" in response.json()["sentence"]
        assert not Session.objects.exists()

    def test_a_closed_account_stays_closed(self, client, person):
        person.is_active = False
        person.save()

        response = sign_in_again(client, person)

        assert response.status_code == 422
        assert client.get(HOME).status_code == 302

    def test_somebody_without_a_password_signs_in_by_their_link_alone(self, client, person):
        person.set_unusable_password()
        person.save()

        assert sign_in_again(client, person, password="").status_code == 422
        assert sign_in_again(client, person, password="!").status_code == 422

    def test_the_page_goes_on_without_a_word_on_the_next_one(self, client, person):
        sign_in_again(client, person)

        assert list(client.get(HOME).context["messages"]) == []


class TestAsking:
    def test_it_says_who_is_signed_in(self, client, person):
        nobody = state_of(client, person)
        client.force_login(make_user())
        another = state_of(client, person)
        client.force_login(person)
        owner = state_of(client, person)

        assert [(state["is_owner"], state["is_another"]) for state in (nobody, another, owner)] == [
            (False, False),
            (False, True),
            (True, False),
        ]

    def test_it_is_kept_by_no_cache_and_opens_no_session(self, client, person):
        response = client.get(RESUME)

        assert "no-store" in response["Cache-Control"]
        assert settings.SESSION_COOKIE_NAME not in response.cookies
