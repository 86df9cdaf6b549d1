"""What is written to people about their place in the organisations."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from .models import Invitation
from .tokens import hash_token, make_token


def send_invitation(invitation_id: int, *, at: datetime) -> None:
    """Mail its link to the invited person, unless that was done or the invitation no longer stands.

    No transaction is held while the mail leaves. A worker that dies in between sends another mail at the next run: its
    link replaces that of the first, of which only the hash was kept.
    """
    invitation = Invitation.objects.to_send().with_organisation().filter(pk=invitation_id).first()
    if invitation is None:
        return
    token = make_token()
    token_hash = hash_token(token)
    mine = Invitation.objects.to_send().filter(pk=invitation_id)
    if not mine.update(token_hash=token_hash):
        return
    _invitation_mail(invitation, token).send()
    mine.filter(token_hash=token_hash).update(sent_at=at)


def _invitation_mail(invitation: Invitation, token: str) -> EmailMessage:
    link = urljoin(settings.SITE_URL, reverse("organisations:accept", args=[token]))
    return EmailMessage(
        subject="Votre accès au CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("organisations/mail/invitation.txt", {"invitation": invitation, "link": link}),
        to=[invitation.email],
    )
