from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        """No mail leaves within a request: it waits in the outbox, where `notifications` has its words."""
        raise NotImplementedError(template_prefix)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")
