"""The link of an invitation, as the invited person, a mail filter and a stranger open it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from organisations.models import Invitation, Membership
from organisations.tokens import hash_token
from tests.builders.organisations import PASSWORD, make_admin, make_company, make_invitation, make_user

pytestmark = pytest.mark.django_db

EMAIL = "maelle@example.org"
NEW = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def address(link: str = "right") -> str:
    return reverse("organisations:accept", args=[link])


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def without_tokens(response) -> str:
    return "".join(line for line in text_of(response).splitlines() if "CSRF" not in line)


@pytest.fixture
def invitation():
    return make_invitation(
        organisation=make_company(name="Aubert"),
        email=EMAIL,
        first_name="Maëlle",
        last_name="Kervella",
        token_hash=hash_token("right"),
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, invitation, method):
    accounts = User.objects.count()

    responses = [getattr(client, method)(address()) for _ in range(20)]

    assert {response.status_code for response in responses} == {200}
    assert User.objects.count() == accounts
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_the_page_says_what_is_offered_and_is_kept_nowhere(client, invitation):
    response = client.get(address())

    page = text_of(response)
    assert "Maëlle Kervella" in page
    assert "Aubert" in page
    assert EMAIL in page
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_a_new_password_opens_the_account_but_not_a_session(client, invitation):
    response = client.post(address(), NEW)

    person = User.objects.get(email=EMAIL)
    assert response.url == reverse("account_login")
    assert person.check_password(PASSWORD)
    assert Membership.objects.get(user=person).organisation.name == "Aubert"
    assert "_auth_user_id" not in client.session


def test_the_account_signs_in(client, invitation):
    client.post(address(), NEW)

    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("court", "court", id="short"),
        pytest.param(PASSWORD, "autre-chose-de-long", id="not twice the same"),
        pytest.param("password1234", "password1234", id="common"),
        pytest.param("maelle@example", "maelle@example", id="one's own address"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_poor_password_is_refused(client, invitation, first, second):
    response = client.post(address(), {"new_password1": first, "new_password2": second})

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not User.objects.filter(email=EMAIL).exists()


def test_wrong_expired_used_and_replaced_links_get_one_answer(client, invitation):
    now = timezone.now()
    states = {
        "wrong": {},
        "expired": {"expires_at": now, "invited_at": now - timedelta(days=8)},
        "used": {"accepted_at": now, "accepted_by": make_admin()},
        "replaced": {"superseded_at": now},
    }
    for state, fields in states.items():
        if fields:
            make_invitation(email=EMAIL, token_hash=hash_token(state), **fields)

    answers = [request(address(state)) for state in states for request in (client.get, client.post)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({without_tokens(answer) for answer in answers}) == 1


def test_a_second_click_finds_the_link_used(client, invitation):
    client.post(address(), NEW)

    assert client.post(address(), NEW).status_code == 404
    assert Membership.objects.filter(user__email=EMAIL).count() == 1


def test_a_referent_who_comes_by_a_link_chooses_a_password_for_another_role(client, invitation):
    """Their account has none: they could not sign in to accept."""
    person = make_user(email=EMAIL, first_name="Maëlle", last_name="Le Bihan")
    person.set_unusable_password()
    person.save()
    assert "new_password1" in text_of(client.get(address()))

    client.post(address(), NEW)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.last_name == "Le Bihan"
    assert person.memberships.get().organisation.name == "Aubert"


def test_a_closed_account_is_not_given_one(client, invitation):
    person = make_user(email=EMAIL, is_active=False)
    person.set_unusable_password()
    person.save()

    client.post(address(), NEW)

    person.refresh_from_db()
    assert not person.has_usable_password()
    assert not person.memberships.exists()


class TestSomebodyWithAnAccount:
    @pytest.fixture
    def person(self):
        return make_user(email=EMAIL)

    def test_they_sign_in_first_and_come_back(self, client, invitation, person):
        page = text_of(client.get(address()))

        assert f"{reverse('account_login')}?next={address()}" in page
        assert "new_password1" not in page

    def test_a_password_sent_all_the_same_changes_nothing(self, client, invitation, person):
        client.post(address(), {"new_password1": "une-autre-phrase-longue", "new_password2": "une-autre-phrase-longue"})

        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert not person.memberships.exists()

    def test_signed_in_they_accept_in_one_click(self, client, invitation, person):
        client.force_login(person)

        shown = text_of(client.get(address()))
        response = client.post(address())

        assert "Accepter l’invitation" in shown
        assert response.url == reverse("home")
        assert person.memberships.get().organisation.name == "Aubert"

    def test_signed_in_as_somebody_else_nothing_is_accepted(self, client, invitation, person):
        somebody_else = make_user()
        client.force_login(somebody_else)

        response = client.post(address())

        assert "Déconnectez-vous" in text_of(response)
        assert not Membership.objects.filter(user__in=[person, somebody_else]).exists()
        assert Invitation.objects.get(pk=invitation.pk).accepted_at is None
