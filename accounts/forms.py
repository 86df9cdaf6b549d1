from typing import Any
from uuid import uuid4

from allauth.account import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from correspondence.services import post

from .notifications import PASSWORD_MAIL


class ResetPasswordForm(forms.ResetPasswordForm):
    """Whether an account has this address is looked up when the mail leaves: the page knows nothing it could tell."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        with transaction.atomic():
            post(PASSWORD_MAIL, key=f"{PASSWORD_MAIL}:{uuid4().hex}", to=email, about="", at=timezone.now())
        return email
