"""Reading back a paper that `documents.engine` drew: what its bytes say, whatever the layout promised.

It understands the one way in which our engine writes, and nothing else: a file written otherwise reads as empty, and
what finds it so refuses it. pypdf's own extraction of text reads any file, and takes ten times longer.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

_FONT_OR_TEXT = re.compile(rb"/(\w+) [\d.]+ Tf|\[([^\]]*)\] ?TJ|(<[0-9a-f]*>) ?Tj")
_GLYPHS = re.compile(rb"<([0-9a-f]*)>")
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
_DARK_RUN = re.compile(rb"\b(\d+) (\d+)\.5 m\n(\d+) \2\.5 l\b")


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    name: str
    content: bytes
    relationship: str


class PaperReading:
    """The paper's pages, fonts, attachments and promises. Not for files that others send."""

    def __init__(self, pdf: bytes) -> None:
        self._reader = PdfReader(BytesIO(pdf))
        self.catalog: Any = self._reader.trailer["/Root"]
        self.pages: list[Any] = list(self._reader.pages)

    @cached_property
    def _contents(self) -> list[bytes]:
        return [page["/Contents"].get_object().get_data() for page in self.pages]

    @cached_property
    def text(self) -> str:
        """In the order in which it is drawn, composed (NFC)."""
        lines = [
            line for page, content in zip(self.pages, self._contents, strict=True) for line in _lines(page, content)
        ]
        return unicodedata.normalize("NFC", "\n".join(lines))

    @property
    def title(self) -> str:
        return str((self._reader.metadata and self._reader.metadata.title) or "")

    @property
    def xmp(self) -> str:
        metadata = self.catalog.get("/Metadata")
        return str(metadata.get_object().get_data().decode()) if metadata else ""

    @property
    def fonts(self) -> Iterator[Any]:
        """Each font that a page may draw with."""
        seen = set()
        for page in self.pages:
            for reference in _fonts(page).values():
                font = reference.get_object()
                if id(font) not in seen:
                    seen.add(id(font))
                    yield font

    @property
    def dark_modules(self) -> set[tuple[int, int]]:
        """Row and column of each dark module of the QR codes drawn, quiet zone counted."""
        runs = (tuple(map(int, run)) for content in self._contents for run in _DARK_RUN.findall(content))
        return {(row, column) for start, row, end in runs for column in range(start, end)}

    @property
    def attachments(self) -> list[EmbeddedFile]:
        names = self.catalog.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
        return [_embedded(specification.get_object()) for specification in names[1::2]]

    @property
    def associated_names(self) -> set[str]:
        return {str(specification.get_object()["/UF"]) for specification in self.catalog.get("/AF", [])}


def _fonts(page: Any) -> Any:
    return page["/Resources"].get_object().get("/Font", DictionaryObject()).get_object()


def _lines(page: Any, content: bytes) -> Iterator[str]:
    mappings = {name[1:]: _mapping(font.get_object()) for name, font in _fonts(page).items()}
    characters: dict[bytes, str] = {}
    for font, several, one in _FONT_OR_TEXT.findall(content):
        if font:
            characters = mappings[font.decode()]
            continue
        glyphs = b"".join(_GLYPHS.findall(several or one))
        yield "".join(characters.get(glyphs[at : at + 4], "\ufffd") for at in range(0, len(glyphs), 4))


def _mapping(font: Any) -> dict[bytes, str]:
    """Glyphs to characters, as whoever copies from the file gets them."""
    found = _MAPPING.findall(font["/ToUnicode"].get_object().get_data())
    return {glyph: bytes.fromhex(characters.decode()).decode("utf-16-be") for glyph, characters in found}


def _embedded(specification: Any) -> EmbeddedFile:
    stream = specification["/EF"]["/F"].get_object()
    return EmbeddedFile(
        name=str(specification["/UF"]),
        content=stream.get_data(),
        relationship=str(specification.get("/AFRelationship", "")).removeprefix("/"),
    )
