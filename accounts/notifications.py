"""What is written to people about their own account."""

from datetime import datetime, timedelta
from urllib.parse import urljoin

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from correspondence.composing import Composition
from correspondence.models import Mail

from .models import User
from .signals import password_asked

PASSWORD_MAIL = "accounts.new_password"  # noqa: S105  (the kind of a mail)


def _new_password(mail: Mail, at: datetime) -> Composition | None:
    """To whoever asked, with an account or without. Days later nobody waits for it any more."""
    if at - mail.queued_at > timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        return None
    user = _account_at(mail.to)
    if user and not _may_choose(user):
        user = None
    context = {"user": user, "link": _link_for(user)} if user else {"email": mail.to}
    template = "accounts/mail/new_password.txt" if user else "accounts/mail/unknown_account.txt"
    return Composition("Choisir un nouveau mot de passe", render_to_string(template, context))


def _account_at(address: str) -> User | None:
    """Databases take « ı » for an « i »: the account of one address is not for whoever reads the other."""
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    return user if user and user.email.lower() == address.lower() else None


def _may_choose(user: User) -> bool:
    return all(answer is not False for _, answer in password_asked.send(User, user=user))


def _link_for(user: User) -> str:
    """Its key is made now. It leads to our own address, whatever host was asked."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return urljoin(settings.SITE_URL, reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key]))


COMPOSERS = {PASSWORD_MAIL: _new_password}
LABELS = {PASSWORD_MAIL: "nouveau mot de passe"}
