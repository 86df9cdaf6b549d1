from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation only; what we mail leads to our own address, whatever host was asked."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _, token = key.partition("-")
        return urljoin(settings.SITE_URL, reverse("account_reset_password_from_key", args=[uidb36, token]))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")
