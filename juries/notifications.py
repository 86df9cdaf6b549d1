"""What is written to the members of the jury."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from correspondence.composing import Composition
from correspondence.models import Mail

from .models import MANDATE_MAIL, JuryMember


def _mandate(mail: Mail, at: datetime) -> Composition | None:
    """Without a secret: the link that sets a password is asked for on our page, and goes to the same address.

    Nothing for a mandate that ended, an account that was closed, or who chose a password in the meantime.
    """
    mandated = JuryMember.objects.in_force_or_to_come(timezone.localdate(at)).filter(user__is_active=True)
    member = mandated.filter(pk=mail.facts["member"]).select_related("user").first()
    if member is None or member.user.has_usable_password():
        return None
    link = urljoin(settings.SITE_URL, reverse("account_reset_password"))
    return Composition(
        subject="Votre mandat au jury du CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("juries/mail/mandate.txt", {"member": member, "link": link}),
    )


COMPOSERS = {MANDATE_MAIL: _mandate}
LABELS = {MANDATE_MAIL: "mandat au jury"}
