"""Drawing, the second half of issuing, which a worker does: from the frozen row alone, once.

The bytes are kept and the paper is published in one transaction.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from documents.checks import check_drawing
from documents.drawing import Drawing, DrawingRefused, draw
from documents.qr import qr_svg_data_uri
from journal.services import SYSTEM, record

from . import keys
from .enums import CertificateState, PaperKind
from .models import Certificate, CertificateFile

TEMPLATES = {
    PaperKind.CERTIFICATE: ("papers/certificate.html", "certificate.css"),
    PaperKind.BLOCK_STATEMENT: ("papers/block_statement.html", "certificate.css"),
}


def draw_certificate(certificate_id: int, *, at: datetime) -> Certificate:
    """Draw a reserved paper and publish it; drawing a published one again changes nothing.

    Only the drawing knows the verification key in clear: killed before the end, it leaves a reserved row, and the next
    drawing makes another key. A refused drawing is kept on the row for the secretariat, which sees it as waiting.
    """
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.state != CertificateState.RESERVED:
        return certificate
    key = keys.new_key()
    try:
        content = drawn(certificate, key)
    except DrawingRefused as refusal:
        return _keep_refusal(certificate, refusal)
    return _publish(certificate, content, key=key, at=at)


def drawn(certificate: Certificate, key: str) -> Drawing:
    """The paper with this key, checked. Raises `DrawingRefused`."""
    template, stylesheet = TEMPLATES[PaperKind(certificate.kind)]
    drawing = draw(
        template,
        certificate.context | {"verification": _verification(certificate.number, key)},
        stylesheet=stylesheet,
        title=f"{certificate.get_kind_display().capitalize()} {certificate.number}",
        created_at=certificate.issued_at,
    )
    check_drawing(drawing, texts=_must_be_read(certificate.context, key), pages=1)
    return drawing


def _must_be_read(context: dict[str, Any], key: str) -> list[str]:
    holder = context["holder"]
    names = [holder["birth_name"], holder["usual_name"], holder["first_names"], holder["birth_place"]]
    return [*filter(None, names), context["number"], key, *(block["title"] for block in context["blocks"])]


def _verification(number: str, key: str) -> dict[str, Any]:
    url = settings.SITE_URL + reverse("certificates:verify", args=[number, key])
    return {
        "url": url,
        "display_url": settings.SITE_URL.split("://")[1] + reverse("certificates:verify_form"),
        "key": key,
        "qr": qr_svg_data_uri(url),
    }


@transaction.atomic(durable=True)
def _publish(certificate: Certificate, content: bytes, *, key: str, at: datetime) -> Certificate:
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.state != CertificateState.RESERVED:
        return certificate
    sha256 = hashlib.sha256(content).hexdigest()
    CertificateFile.objects.create(certificate=certificate, content=bytes(content), sha256=sha256, drawn_at=at)
    certificate.state = CertificateState.PUBLISHED
    certificate.key_hash = keys.hash_of(key)
    certificate.sha256 = sha256
    certificate.published_at = at
    certificate.last_error = ""
    certificate.save(update_fields=["state", "key_hash", "sha256", "published_at", "last_error"])
    record(
        f"{certificate.kind}.published",
        subject=f"certificate:{certificate.number}",
        actor=SYSTEM,
        at=at,
        after={"sha256": sha256},
    )
    return certificate


def _keep_refusal(certificate: Certificate, refusal: DrawingRefused) -> Certificate:
    certificate.attempts += 1
    certificate.last_error = " ".join(refusal.reasons)
    Certificate.objects.filter(pk=certificate.pk, state=CertificateState.RESERVED).update(
        attempts=certificate.attempts, last_error=certificate.last_error
    )
    return certificate
