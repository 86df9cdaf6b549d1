"""A browser, a web server on the demonstration, and people in front of it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from rncp31395.demonstration.accounts import PASSWORD

from .site import Site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: set CHROMIUM, or install the package")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    site.build()
    site.start()
    yield site
    site.kill()


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator["People"]:
    people = People(browser, site)
    yield people
    people.leave()


class People:
    """Each in a browser of their own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []

    def sign_in(self, name: str, *, width: int = 1280) -> Page:
        context = self.browser.new_context(
            locale="fr-FR", base_url=self.site.url, viewport={"width": width, "height": 800}
        )
        self.contexts.append(context)
        page = context.new_page()
        page.goto("/compte/connexion/")
        page.fill("input[name=login]", f"{name}@demo.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("form:has(input[name=login]) button[type=submit]")
        page.wait_for_url(lambda url: "connexion" not in url)
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often each accident is made to happen: few by default, `ROUNDS=20` for the figures of the documentation."""
    return int(os.environ.get("ROUNDS", "3"))
