"""What is written to people about their place in the organisations."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from correspondence.composing import Composition
from correspondence.models import Mail
from correspondence.tokens import token_of

from .models import INVITATION_MAIL, Invitation
from .tokens import hash_token


def _invitation(mail: Mail, at: datetime) -> Composition | None:
    """Its link is made now, and works from now on. Nothing for an invitation that no longer stands."""
    standing = Invitation.objects.pending(at).filter(pk=mail.facts["invitation"])
    token = token_of(mail)
    if not standing.update(token_hash=hash_token(token)):
        return None
    invitation = standing.with_organisation().select_related("invited_by").first()
    if invitation is None:
        return None
    link = urljoin(settings.SITE_URL, reverse("organisations:accept", args=[token]))
    return Composition(
        subject="Votre accès au CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("organisations/mail/invitation.txt", {"invitation": invitation, "link": link}),
    )


COMPOSERS = {INVITATION_MAIL: _invitation}
LABELS = {INVITATION_MAIL: "invitation"}
