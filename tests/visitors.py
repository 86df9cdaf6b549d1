"""People in front of the pages of one `Branch`: each signed in once, each request undone once it is answered."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.builders.branch import Branch
from tests.builders.referents import link_session

CSRF = re.compile(rb'(csrfmiddlewaretoken" value="|CSRFToken": ")\w+')
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


class Visitors:
    def __init__(self, branch: Branch) -> None:
        logging.getLogger("django.request").setLevel(logging.ERROR)  # Thousands of refusals are asked for.
        self.branch = branch
        self.client = Client()
        self.sessions = {role: sign_in(person) for role, person in branch.people.items()}
        self.sessions["linked"] = link_session(branch.link)
        self.written: Counter[str] = Counter()  # by table, during the last request

    @property
    def roles(self) -> list[str]:
        return ["anonymous", *self.branch.people]

    def ask(
        self, role: str, path: str, *, method: str = "get", data: Mapping[str, Any] | None = None, **headers: str
    ) -> HttpResponse:
        """The answer to one request, from a browser that keeps nothing from one to the next."""
        self.client.cookies.clear()
        if role in self.sessions:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        with self._watched():
            return getattr(self.client, method)(path, data or {}, headers=headers or None)

    def try_out(self, role: str, path: str, **request: Any) -> HttpResponse:
        """Ask, and leave the branch as it was."""
        with undone():
            return self.ask(role, path, **request)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self.written.clear()
        with connection.execute_wrapper(self._note):
            yield

    def _note(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if found := WRITES.match(sql):
            self.written[found[1]] += 1
        return execute(sql, *rest)


def sign_in(person: User) -> str:
    """The key of the session, which lasts."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back, the counts of attempts at signing in included."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)
        cache.clear()


def body(response: HttpResponse) -> bytes:
    """What is read, without the tokens drawn anew for each page."""
    return CSRF.sub(b"", response.content)


def asks_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(f"{reverse(settings.LOGIN_URL)}?next=")
