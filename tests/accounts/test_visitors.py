"""What a page for visitors owes them: no copy kept, and an answer even when nobody counts."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import resolve

from accounts.visitors import may_ask, open_to_visitors

ACTION = "verification"


@pytest.fixture
def visit(rf, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {ACTION: "2/m/ip", "holder_link": "2/m/ip"}
    return rf.get("/", REMOTE_ADDR="192.0.2.1")


def test_it_is_kept_by_no_cache_and_found_by_no_search_engine(rf):
    response = open_to_visitors(lambda request: HttpResponse("…", headers={"Cache-Control": "public"}))(rf.get("/"))

    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Referrer-Policy"] == "no-referrer"


def test_reading_is_counted_by_kind_and_by_address(visit, rf):
    assert [may_ask(visit, ACTION) for _ in range(3)] == [True, True, False]
    assert may_ask(visit, "holder_link")
    assert may_ask(rf.get("/", REMOTE_ADDR="192.0.2.2"), ACTION)


def test_when_nobody_counts_visitors_are_answered(visit, monkeypatch, caplog):
    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("accounts.visitors.ratelimit.consume_or_429", down)

    assert all(may_ask(visit, ACTION) for _ in range(3))
    assert "not counted" in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/verifier/",
        "/verifier/fichier/",
        "/verifier/CQP-2021-000001/inconnue/",
        "/verifier/CQP-2021-000001/inconnue/justificatif.json",
        "/verifier/CQP-2021-000001/inconnue/justificatif.jwt",
        "/verifier/empreinte/inconnue/",
        "/verifier/justificatifs/6e3c7378-bda4-497a-9bd6-dc203f903ed9/",
        "/titulaire/inconnu/",
        "/titulaire/inconnu/CQP-2021-000001/document/",
        "/titulaire/inconnu/CQP-2021-000001/supplement/",
        "/titulaire/inconnu/CQP-2021-000001/justificatif.json",
        "/titulaire/inconnu/CQP-2021-000001/justificatif.jwt",
        "/titulaire/inconnu/CQP-2021-000001/partager/",
        "/titulaire/inconnu/partages/1/reprendre/",
        "/partage/inconnu/",
        "/convocation/inconnu/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "put"])
@pytest.mark.django_db
def test_every_page_that_a_secret_opens_is_kept_and_found_by_nobody_whatever_it_answers(client, path, method):
    assert resolve(path).view_name.startswith(("certificates:", "convening:"))

    response = getattr(client, method)(path)

    assert response.status_code in {200, 404, 405, 422}
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
