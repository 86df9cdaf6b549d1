"""What caches may keep, and what public pages leave behind."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.builders.organisations import make_user

pytestmark = pytest.mark.django_db

PUBLIC = reverse("certificates:verify_form")


def test_a_page_shown_to_somebody_is_kept_nowhere(client):
    client.force_login(make_user())

    response = client.get(reverse("home"))

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_a_public_page_sets_no_cookie_and_reads_no_session(client):
    response = client.get(PUBLIC)

    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert not Session.objects.exists()


def test_a_public_page_does_not_touch_the_session_of_somebody_signed_in(client):
    client.force_login(make_user())
    before = Session.objects.get().expire_date

    response = client.get(PUBLIC)

    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert Session.objects.get().expire_date == before
    assert "no-store" in response["Cache-Control"]
