"""The only place that knows WeasyPrint. Slow to import: `documents.drawing` imports it when there is something to draw.

What it holds to: our own faces and nothing of the machine's; no file, no network; the least complaint of the renderer
and the drawing is discarded; the same input gives the same bytes.
"""

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from .drawing import Attachment, Drawing, DrawingRefused
from .glyphs import FONTS

# Fontconfig reads this while WeasyPrint is imported, and again for each FontConfiguration.
os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .layout import flaws, overflowing_fields, shown_text

HERE = Path(__file__).resolve().parent
STYLESHEETS = {file.name: file for file in (HERE / "css").glob("*.css")}
ASSETS = {f"asset:{file.stem}": file for file in (HERE / "assets").glob("*.svg")}
SHARED = {f"asset:{name}": STYLESHEETS[f"{name}.css"] for name in ("accompanying", "secretariat")}  # by `@import`

VARIANT: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}
# WeasyPrint writes one conformance only. PDF/UA-1 is met as well once it is said, and PDF/A wants the words explained.
PDF_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


class PackagedAssets(URLFetcher):
    """Serves `data:` and our own assets by their logical names; all else is refused and written among the complaints.

    The written trace counts: inside an SVG, WeasyPrint swallows even the fatal error and goes on.
    """

    def __init__(self, complaints: list[str]) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)
        self._complaints = complaints

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if asset := ASSETS.get(url):
            return URLFetcherResponse(url, asset.read_bytes(), {"Content-Type": "image/svg+xml"})
        if shared := SHARED.get(url):
            return URLFetcherResponse(url, shared.read_bytes(), {"Content-Type": "text/css"})
        self._complaints.append(f"Le document appelle une ressource étrangère : {url[:200]}.")
        raise FatalURLFetchingError(url)


class PerThread(threading.local):
    """Fonts and compiled stylesheets. Shared between threads, Pango gives other bytes or hangs."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.compiled: dict[str, weasyprint.CSS] = {}

    def stylesheet(self, name: str) -> weasyprint.CSS:
        if name not in self.compiled:
            with _complaints_heard() as complaints:
                css = weasyprint.CSS(
                    string=STYLESHEETS[name].read_text(), font_config=self.fonts, url_fetcher=PackagedAssets(complaints)
                )
            if complaints:
                raise DrawingRefused(complaints)
            self.compiled[name] = css
        return self.compiled[name]


_thread = PerThread()


def draw_html(
    html: str, *, stylesheet: str, title: str, created_at: datetime, attachments: Sequence[Attachment] = ()
) -> Drawing:
    """Draw a whole HTML page. Fields marked `data-fit` shrink until they fit."""
    with _complaints_heard() as complaints:
        try:
            source = weasyprint.HTML(string=html, url_fetcher=PackagedAssets(complaints))
            document = _lay_out_fitting(source, [_thread.stylesheet("paper.css"), _thread.stylesheet(stylesheet)])
            complaints += flaws(document)
            _describe(document, title=title, created_at=created_at)
            embedded = [_embedded(file, created_at, PackagedAssets(complaints)) for file in attachments]
            pdf = document.write_pdf(**VARIANT, attachments=embedded)
        except FatalURLFetchingError:  # Not an Exception, and already among the complaints.
            pdf = b""
    if complaints:
        raise DrawingRefused(list(dict.fromkeys(complaints)))
    return Drawing(pdf, pages=len(document.pages), text=shown_text(document))


def draw_pages(
    htmls: Sequence[str], *, stylesheet: str, title: str, created_at: datetime, first_page: int = 1
) -> Drawing:
    """Draw several HTML pages as one working file, which claims no conformance to PDF/A."""
    stylesheets = [_thread.stylesheet("paper.css"), _thread.stylesheet(stylesheet)]
    if first_page > 1:
        stylesheets.append(weasyprint.CSS(string=f"@page :first {{ counter-reset: page {first_page} }}"))
    pdf, texts, pages = b"", [], []
    with _complaints_heard() as complaints:
        try:
            for html in htmls:
                source = weasyprint.HTML(string=html, url_fetcher=PackagedAssets(complaints))
                document = source.render(font_config=_thread.fonts, stylesheets=stylesheets)
                complaints += flaws(document)
                texts.append(shown_text(document))
                pages += document.pages
            whole = document.copy(pages)
            whole.metadata.title = title
            whole.metadata.created = whole.metadata.modified = _as_metadata(created_at)
            pdf = whole.write_pdf()
        except FatalURLFetchingError:  # Not an Exception, and already among the complaints.
            pass
    if complaints:
        raise DrawingRefused(list(dict.fromkeys(complaints)))
    return Drawing(pdf, pages=len(pages), text="\n".join(texts))


def _lay_out_fitting(source: weasyprint.HTML, stylesheets: list[weasyprint.CSS]) -> weasyprint.Document:
    """Lay out, and while a field overflows its box, lay out again with that field one step smaller.

    `data-fit="3"` allows three steps, whose sizes the stylesheet gives as `[data-step="1"]` and so on.
    """
    while True:
        document = source.render(font_config=_thread.fonts, stylesheets=stylesheets, **VARIANT)
        overflowing = overflowing_fields(document)
        if not overflowing:
            return document
        for element in overflowing:
            step = int(element.get("data-step", "0")) + 1
            if step > int(element.get("data-fit")):
                text = " ".join("".join(element.itertext()).split())
                raise DrawingRefused([f"Ce texte est trop long pour sa place : « {text} »."])
            element.set("data-step", str(step))


def _describe(document: weasyprint.Document, *, title: str, created_at: datetime) -> None:
    metadata = document.metadata
    metadata.title = title
    metadata.created = metadata.modified = _as_metadata(created_at)
    written = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *a: written(*a).replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")


def _embedded(file: Attachment, at: datetime, fetcher: URLFetcher) -> weasyprint.Attachment:
    """From its bytes alone: a name or an address would be read by whoever asks for it."""
    moment = at.astimezone(UTC)
    return weasyprint.Attachment(
        file_obj=BytesIO(file.content),
        url_fetcher=fetcher,
        name=file.name,
        description=file.description,
        relationship=file.relationship,
        created=moment,
        modified=moment,
    )


def _as_metadata(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _complaints_heard() -> Iterator[list[str]]:
    """What WeasyPrint says in this thread at WARNING or above: a missing image, a failed SVG, an unknown property."""
    complaints: list[str] = []
    handler = _Listener(complaints)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield complaints
    finally:
        logger.removeHandler(handler)


class _Listener(logging.Handler):
    def __init__(self, complaints: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._complaints, self._thread = complaints, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._complaints.append(f"Le moteur de dessin signale : {record.getMessage()}")
