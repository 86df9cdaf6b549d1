"""The last look at a paper before it is kept: at what its layout showed, then at its very bytes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .drawing import Attachment, Drawing, DrawingRefused
from .glyphs import FAMILIES
from .qr import dark_modules_of
from .reading import PaperReading

LANGUAGE = "fr"
CONFORMANCE = ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"')
# What our engine writes, and nothing that opens, runs, sends or links: `/Annots`, `/OpenAction`, `/AA`, `/AcroForm`…
_CATALOGUE = "Type Pages Outlines Lang StructTreeRoot ViewerPreferences MarkInfo OutputIntents Metadata Names AF"
_PAGE = "Type Parent MediaBox Contents Resources Tabs StructParents TrimBox BleedBox"
CATALOGUE_KEYS, PAGE_KEYS = ({f"/{key}" for key in re.findall(r"\w+", keys)} for keys in (_CATALOGUE, _PAGE))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a paper must be. `pages` is None where its length is its own affair; `address` what its QR code holds."""

    title: str
    texts: Sequence[str]
    pages: int | None = 1
    address: str = ""
    attachments: Sequence[Attachment] = ()


def check_paper(pdf: bytes, expected: Expected) -> None:
    """Refuse a drawn paper whose bytes are not what was meant. Before the seal, which adds an annotation of its own."""
    try:
        reasons = list(_reasons(PaperReading(pdf), expected))
    except Exception as error:  # A paper that our own reading does not understand is not one of our engine's.
        raise DrawingRefused([f"Le document ne se relit pas : {error}."]) from error
    if reasons:
        raise DrawingRefused(reasons)


def check_drawing(pdf: Drawing, *, texts: Sequence[str], pages: int | None) -> None:
    """Refuse a paper that does not show every one of `texts`, or that has not the expected number of pages.

    What `draw` refuses by itself (overflow, glyphs, foreign resources) has been checked already.
    """
    reasons = [*_missing_texts(pdf.text, texts), *_wrong_length(pdf.pages, pages)]
    if reasons:
        raise DrawingRefused(reasons)


def _reasons(paper: PaperReading, expected: Expected) -> Iterator[str]:
    yield from _missing_texts(paper.text, expected.texts)
    yield from _wrong_length(len(paper.pages), expected.pages)
    yield from _flaws_of_fonts(paper)
    yield from _active_parts(paper)
    yield from _wrong_attachments(paper, expected.attachments)
    yield from _broken_promises(paper, expected.title)
    if paper.dark_modules != (dark_modules_of(expected.address) if expected.address else set()):
        yield "Le code QR dessiné n’est pas celui de l’adresse de vérification."


def _missing_texts(shown: str, texts: Iterable[str]) -> list[str]:
    found = _comparable(shown)
    return [f"Il manque sur le document : « {text} »." for text in texts if _comparable(text) not in found]


def _comparable(text: str) -> str:
    """Where the lines break is the page's business, and é is é however it was typed."""
    return "".join(unicodedata.normalize("NFC", text).split())


def _wrong_length(pages: int, expected: int | None) -> list[str]:
    if expected is None or pages == expected:
        return []
    return [f"Le document compte {pages} page(s) au lieu de {expected}."]


def _flaws_of_fonts(paper: PaperReading) -> Iterator[str]:
    for font in paper.fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        name = str(font["/BaseFont"]).removeprefix("/")
        if descriptor.get("/FontFamily") not in FAMILIES:
            yield f"La police « {name} » n’est pas des nôtres."
        if "/FontFile2" not in descriptor and "/FontFile3" not in descriptor:
            yield f"La police « {name} » n’est pas incorporée."
        if name[6:7] != "+":
            yield f"La police « {name} » est incorporée entière."


def _active_parts(paper: PaperReading) -> Iterator[str]:
    foreign = set(paper.catalog) - CATALOGUE_KEYS
    foreign |= set(paper.catalog.get("/Names", {})) - {"/EmbeddedFiles"}
    for page in paper.pages:
        foreign |= set(page) - PAGE_KEYS
    if any("/A" in entry for entry in _outline(paper.catalog.get("/Outlines"))):
        foreign.add("/A")
    if foreign:
        yield f"Le document contient un lien, un programme ou un élément inattendu : {', '.join(sorted(foreign))}."


def _outline(node: Any) -> Iterator[Any]:
    entry = node.get_object().get("/First") if node else None
    while entry:
        entry = entry.get_object()
        yield entry
        yield from _outline(entry)
        entry = entry.get("/Next")


def _wrong_attachments(paper: PaperReading, expected: Sequence[Attachment]) -> Iterator[str]:
    found = paper.attachments
    wanted = Counter((file.name, file.content, file.relationship) for file in expected)
    if Counter((file.name, file.content, file.relationship) for file in found) != wanted:
        names = ", ".join(file.name for file in found) or "aucune"
        yield f"Les pièces jointes ne sont pas celles attendues : {names}."
    if paper.associated_names != {file.name for file in expected}:
        yield "Les pièces jointes ne sont pas associées au document."


def _broken_promises(paper: PaperReading, title: str) -> Iterator[str]:
    if any(promise not in paper.xmp for promise in CONFORMANCE) or paper.xmp.count("<rdf:RDF") != 1:
        yield "Le document ne se dit pas PDF/A-3a et PDF/UA-1."
    if paper.title != title or not paper.catalog.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "Le titre du document n’est pas celui attendu."
    if paper.catalog.get("/Lang") != LANGUAGE:
        yield "La langue du document n’est pas dite."
    if not paper.catalog.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in paper.catalog:
        yield "Le document n’est pas structuré."
