"""A paper's pages, drawn from its frozen context alone, and what their bytes must show before they are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from documents.checks import Expected, check_paper
from documents.drawing import Attachment, Drawing, DrawingRefused, draw
from documents.qr import qr_svg_data_uri
from documents.sealing import seal_holder, sealed

from .enums import PaperKind
from .machine_facts import attached, facts_of
from .models import Certificate, Duplicate

TEMPLATES = {
    PaperKind.CERTIFICATE: "papers/certificate.html",
    PaperKind.BLOCK_STATEMENT: "papers/block_statement.html",
}
HOLDER_FIELDS = ("first_names", "birth_name", "usual_name", "birth_place")


class NoAnnex(DrawingRefused):
    """The paper was frozen without what a supplement is drawn from: a statement, or a paper of version 1."""

    def __init__(self, number: str) -> None:
        super().__init__([f"Le document {number} n’a pas de supplément."])


@dataclass(frozen=True, slots=True)
class Page:
    """A template with all that it prints, and what must then be found in the file."""

    template: str
    stylesheet: str
    context: Mapping[str, Any]
    expected: Expected


def draw_paper(certificate: Certificate, key: str) -> Drawing:
    """The certificate or the statement with this key. Raises `DrawingRefused`."""
    return _drawn(_paper(certificate, key), certificate)


def check_drawn(certificate: Certificate, pdf: bytes, *, key: str) -> None:
    """The last look at a drawn paper before its seal. Raises `DrawingRefused`."""
    check_paper(pdf, _paper(certificate, key).expected)


def draw_supplement(certificate: Certificate) -> Drawing:
    """The annex of a published certificate, checked and sealed; it names the file it belongs to by its hash.

    It bears no key, which exists on the certificate alone. Raises `DrawingRefused`, or `NoAnnex`.
    """
    if not certificate.context.get("annex"):
        raise NoAnnex(certificate.number)
    page = _supplement(certificate)
    drawing = _drawn(page, certificate)
    check_paper(drawing, page.expected)
    return sealed(drawing)


def has_supplement(certificate: Certificate) -> bool:
    return bool(certificate.context.get("annex"))


def duplicate_context(certificate: Certificate, *, rank: int, reason: str, made_on: str) -> dict[str, Any]:
    """What the cover of a duplicate says, to freeze on its row: plain JSON, the day in ISO form."""
    context = certificate.context
    shared = ("kind", "number", "title", "awarding_body", "holder", "place", "delivered_on", "specimen")
    return {name: context[name] for name in shared} | {
        "rank": rank,
        "reason": reason,
        "made_on": made_on,
        "sha256": certificate.sha256,
        "file_name": f"{certificate.number}.pdf",
        "form_url": _form_address(),
    }


def draw_duplicate(duplicate: Duplicate, original: bytes) -> Drawing:
    """The cover, the original inside it byte for byte, checked and sealed. Raises `DrawingRefused`."""
    context = duplicate.context
    expected = Expected(
        title=f"Duplicata {context['rank']} – {context['number']}",
        texts=[*_names(context), context["number"], context["sha256"], context["reason"]],
        attachments=[Attachment(context["file_name"], original, "Le document d’origine", relationship="Source")],
    )
    page = Page("papers/duplicate.html", "duplicate.css", context | {"seal_holder": seal_holder()}, expected)
    drawing = draw(
        page.template,
        page.context,
        stylesheet=page.stylesheet,
        title=expected.title,
        created_at=duplicate.made_at,
        attachments=expected.attachments,
    )
    check_paper(drawing, expected)
    return sealed(drawing)


def _drawn(page: Page, certificate: Certificate) -> Drawing:
    return draw(
        page.template,
        page.context,
        stylesheet=page.stylesheet,
        title=page.expected.title,
        created_at=certificate.issued_at,
        attachments=page.expected.attachments,
    )


def _paper(certificate: Certificate, key: str) -> Page:
    context = certificate.context
    address = settings.SITE_URL + reverse("certificates:verify", args=[certificate.number, key])
    verification = {
        "url": address,
        "display_url": _form_address(),
        "key": key,
        "qr": qr_svg_data_uri(address),
    }
    facts = facts_of(context, verification={"address": address, "key": key})
    expected = Expected(
        title=f"{certificate.get_kind_display().capitalize()} {certificate.number}",
        texts=[*_names(context), context["number"], key, *(block["title"] for block in context["blocks"])],
        address=address,
        attachments=[attached(facts)],
    )
    printed = context | {"verification": verification, "seal_holder": seal_holder()}
    return Page(TEMPLATES[PaperKind(certificate.kind)], "certificate.css", printed, expected)


def _supplement(certificate: Certificate) -> Page:
    context = certificate.context
    verification = {
        "form": f"{settings.SITE_URL}{reverse('certificates:verify_form')}",
        "sha256": str(certificate.sha256),
    }
    blocks = context["annex"]["blocks"]
    wordings = [competency["wording"] for block in blocks for competency in block["competencies"]]
    expected = Expected(
        title=f"Supplément au certificat {certificate.number}",
        texts=[*_names(context), context["number"], str(certificate.sha256), *wordings],
        pages=None,
        attachments=[attached(facts_of(context, verification=verification) | {"annex": context["annex"]})],
    )
    printed = context | {"sha256": certificate.sha256, "form_url": _form_address(), "seal_holder": seal_holder()}
    return Page("papers/supplement.html", "supplement.css", printed, expected)


def _names(context: Mapping[str, Any]) -> list[str]:
    return [context["holder"][field] for field in HOLDER_FIELDS if context["holder"][field]]


def _form_address() -> str:
    return settings.SITE_URL.split("://")[1] + reverse("certificates:verify_form")
