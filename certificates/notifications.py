"""What is written to holders: their papers are there, one is revoked. Subjects name nobody."""

from datetime import datetime

from django.template.loader import render_to_string

from candidates.models import Candidate
from correspondence.composing import Composition
from correspondence.models import Mail

from . import alerts
from .enums import CertificateState
from .holding import LINK_MAIL, PUBLISHED_MAIL, REVOKED_MAIL, address_for
from .models import PUBLIC, Certificate


def _published(mail: Mail, at: datetime) -> Composition | None:
    """Nothing once the paper has ended, the address has changed, or another link was asked for since."""
    certificate = Certificate.objects.select_related("candidate", "replaces").get(pk=mail.facts["certificate"])
    if certificate.state != CertificateState.PUBLISHED or certificate.candidate.email != mail.to:
        return None
    link = address_for(certificate.candidate, mail=mail, at=at)
    if link is None:
        return None
    return Composition(
        subject="Votre certificat" if certificate.kind == "certificate" else "Votre attestation de bloc",
        body=render_to_string(
            "certificates/mail/published.txt",
            {"certificate": certificate, "holder": certificate.candidate, "link": link},
        ),
    )


def _link(mail: Mail, at: datetime) -> Composition | None:
    holder = Candidate.objects.get(pk=int(mail.about.partition(":")[2]))
    if holder.email != mail.to or not holder.certificates.filter(state__in=PUBLIC).exists():
        return None
    link = address_for(holder, mail=mail, at=at)
    if link is None:
        return None
    return Composition(
        subject="Vos documents du CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("certificates/mail/link.txt", {"holder": holder, "link": link}),
    )


def _revoked(mail: Mail, at: datetime) -> Composition:
    """Which paper and when. The secretariat tells why to whoever asks: a reason may name others, and mails stray."""
    certificate = Certificate.objects.select_related("candidate").get(pk=mail.facts["certificate"])
    revocation = certificate.revocations.approved().get()
    return Composition(
        subject="Un de vos documents est retiré",
        body=render_to_string(
            "certificates/mail/revoked.txt",
            {"certificate": certificate, "holder": certificate.candidate, "revocation": revocation},
        ),
    )


COMPOSERS = {PUBLISHED_MAIL: _published, LINK_MAIL: _link, REVOKED_MAIL: _revoked, **alerts.COMPOSERS}
LABELS = {
    PUBLISHED_MAIL: "document délivré",
    LINK_MAIL: "lien vers ses documents",
    REVOKED_MAIL: "document retiré",
    **alerts.LABELS,
}
