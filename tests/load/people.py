"""One member before the server: what they sent, and what they were answered."""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from juries.enums import BallotChoice

ANSWERS_WITHIN = 60.0
TOKEN = "a" * 32  # Django compares the cookie and the header, and that is all.
CONFIRMED = {choice: f"Votre vote : <strong>{choice.label}</strong>" for choice in BallotChoice}


class Answer(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # The connection died: the ballot was taken, or not.


@dataclass(frozen=True, slots=True)
class Sent:
    vote: int  # the deliberation
    choice: BallotChoice
    answer: Answer
    is_late: bool  # sent after the chair was told that the vote is closed


class NotAnswered(Exception):
    """The connection died under the request."""


def signed_in(user: User) -> str:
    """The cookies of a session of their own."""
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


@dataclass
class Person:
    user: User
    seat: int  # its key
    number: int
    port: int
    log: list[Sent] = field(default_factory=list)
    cookies: str = ""

    def sign_in(self) -> None:
        self.cookies = signed_in(self.user)

    def post(self, path: str, fields: dict[str, str], *, by_htmx: bool = False) -> tuple[int, str]:
        """Status and body. A server that is not there yet is waited for; one that dies raises `NotAnswered`."""
        headers = {
            "Cookie": self.cookies,
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        } | ({"HX-Request": "true"} if by_htmx else {})
        connection = self._connected()
        try:
            connection.request("POST", path, urlencode(fields), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException) as death:
            raise NotAnswered from death
        finally:
            connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        for _ in self._tries():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN)
            try:
                connection.connect()
            except OSError:
                connection.close()
            else:
                return connection
        raise TimeoutError("the server did not come back")

    @staticmethod
    def _tries() -> Iterator[None]:
        deadline = time.monotonic() + ANSWERS_WITHIN
        while time.monotonic() < deadline:
            yield
            time.sleep(0.1)

    def cast(self, path: str, vote: int, choice: BallotChoice, *, is_late: bool = False) -> Answer:
        """As the page does. Whatever is neither taken nor refused is an error of the server, and no test goes on."""
        try:
            status, body = self.post(path, {"choice": choice}, by_htmx=True)
        except NotAnswered:
            answer = Answer.UNKNOWN
        else:
            answer = {200: Answer.ACKNOWLEDGED, 409: Answer.REFUSED}.get(status, Answer.UNKNOWN)
            if status not in (200, 409) or (status == 200 and "vote ouvert" in body and CONFIRMED[choice] not in body):
                raise AssertionError(f"{status} for {choice} on {path}: {body[:500]}")
        self.log.append(Sent(vote, choice, answer, is_late))
        return answer
