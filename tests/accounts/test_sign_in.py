from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from tests.builders.organisations import PASSWORD, make_admin, make_user

LOGIN = reverse("account_login")
HOME = reverse("home")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(email="anne.lemoine@example.org")


def sign_in(client, *, email="anne.lemoine@example.org", password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def is_signed_in(client) -> bool:
    return client.get(HOME).status_code == 200


def test_a_stranger_is_led_to_the_sign_in_page_and_back(client):
    response = client.get(reverse("organisations:list"), {"q": "lyon"})

    assert response.status_code == 302
    assert response.url == f"{LOGIN}?next=/organisations/%3Fq%3Dlyon"


def test_the_right_password_opens_the_session(client, person):
    response = sign_in(client)

    assert (response.status_code, response.url) == (302, HOME)
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_capitals(client, person):
    sign_in(client, email=" Anne.LEMOINE@Example.org ")

    assert is_signed_in(client)


def test_a_wrong_password_says_so_in_french(client, person):
    response = sign_in(client, password="une-autre-phrase")

    assert response.status_code == 200
    assert "L’adresse e-mail ou le mot de passe sont incorrects." in response.content.decode().replace("&#x27;", "’")
    assert not is_signed_in(client)


def test_an_unknown_address_gets_the_same_words_as_a_wrong_password(client, person):
    wrong_password = sign_in(client, password="une-autre-phrase")
    unknown_address = sign_in(client, email="personne@example.org", password="une-autre-phrase")

    assert wrong_password.context["form"].errors == unknown_address.context["form"].errors


def test_the_sixth_failure_in_a_row_waits_even_with_the_right_password(client, person):
    for _ in range(5):
        sign_in(client, password="une-autre-phrase")

    response = sign_in(client)

    assert "Trop de tentatives" in response.content.decode()
    assert not is_signed_in(client)


def test_somebody_else_still_signs_in_meanwhile(client, person):
    make_user(email="julien@example.org")
    for _ in range(5):
        sign_in(client, password="une-autre-phrase")

    sign_in(client, email="julien@example.org")

    assert is_signed_in(client)


def test_a_closed_account_is_refused(client, person):
    person.is_active = False
    person.save()

    response = sign_in(client)

    assert response.url == reverse("account_inactive")
    assert client.get(response.url).status_code == 200
    assert not is_signed_in(client)


def test_a_session_dies_with_the_account(client, person):
    sign_in(client)
    person.is_active = False
    person.save()

    assert not is_signed_in(client)


def test_the_session_is_renamed_when_it_is_opened(client, person):
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else"
    sign_in(client)

    assert client.session.session_key != "chosen-by-somebody-else"
    assert is_signed_in(client)


def test_an_anonymous_session_does_not_keep_its_name(client, person):
    session = client.session
    session["anything"] = 1
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_other_sessions_die_when_the_password_changes(client, person, django_user_model):
    sign_in(client)
    person.set_password("une-autre-phrase-assez-longue")
    person.save()

    assert not is_signed_in(client)


def test_signing_out_takes_a_post(client, person):
    sign_in(client)

    client.get(reverse("account_logout"))
    assert is_signed_in(client)

    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        " https://evil.example",
        "%68ttps://evil.example//",
        "data:text/html,x",
    ],
)
def test_signing_in_never_leads_outside(client, person, target):
    response = sign_in(client, next=target)

    assert response.status_code == 302
    assert "\\" not in response.url  # Browsers read it as a slash.
    led_to = urlsplit(urljoin(f"http://testserver{LOGIN}", response.url))
    assert (led_to.scheme, led_to.netloc) == ("http", "testserver")


def test_signing_in_leads_back_to_where_one_was_going(client, person):
    response = sign_in(client, next="/organisations/?q=lyon")

    assert response.url == "/organisations/?q=lyon"


def test_technical_pages_are_entered_through_the_same_door(client):
    response = client.get("/technique/login/?next=/technique/")

    assert response.status_code == 302
    assert response.url.startswith(LOGIN)


def test_the_secretariat_does_not_enter_the_technical_pages(client):
    client.force_login(make_admin())

    assert client.get("/technique/", follow=True).status_code == 403
