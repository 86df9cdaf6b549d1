"""The logs tell what was asked for, and none of the secrets that open a page by its address alone."""

import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from gunicorn.config import Config

from certificates.models import HolderLink
from organisations.tokens import hash_token
from rncp31395.logs import AccessLogger, masked
from tests.builders.candidates import make_candidate

TOKEN = "Wm9_ePZ1QbU0wC-7yqkR2cLtJd3nXsVh5gAiOoEfT6M"
KEY = "7QK2MZP9HXW4CNRT3JYB8DFGVA"
RESET = ("3c", "cp4m2x-7f3b2a90c1d84e5f96a7b8c9d0e1f2a3")
NUMBER = "CQP-2021-000042"
CARRYING = [
    pytest.param("certificates:holder_paper", (TOKEN, NUMBER), "/titulaire/***/CQP-2021-000042/document/", id="holder"),
    pytest.param("certificates:shared", (TOKEN,), "/partage/***/", id="share"),
    pytest.param("certificates:verify", (NUMBER, KEY), "/verifier/CQP-2021-000042/***/", id="verification"),
    pytest.param("convening:answer", (TOKEN,), "/convocation/***/", id="convening"),
    pytest.param("organisations:accept", (TOKEN,), "/organisations/invitation/***/", id="invitation"),
    pytest.param("account_reset_password_from_key", RESET, "/compte/mot-de-passe/nouveau/***/", id="password"),
]


@pytest.mark.parametrize(("name", "arguments", "told"), CARRYING)
def test_an_address_is_told_without_its_secret(name, arguments, told):
    assert masked(f"GET {reverse(name, args=arguments)} HTTP/1.1") == f"GET {told} HTTP/1.1"


@pytest.mark.parametrize("key", [KEY, KEY.lower(), "+".join(KEY[at : at + 5] for at in range(0, len(KEY), 5))])
def test_nor_the_key_that_the_form_puts_in_the_address(key):
    assert masked(f"/verifier/?number={NUMBER}&key={key}") == f"/verifier/?number={NUMBER}&key=***"


@pytest.mark.parametrize(
    "address",
    [
        "/certificats/titulaires-a-joindre/",
        "/jurys/JS-2021-0003/dossiers/2021-000123/votes/?BC1=a3f",
        "/static/js/live.js",
    ],
)
def test_the_rest_is_told_as_it_is(address):
    assert masked(f"Not Found: {address}") == f"Not Found: {address}"


@pytest.mark.django_db
def test_a_refusal_to_who_holds_a_good_link_is_logged_without_it(client, monkeypatch, caplog):
    caplog.set_level(logging.WARNING, logger="django.request")  # which the crawls of other tests raise
    HolderLink.objects.create(candidate=make_candidate(), token_hash=hash_token(TOKEN), made_at=timezone.now())
    console = next(handler for handler in logging.getLogger().handlers if handler.filters)
    lines = []
    monkeypatch.setattr(console, "emit", lambda record: lines.append(console.format(record)))

    client.get(reverse("certificates:holder_paper", args=[TOKEN, NUMBER]))

    assert [line.partition("django.request ")[2] for line in lines] == [f"Not Found: /titulaire/***/{NUMBER}/document/"]


def test_the_access_log_tells_neither_the_secret_nor_that_of_the_page_before():
    path = f"/titulaire/{TOKEN}/"
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": path,
        "PATH_INFO": path,
        "QUERY_STRING": f"key={KEY}",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://cqp.example.org{path}",
    }
    request = SimpleNamespace(headers=[])
    response = SimpleNamespace(status="200 OK", headers=[], sent=12)
    took = SimpleNamespace(seconds=0, microseconds=1)

    atoms = AccessLogger(Config()).atoms(response, request, environ, took)

    assert {name: atoms[name] for name in "rUqf"} == {
        "r": "GET /titulaire/***/ HTTP/1.1",
        "U": "/titulaire/***/",
        "q": "key=***",
        "f": "https://cqp.example.org/titulaire/***/",
    }


def test_gunicorn_serves_with_it():
    config = settings.BASE_DIR / "gunicorn.conf.py"
    command = [sys.executable, "-P", "-m", "gunicorn", "--check-config", "--print-config", "rncp31395.logs:masked"]

    started = subprocess.run(command, cwd=config.parent, capture_output=True, text=True)  # noqa: S603  (our own command)

    assert "rncp31395.logs.AccessLogger" in started.stdout, started.stderr
