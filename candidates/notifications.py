"""What is written to referents about their way in, and to candidates about their request for VAE."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from correspondence.composing import Composition
from correspondence.models import Mail
from rulebook.admissibility import AdmissibilityAnswer
from rulebook.outcomes import AdmissibilityStanding

from .facts import admissibility_verdict, reply_rule
from .models import AdmissibilityRequest, ReferentCode, ReferentLink
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


def _admissibility_complete(mail: Mail, at: datetime) -> Composition | None:
    """Until when an answer may come, and what silence will mean. Nothing once it has been answered."""
    request, answer = _request_of(mail, at)
    if answer.standing != AdmissibilityStanding.PENDING:
        return None
    return _on_admissibility(
        "candidates/mail/admissibility_complete.txt", "Votre demande de VAE : dossier complet", request, answer
    )


def _admissibility_decided(mail: Mail, at: datetime) -> Composition | None:
    request, answer = _request_of(mail, at)
    return _on_admissibility(
        "candidates/mail/admissibility_decided.txt", "Votre demande de VAE : décision", request, answer
    )


def _admissibility_silence(mail: Mail, at: datetime) -> Composition | None:
    """Nothing to say to those who were answered in time."""
    request, answer = _request_of(mail, at)
    if not answer.is_silent:
        return None
    return _on_admissibility(
        "candidates/mail/admissibility_silence.txt", "Votre demande de VAE est acceptée", request, answer
    )


def _request_of(mail: Mail, at: datetime) -> tuple[AdmissibilityRequest, AdmissibilityAnswer]:
    request = AdmissibilityRequest.objects.select_related("candidate", "version__certification__awarding_body").get(
        pk=mail.facts["request"]
    )
    return request, admissibility_verdict(request, on=timezone.localdate(at)).answer


def _on_admissibility(
    template: str, subject: str, request: AdmissibilityRequest, answer: AdmissibilityAnswer
) -> Composition:
    rule, certification = reply_rule(request.version), request.version.certification
    context = {"request": request, "answer": answer, "rule": rule, "certification": certification}
    return Composition(subject, render_to_string(template, context))


COMPOSERS = {
    "candidates.referent_link": _referent_link,
    "candidates.referent_code": _referent_code,
    "candidates.admissibility_complete": _admissibility_complete,
    "candidates.admissibility_decided": _admissibility_decided,
    "candidates.admissibility_silence": _admissibility_silence,
}
LABELS = {
    "candidates.referent_link": "lien d’accès d’un référent",
    "candidates.referent_code": "code d’accès",
    "candidates.admissibility_complete": "dossier de VAE complet",
    "candidates.admissibility_decided": "recevabilité décidée",
    "candidates.admissibility_silence": "recevabilité acquise par le silence",
}
