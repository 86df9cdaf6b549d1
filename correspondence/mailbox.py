"""Mails as files, one each: where there is no mail server, as in the trial. The demonstration shows what they say."""

import email
import os
from collections.abc import Iterator, Sequence
from email.message import EmailMessage as Letter
from email.policy import default as policy
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from .models import Mail
from .sending import message_id

READABLE = policy.clone(utf8=True, max_line_length=None, refold_source="all")


class EmailBackend(BaseEmailBackend):
    """« <Message-ID>.eml », and « <Message-ID>-2.eml » when the same mail leaves again."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            letter = message.message()
            _keep(str(letter["Message-ID"]), letter.as_bytes())
        return len(email_messages)


def _keep(message_id: str, content: bytes) -> None:
    """Whole or not at all: readable in any editor, complete as soon as it has its name."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".", suffix=".part") as written:
        written.write(_readable(content))
        written.flush()
        for name in _names(message_id):
            try:
                os.link(written.name, folder / name)
            except FileExistsError:
                continue
            return


def _readable(content: bytes) -> bytes:
    """The subject and the text as they were written, rather than as mail servers pass them on."""
    letter = _letter(content)
    if body := letter.get_body(("plain",)):
        body.set_content(body.get_content(), cte="8bit")
    return letter.as_bytes()


def _names(message_id: str) -> Iterator[str]:
    stem = message_id.strip("<>").partition("@")[0]
    yield f"{stem}.eml"
    for number in count(2):
        yield f"{stem}-{number}.eml"


def _folder() -> Path:
    return Path(getattr(settings, "EMAIL_FILE_PATH", ""))  # set by EMAIL_URL, when it names a folder


def _letter(content: bytes) -> Letter:
    letter = email.message_from_bytes(content, policy=READABLE)
    assert isinstance(letter, Letter)  # noqa: S101  (what this policy makes)
    return letter


def text_of(mail: Mail) -> str:
    """What left, as its addressee would read it; nothing before. In the demonstration alone: it may open an account."""
    if not settings.DEMO:
        raise RuntimeError("Only the demonstration shows the mails that left.")
    last = None
    for name in _names(message_id(mail)):
        if not (_folder() / name).is_file():
            break
        last = _folder() / name
    body = _letter(last.read_bytes()).get_body(("plain",)) if last else None
    return str(body.get_content()) if body else ""
