"""The house's pieces: what each shows, that none breaks the content security policy, that all can be read."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts.models import User
from organisations.permissions import Access
from rncp31395 import context_processors
from rncp31395.context_processors import place_of, places_of
from rncp31395.demonstration.accounts import ACCOUNTS
from rncp31395.templatetags import interface
from tests.rncp31395.gallery import RatingsForm, Square, render_gallery

TEMPLATES = sorted(
    path
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html")
    if "papers" not in path.parts  # Drawn by WeasyPrint, never sent to a browser.
)
STYLESHEET = Path(settings.BASE_DIR / "static/css/app.css").read_text()


@pytest.fixture(autouse=True)
def _frame_addresses(settings) -> None:
    settings.ROOT_URLCONF = "tests.rncp31395.urls_interface"


@pytest.fixture
def clerk() -> User:
    """Somebody whose rights are known already: a page's frame asks nothing more of the database."""
    user = User(pk=1, email="secretariat@csca.example", first_name="Hélène", last_name="Roux")
    user._access = (timezone.localdate(), Access(user_id=1, is_admin=True))
    return user


def request_for(user: User | AnonymousUser, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    request._messages = CookieStorage(request)
    return request


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get("/liste/?q=roux&page=2"))


# Dates, numbers, words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2021, 8, 7), "7\u00a0août 2021"),
        (date(2021, 8, 1), "1er\u00a0août 2021"),
        (datetime(2021, 12, 31, 23, 30, tzinfo=UTC), "1er\u00a0janvier 2022"),
        (None, ""),
    ],
)
def test_long_date(value: date | None, expected: str) -> None:
    assert interface.long_date(value) == expected


def test_moment_is_told_in_paris_time() -> None:
    assert interface.moment(datetime(2021, 8, 7, 12, 30, tzinfo=UTC)) == "7\u00a0août 2021 à 14\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0\u00a0dossier"), (1, "1\u00a0dossier"), (2, "2\u00a0dossiers"), (12345, "12\u00a0345\u00a0dossiers")],
)
def test_count_agrees_as_french_does(value: int, expected: str) -> None:
    assert interface.count(value, "dossier").replace("\u202f", "\u00a0") == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Maëlle Le Goff", "MG"), ("Zola", "Z"), ("émile zola", "ÉZ"), ("", "")]
)
def test_initials(name: str, expected: str) -> None:
    assert interface.initials(name) == expected


@pytest.mark.parametrize(
    ("due_on", "state", "words"),
    [
        (date(2026, 3, 1), "due-late", "échue le"),
        (date(2026, 3, 5), "due-soon", "avant le"),
        (date(2026, 6, 1), "due-on_time", "avant le"),
    ],
)
def test_due_says_its_state_in_words_and_colour(due_on: date, state: str, words: str) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        shown = interface.due(due_on)

    assert state in shown
    assert words in shown
    assert f'datetime="{due_on.isoformat()}"' in shown


def test_nothing_is_due_without_a_date() -> None:
    assert interface.due(None) == ""


# States


def test_status_is_a_word_an_icon_and_a_colour() -> None:
    shown = render('{% status "acquired" "acquis" %}')

    assert "status-ok" in shown
    assert "icons.svg#ok" in shown
    assert "acquis</span>" in shown


def test_an_unknown_state_is_neutral() -> None:
    assert "status-neutral" in interface.status("unheard_of", "inconnu")


def test_names_are_shown_as_text() -> None:
    shown = interface.status("ok", "<script>alert(1)</script>") + interface.icon("pdf", label='"><script>')

    assert "<script>" not in shown


def test_a_square_can_be_heard() -> None:
    square = Square("BC4", "Rédiger une offre", ("submitted", "late", "not_required"))

    shown = interface.block_square(square)

    assert (
        'aria-label="BC4 Rédiger une offre : organisme de formation rendue, entreprise en retard, '
        "commission d&#x27;évaluation non requise"
    ) in shown
    assert shown.count("channel-mark-") == 3


def test_a_decided_square_says_its_outcome() -> None:
    square = Square("BC1", "Exercer son rôle", ("submitted", "submitted", "submitted"), "carried")

    assert 'aria-label="BC1 Exercer son rôle : acquis antérieurement"' in interface.block_square(square)


def test_a_rating_keeps_what_was_chosen_and_says_what_is_missing() -> None:
    form = RatingsForm({"c1": "not_acquired"})

    chosen, missing = interface.rating(form["c1"]), interface.rating(form["c2"])

    assert re.search(r'value="not_acquired"[^>]*checked', chosen)
    assert "rating-danger" in chosen
    assert "rating-error" not in chosen
    assert '<p class="rating-error">Ce champ est obligatoire.</p>' in missing


def test_a_verdict_shows_its_whole_tree_and_what_the_sheet_leaves_open() -> None:
    below = SimpleNamespace(outcome="unknown", sentence="BC8 attend.", source="default", reference="", checks=())
    top = SimpleNamespace(
        outcome="unmet", sentence="Pas encore.", source="agreement", reference="article 9", checks=(below,)
    )

    shown = render('{% include "components/check.html" with check=check only %}', check=top)

    assert "accord du 26 octobre 2017, article 9" in shown
    assert "BC8 attend." in shown
    assert "à confirmer par la CSCA" in shown
    assert 'aria-label="En attente"' in shown


# Lists


def test_pagination_keeps_the_filters() -> None:
    shown = render('{% include "components/pagination.html" %}', page=Paginator(range(120), 50).page(2))

    assert 'href="?q=roux&amp;page=1"' in shown
    assert 'href="?q=roux&amp;page=3"' in shown


def test_a_chart_is_a_table_of_its_figures() -> None:
    shown = render(
        '{% bar_chart "Blocs acquis" bars %}',
        bars=[SimpleNamespace(label="BC1", value=40), SimpleNamespace(label="BC2", value=1234)],
    )

    assert '<rect width="32" height="1" />' in shown
    assert '<rect width="1000" height="1" />' in shown
    assert "BC2" in shown


# The page


def test_every_piece_is_drawn_on_a_page_without_a_query(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_processors, "is_juror", lambda user: False)
    monkeypatch.setattr(context_processors, "may_issue", lambda user: False)
    page = render_gallery(request_for(clerk, "/candidats/"))  # A test without `db` may not reach the database.

    assert page.count("<h1>") == 1
    assert '<a class="skip-link" href="#contenu">' in page
    assert '<a href="/candidats/" aria-current="page">Candidats</a>' in page
    assert "Hélène Roux" in page
    assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\ssrc=)', page)
    assert "Démonstration" not in page


@pytest.mark.parametrize(
    ("access", "is_juror", "labels"),
    [
        (
            Access(is_admin=True),
            False,
            ["Accueil", "Candidats", "Évaluations", "Sessions de jury", "Certificats", "Organisations", "Référentiel"],
        ),
        (Access(company_ids=frozenset({1})), False, ["Accueil", "Mes candidats", "Référentiel"]),
        (Access(), True, ["Accueil", "Sessions de jury", "Référentiel"]),
    ],
    ids=["secretariat", "referent", "juror"],
)
def test_each_role_is_led_to_its_places(access: Access, is_juror: bool, labels: list[str]) -> None:
    assert [label for label, _ in places_of(access, is_juror=is_juror)] == labels


def test_every_place_has_its_address(settings) -> None:
    settings.ROOT_URLCONF = "rncp31395.urls"
    everyone = Access(is_admin=True), Access(company_ids=frozenset({1})), Access()

    addresses = [reverse(name) for access in everyone for _, name in places_of(access, is_juror=True)]

    assert all(address.startswith("/") for address in addresses)


@pytest.mark.parametrize(
    ("path", "access", "here"),
    [
        ("/", Access(is_admin=True), "/"),
        ("/candidats/2020-000001/", Access(is_admin=True), "/candidats/"),
        ("/dossiers/2020-000001/", Access(is_admin=True), "/candidats/"),
        ("/candidats/2020-000001/", Access(company_ids=frozenset({1})), "/evaluations/"),
        ("/compte/mot-de-passe/", Access(is_admin=True), None),
    ],
    ids=["home", "own place", "whole dossier", "dossier of a referent", "nowhere"],
)
def test_the_menu_says_where_one_is(settings, path: str, access: Access, here: str | None) -> None:
    settings.ROOT_URLCONF = "rncp31395.urls"

    assert place_of(path, [reverse(name) for _, name in places_of(access)]) == here


def test_nobody_is_led_anywhere_before_signing_in() -> None:
    page = render('{% extends "base.html" %}')

    assert "site-nav" not in page
    assert "user-menu" not in page


def test_a_public_page_reads_no_session_and_asks_for_no_cookie() -> None:
    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"A public page read the session: {name}")

    request = RequestFactory().get("/verifier/")
    request.session = Closed()
    request.user = Closed()

    page = render_to_string("base_public.html", {}, request)

    assert "csrf" not in page.lower()
    assert "CSRF_COOKIE" not in request.META
    assert "Se connecter" in page


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_are_drawn_without_a_request(name: str) -> None:
    page = render_to_string(name)

    assert "Revenir à l’accueil" in page


def test_the_demonstration_offers_its_accounts_in_one_click(settings) -> None:
    settings.DEMO = True

    page = render_to_string("account/login.html", {"form": ""}, request_for(AnonymousUser(), "/compte/login/"))

    assert all(f'name="login" value="{account.email}"' in page for account in ACCOUNTS)
    assert "toutes les personnes sont fictives" in page


def test_sign_in_offers_no_account_outside_the_demonstration() -> None:
    page = render_to_string("account/login.html", {"form": ""}, request_for(AnonymousUser(), "/compte/login/"))

    assert "demo.example" not in page


# The house


def test_every_icon_named_in_a_template_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r'(?:{% icon |icon_name=)"([\w-]+)"', path.read_text())
    }

    assert {name for name in named if name[1] not in drawn} == set()
    assert set(interface.Kind) <= drawn


def test_every_state_named_in_a_template_has_its_kind() -> None:
    named = {
        (path.name, state)
        for path in TEMPLATES
        for state in re.findall(r'{% (?:status|notice) "(\w+)"', path.read_text())
    }

    assert {state for state in named if state[1] not in interface.STATE_KINDS} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(settings.BASE_DIR).as_posix())
def test_templates_hold_no_inline_style_nor_script(path: Path) -> None:
    assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\ssrc=)', path.read_text())


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, ground: str) -> float:
    lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLESHEET.split("}", 5)[3]))
TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent") for ground in ("paper", "paper-sunk")),
    *(
        (kind, ground)
        for kind in ("ok", "attention", "danger", "pending")
        for ground in ("paper", "paper-sunk", f"{kind}-ground")
    ),
]


@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(TOKENS[ink], TOKENS[ground]) >= 4.5


def test_controls_stand_out_from_the_paper() -> None:
    assert contrast(TOKENS["line-strong"], TOKENS["paper"]) >= 3
    assert contrast(TOKENS["accent"], TOKENS["paper"]) >= 3


def test_text_given_as_safe_stays_so() -> None:
    assert "<em>scellé</em>" in render('{% notice "ok" %}{{ text }}{% endnotice %}', text=mark_safe("<em>scellé</em>"))
