"""A file that is looked at and let go: held in memory alone, bounded, and never on a disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

MAX_BYTES = 5 * 1024 * 1024
ENVELOPE_BYTES = 64 * 1024  # what a form writes around its file


class PassingUploadTooLarge(Exception):
    """The file is larger than what is looked at."""


class PassingUploadHandler(MemoryFileUploadHandler):
    """In place of all the others; nothing is read of a request that announces more."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django passes it by this name)
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MAX_BYTES + ENVELOPE_BYTES:
            raise RequestDataTooBig
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.received += len(raw_data)
        if self.received > MAX_BYTES:
            if self.request is not None:
                self.request.META["uploads.too_large"] = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def passing_file(request: HttpRequest, field: str) -> bytes:
    """Its bytes; none when the form sent no file. Before anything else reads the request: it chooses the handler.

    Raises `PassingUploadTooLarge`.
    """
    request.upload_handlers = [PassingUploadHandler(request)]
    try:
        received = request.FILES.get(field)
    except RequestDataTooBig as refused:
        raise PassingUploadTooLarge from refused
    if request.META.get("uploads.too_large"):
        raise PassingUploadTooLarge
    return received.read() if received else b""
