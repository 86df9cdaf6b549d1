"""Log lines without the secrets that some addresses carry: who reads the logs is not who was written to.

A link of a mail, a holder's page, a share or a paper's verification is opened by its address alone, and a server logs
every address that it refuses.
"""

import logging
import re

from gunicorn.glogging import Logger

MASK = "***"
# A part of an address, or an answer of a form in it, as long as a secret: words of ours have no capital nor digit.
_SECRET = re.compile(r"(?<![^/=])(?=[\w%+~-]*[A-Z0-9])[\w%+~-]{22,}")


def masked(text: str) -> str:
    return _SECRET.sub(MASK, text)


class AddressFilter(logging.Filter):
    """Of what Django says of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django."):
            record.msg, record.args = masked(record.getMessage()), ()
        return True


class AccessLogger(Logger):
    """gunicorn's, for the line of each request and the page that it came from."""

    def atoms(self, *args: object) -> dict[str, object]:
        atoms: dict[str, object] = super().atoms(*args)
        return atoms | {name: masked(value) for name in "rUqf" if isinstance(value := atoms.get(name), str)}
