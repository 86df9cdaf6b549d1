from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """The request of a page that `LoginRequiredMiddleware` keeps for those who signed in."""

    user: User
