"""What is written to referents about their way in."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from correspondence.composing import Composition
from correspondence.models import Mail

from .models import ReferentCode, ReferentLink
from .ways_in import address_of, digits_of, followed_by, inviting


def _referent_link(mail: Mail, at: datetime) -> Composition | None:
    """The invitation, or the link asked for again. Nothing for somebody who has nobody left to follow."""
    link = ReferentLink.objects.in_force(at).filter(pk=mail.facts["link"]).select_related("user").first()
    if link is None:
        return None
    enrolments = followed_by(link.user, at=at)
    context = {
        "user": link.user,
        "inviting": inviting(enrolments),
        "count": len(enrolments),
        "address": address_of(link, mail),
    }
    return Composition(
        subject="Évaluer en entreprise au CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("candidates/mail/referent_link.txt", context),
    )


def _referent_code(mail: Mail, at: datetime) -> Composition | None:
    """The code is in the body alone: the subject stays in the outbox."""
    code = ReferentCode.objects.to_try(at).filter(pk=mail.facts["code"]).select_related("link__user").first()
    if code is None:
        return None
    digits = digits_of(code, mail)
    context = {
        "user": code.link.user,
        "digits": f"{digits[:3]} {digits[3:]}",
        "until": timezone.localtime(code.expires_at),
    }
    return Composition(
        subject="Votre code d’accès au CQP courtage d’assurances",
        body=render_to_string("candidates/mail/referent_code.txt", context),
    )


COMPOSERS = {"candidates.referent_link": _referent_link, "candidates.referent_code": _referent_code}
LABELS = {"candidates.referent_link": "lien d’accès d’un référent", "candidates.referent_code": "code d’accès"}
