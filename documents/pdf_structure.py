"""Whether bytes are a whole PDF and nothing but a PDF, told from its frame alone.

Its pages are not read: a PDF is never shown in a page of ours. The frame is what a file that is also something else
breaks: what comes before the header or after the end, and a table that is not where the end says.
"""

import re
from enum import Enum, auto


class PdfFault(Enum):
    NOT_WHOLE = auto()
    ACTIVE = auto()


_HEADER = re.compile(rb"%PDF-[12]\.\d[\r\n \t%]")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\s\x00]*\Z")
_TABLE = re.compile(rb"\s*xref\s+\d+\s+\d+")
_STREAM = re.compile(rb"\s*\d+\s+\d+\s+obj\b.{0,2000}?/XRef\b", re.DOTALL)
_TAIL = 2048
_FRAME = 4096
# What opens a program or another file, where it is written in clear.
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|GoToE|ImportData|SubmitForm)\b")


def fault_of(content: bytes) -> PdfFault | None:
    end = _END.search(content, max(0, len(content) - _TAIL))
    if not _HEADER.match(content) or end is None:
        return PdfFault.NOT_WHOLE
    position = int(end[1])
    frame = content[position : position + _FRAME]
    if position >= end.start() or not (_TABLE.match(frame) or _STREAM.match(frame)):
        return PdfFault.NOT_WHOLE
    if b"/Root" not in content:
        return PdfFault.NOT_WHOLE
    return PdfFault.ACTIVE if _ACTIVE.search(content) else None
