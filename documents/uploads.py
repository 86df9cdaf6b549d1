"""Files that people send: recognised by what they are, kept under random names, given back only to be saved.

Nothing here knows what a file is about, nor who may read it: a view asks that first, then answers with `download`.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from PIL import Image, ImageFile, ImageOps

from .pdf_structure import PdfFault, fault_of

MAX_BYTES = 10 * 1024 * 1024
MAX_REQUEST_BYTES = 2 * MAX_BYTES + 1024 * 1024  # Beyond it a request is refused unread.
MAX_PIXELS = 50_000_000  # a phone's largest photographs, not a bomb: 150 MB while they are read again
MAX_SIDE = 4000  # a page photographed at 340 dots per inch
NAME_LENGTH = 120
ACCEPT = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"


class MediaType(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


EXTENSIONS = {"pdf": MediaType.PDF, "png": MediaType.PNG, "jpg": MediaType.JPEG, "jpeg": MediaType.JPEG}
_SIGNATURES = {b"%PDF-": MediaType.PDF, b"\x89PNG\r\n\x1a\n": MediaType.PNG, b"\xff\xd8\xff": MediaType.JPEG}


class UploadFault(StrEnum):
    """Why a file is not taken, said to whoever sent it: what to do instead."""

    MISSING = "Choisissez un fichier."
    EMPTY = "Ce fichier est vide : vérifiez qu’il s’ouvre chez vous, puis choisissez-le de nouveau."
    TOO_LARGE = "Ce fichier dépasse 10 Mo : réduisez-le ou partagez-le en plusieurs fichiers."
    KIND = "Seuls les fichiers PDF, PNG et JPEG se joignent : enregistrez celui-ci en PDF, puis joignez-le."
    MISNAMED = "Le contenu de ce fichier n’est pas celui que son nom annonce : enregistrez-le en PDF, puis joignez-le."
    DAMAGED = "Ce fichier est incomplet ou abîmé : vérifiez qu’il s’ouvre chez vous, puis choisissez-le de nouveau."
    TOO_MANY_PIXELS = "Cette image a trop de points : réduisez-la, puis joignez-la."
    ACTIVE = "Ce PDF contient un programme ou un autre fichier : imprimez-le en PDF, puis joignez le résultat."


class UploadRefused(Exception):
    def __init__(self, fault: UploadFault) -> None:
        super().__init__(fault.name)
        self.fault = fault

    @property
    def sentence(self) -> str:
        return str(self.fault)


@dataclass(frozen=True, slots=True)
class AcceptedUpload:
    """A file that may be kept: its bytes are the ones kept, which for an image are not the ones sent."""

    name: str
    media_type: MediaType
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a row remembers of a file that is kept."""

    stored_name: str
    name: str
    media_type: str
    size: int
    sha256: str


# Receiving


class BoundedUploadHandler(FileUploadHandler):
    """Before any other handler: no more of a file is read than may be kept, whatever its request announces.

    A file found too large is left out of `request.FILES`; `upload_in` tells that it was there.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django passes it by this name)
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MAX_REQUEST_BYTES:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > MAX_BYTES:
            if self.request is not None:
                self.request.META["uploads.too_large"] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def upload_in(request: HttpRequest, field: str) -> AcceptedUpload:
    """The file that the form sent. Raises `UploadRefused`, with the sentence for whoever sent it."""
    received = request.FILES.get(field)
    if received is None:
        too_large = request.META.get("uploads.too_large", False)
        raise UploadRefused(UploadFault.TOO_LARGE if too_large else UploadFault.MISSING)
    return accept(received)


def optional_upload_in(request: HttpRequest, field: str) -> AcceptedUpload | None:
    """The same for a field that may be left empty."""
    try:
        return upload_in(request, field)
    except UploadRefused as refused:
        if refused.fault is UploadFault.MISSING:
            return None
        raise


def accept(received: File) -> AcceptedUpload:
    """Recognise a file by its content, hold it to its name, and make of it what may be kept."""
    if received.size is None or received.size > MAX_BYTES:
        raise UploadRefused(UploadFault.TOO_LARGE)
    content = received.read(MAX_BYTES + 1)
    name = clean_name(received.name or "")
    announced = EXTENSIONS.get(PurePosixPath(name).suffix.lower().removeprefix("."))
    if not content:
        raise UploadRefused(UploadFault.EMPTY)
    if announced is None:
        raise UploadRefused(UploadFault.KIND)
    recognised = next((kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)), None)
    if recognised != announced:
        raise UploadRefused(UploadFault.MISNAMED)
    return AcceptedUpload(name, recognised, _MAKERS[recognised](content))


def _pdf(content: bytes) -> bytes:
    """Kept as it is, so that a signature on it stays good; never shown in a page of ours."""
    fault = fault_of(content)
    if fault:
        raise UploadRefused(UploadFault.ACTIVE if fault is PdfFault.ACTIVE else UploadFault.DAMAGED)
    return content


def _png(content: bytes) -> bytes:
    image = _decoded(content, "PNG")
    if image.mode.startswith("I"):  # Sixteen bits of grey: to eight, else all but the darkest would turn white.
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif "transparency" in image.info or image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        image = image.convert("RGBA")
    return _encoded(image, "PNG")


def _jpeg(content: bytes) -> bytes:
    image = _decoded(content, "JPEG")
    return _encoded(image if image.mode in {"L", "RGB"} else image.convert("RGB"), "JPEG", quality=85)


_MAKERS: dict[MediaType, Callable[[bytes], bytes]] = {
    MediaType.PDF: _pdf,
    MediaType.PNG: _png,
    MediaType.JPEG: _jpeg,
}


def _decoded(content: bytes, kind: str) -> Image.Image:
    """The picture alone, upright and of a reasonable size: neither where it was taken nor what else was in the file."""
    try:
        return _read_whole(content, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UploadRefused(UploadFault.TOO_MANY_PIXELS) from bomb
    except UploadRefused:
        raise
    except Exception as error:  # On damaged data the decoders raise whatever they meet.
        raise UploadRefused(UploadFault.DAMAGED) from error


def _read_whole(content: bytes, kind: str) -> Image.Image:
    with _half_images_refused():
        image = Image.open(BytesIO(content), formats=[kind])
        if image.width * image.height > MAX_PIXELS:
            raise UploadRefused(UploadFault.TOO_MANY_PIXELS)
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        image.load()
        return ImageOps.exif_transpose(image)


_decoding = Lock()


@contextmanager
def _half_images_refused() -> Iterator[None]:
    """WeasyPrint lets Pillow fill what is missing with grey, for the whole process. One image at a time, too."""
    with _decoding:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    image.info.clear()  # Else its comments, profile and metadata would be written again.
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


_NOT_IN_NAMES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, and what turns the direction of reading


def clean_name(given: str) -> str:
    """The name as its author gave it, on one line: composed, without folders nor invisible signs, not too long."""
    last = re.split(r"[/\\]", given)[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in _NOT_IN_NAMES)
    composed = " ".join(unicodedata.normalize("NFC", visible).split()).rstrip(". ")
    stem, dot, extension = composed.rpartition(".")
    if not dot:
        return composed[:NAME_LENGTH] or "fichier"
    kept = f".{extension[:10]}"
    return f"{(stem.strip('. ') or 'fichier')[: NAME_LENGTH - len(kept)].rstrip('. ')}{kept}"


# Keeping


def _storage() -> Storage:
    return storages["uploads"]


@contextmanager
def kept(upload: AcceptedUpload, *, folder: str) -> Iterator[StoredFile]:
    """Keep the file while its row is written: a file without a row may be left behind, never a row without its file.

    What is refused within is not kept.
    """
    stored_name = _storage().save(f"{folder}/{secrets.token_hex(20)}", ContentFile(upload.content))
    try:
        yield StoredFile(stored_name, upload.name, upload.media_type, upload.size, upload.sha256)
    except BaseException:
        discard(stored_name)
        raise


def discard(stored_name: str) -> None:
    _storage().delete(stored_name)


# Giving back


def download(file: StoredFile) -> HttpResponse:
    """The file to be saved, never to be shown in a page of ours. Whoever calls has asked who reads it."""
    try:
        with _storage().open(file.stored_name) as kept_file:
            content = kept_file.read()
    except FileNotFoundError as error:  # `manage.py verify` tells of it.
        raise Http404 from error
    return HttpResponse(
        content,
        headers={
            "Content-Type": file.media_type,
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
    )


# Verifying


def is_intact(file: StoredFile) -> bool:
    try:
        with _storage().open(file.stored_name) as kept_file:
            content = kept_file.read()
    except FileNotFoundError:
        return False
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256


def stored_names(folder: str, *, before: datetime) -> Iterator[str]:
    """Every file kept in this folder since before that moment: a younger one may still await its row."""
    storage = _storage()
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        stored_name = f"{folder}/{name}"
        if storage.get_modified_time(stored_name) < before:
            yield stored_name
