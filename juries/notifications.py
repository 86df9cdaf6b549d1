"""What is written to the members of the jury."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from .models import JuryMember


def tell_mandate(member_id: int, *, at: datetime) -> None:
    """Tell a new member that they are mandated and how they choose their password, unless that was done.

    No transaction is held while the mail leaves; a worker that dies in between sends it again at the next run.
    """
    waiting = JuryMember.objects.to_mail().filter(pk=member_id)
    member = waiting.select_related("user").first()
    if member is None:
        return
    _mandate_mail(member).send()
    waiting.update(mail_sent_at=at)


def _mandate_mail(member: JuryMember) -> EmailMessage:
    """Without a secret: the link that sets a password is asked for on our page, and goes to the same address."""
    link = urljoin(settings.SITE_URL, reverse("account_reset_password"))
    return EmailMessage(
        subject="Votre mandat au jury du CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("juries/mail/mandate.txt", {"member": member, "link": link}),
        to=[member.user.email],
    )
