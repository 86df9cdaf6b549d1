"""Pages that follow a meeting as `live.js` has them do, on a connection that each keeps, as browsers and proxies do."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

from .people import TOKEN

ASK_EVERY, SIGNAL_EVERY, JITTER = 2.5, 20.0, (0.8, 1.2)  # seconds, and how far chance moves them
LONGEST_WAIT, DOUBLINGS = 20.0, 5  # after questions that nobody answered
COME_WITHIN = 20.0  # one by one, as people do
ANSWERS_WITHIN = 10.0  # what the page waits


class Line(http.client.HTTPConnection):
    """Counts what leaves."""

    sent = 0

    def send(self, data: bytes) -> None:
        self.sent += len(data)
        super().send(data)


@dataclass
class Heard:
    """What the pages were answered while they were listened to."""

    milliseconds: list[float] = field(default_factory=list)
    octets: Counter[str] = field(default_factory=Counter)  # by what was asked: « ask », « signal », « follow »
    statuses: Counter[int] = field(default_factory=Counter)
    timeouts: int = 0
    cuts: int = 0  # connections that the server had closed under a question

    def __add__(self, other: "Heard") -> "Heard":
        return Heard(
            self.milliseconds + other.milliseconds,
            self.octets + other.octets,
            self.statuses + other.statuses,
            self.timeouts + other.timeouts,
            self.cuts + other.cuts,
        )


@dataclass
class Page:
    port: int
    session: str  # its address
    cookies: str
    chance: Random
    heard: Heard = field(default_factory=Heard)
    seq: int = 0
    failures: int = 0
    line: Line | None = None

    def follow(self, over: Event) -> None:
        ask_at = time.monotonic() + self.chance.uniform(0, COME_WITHIN)
        signal_at = ask_at + SIGNAL_EVERY
        while not over.wait(max(0.0, min(ask_at, signal_at) - time.monotonic())):
            if time.monotonic() >= signal_at:
                self._request("signal", "POST", f"{self.session}direct/signal/")
                signal_at = time.monotonic() + SIGNAL_EVERY
            else:
                self._ask()
                ask_at = time.monotonic() + self._wait() * self.chance.uniform(*JITTER)
        if self.line:
            self.line.close()

    def _wait(self) -> float:
        return min(LONGEST_WAIT, ASK_EVERY * 2 ** min(self.failures - 1, DOUBLINGS)) if self.failures else ASK_EVERY

    def _ask(self) -> None:
        status, body = self._request("ask", "GET", f"{self.session}direct/?depuis={self.seq}")
        self.failures = 0 if status in (200, 204) else self.failures + 1
        if status != 200:
            return
        answer = json.loads(body)
        self.seq = answer["seq"]
        for path in filter(None, (f"{self.session}direct/bandeau/", answer.get("dossier"))):
            self._request("follow", "GET", path)

    def call(self, enrolment: str) -> None:
        """For the presidency, which calls again another time when nothing is answered."""
        status, _ = self._request("call", "POST", f"{self.session}presidence/appeler/", f"enrolment={enrolment}")
        assert status in (0, 302), status

    def _request(self, kind: str, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """A connection found closed is opened anew, once, as browsers do; 0 when nothing was answered in time."""
        started = time.perf_counter()
        try:
            try:
                status, answer = self._try(kind, method, path, body)
            except ConnectionError:
                self.heard.cuts += 1
                self._hang_up()
                status, answer = self._try(kind, method, path, body)
        except (TimeoutError, ConnectionError):
            self.heard.timeouts += 1
            self._hang_up()
            return 0, b""
        self.heard.milliseconds.append((time.perf_counter() - started) * 1000)
        self.heard.statuses[status] += 1
        return status, answer

    def _try(self, kind: str, method: str, path: str, body: str) -> tuple[int, bytes]:
        line = self.line = self.line or Line("127.0.0.1", self.port, timeout=ANSWERS_WITHIN)
        already = line.sent
        headers = {"Cookie": self.cookies, "X-CSRFToken": TOKEN, "Accept-Encoding": "gzip, deflate, br"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body or None, headers)
        response = line.getresponse()
        answer = response.read()
        head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        self.heard.octets[kind] += line.sent - already + len(response.reason) + 17 + head + len(answer)
        return response.status, answer

    def _hang_up(self) -> None:
        if self.line:
            self.line.close()
        self.line = None


@contextmanager
def following(pages: Sequence[Page]) -> Iterator[None]:
    over = Event()
    threads = [Thread(target=page.follow, args=(over,), daemon=True) for page in pages]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
