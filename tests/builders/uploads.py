"""Files as people send them, and files that are kept."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from weasyprint import HTML

from documents.uploads import AcceptedUpload, MediaType, StoredFile, kept
from evaluations.models.attachments import ATTACHMENTS

_PDF: dict[str, bytes] = {}


def pdf(text: str = "Une page.") -> bytes:
    if text not in _PDF:
        _PDF[text] = HTML(string=f"<p>{text}</p>").write_pdf()
    return _PDF[text]


def image(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def sent(name: str = "entretien.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, image() if content is None else content)


def stored(name: str = "entretien.png", content: bytes | None = None, *, folder: str = ATTACHMENTS) -> StoredFile:
    """A file that is kept, and that no row names yet."""
    with kept(AcceptedUpload(name, MediaType.PNG, image() if content is None else content), folder=folder) as file:
        return file
