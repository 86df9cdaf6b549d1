"""Two people type on one evaluation: the second sees both texts and chooses, and nothing is replaced in silence."""

import os

import pytest
from playwright.sync_api import Page

from .conftest import People
from .site import Site
from .test_typing_survives import FIELD, Entry

PAIRS = int(os.environ.get("PAIRS", "4"))


@pytest.fixture
def pair(people: People, site: Site) -> tuple[Entry, Entry]:
    first = people.sign_in("of.lyon")
    first.goto("/evaluations/")
    first.goto(first.locator("a:has-text('Saisir la suivante')").get_attribute("href") or "")
    second = people.sign_in("of.lyon")
    second.goto(first.url)
    return Entry(first, site), Entry(second, site)


@pytest.mark.parametrize("kept", ["typed", "stored"])
def test_the_second_is_shown_both_texts_and_chooses(pair: tuple[Entry, Entry], kept: str):
    first, second = pair
    silent, wrong = 0, 0

    for number in range(PAIRS):
        theirs, mine = f"texte {number} du premier", f"texte {number} du second"
        for entry in pair:
            entry.page.reload()
        say(first.page, theirs)
        assert until(first, theirs)
        say(second.page, mine)
        conflict = second.page.locator("[data-conflict] [data-field$=general_comment]")
        conflict.wait_for(timeout=15_000)
        shown = conflict.inner_text()
        silent += first.stored() != theirs or theirs not in shown or mine not in shown
        conflict.locator(f"input[value={kept}]").check()
        second.page.locator("[data-conflict-done]").click()
        wrong += not until(second, {"typed": mine, "stored": theirs}[kept])

    assert (silent, wrong) == (0, 0)


def say(page: Page, words: str) -> None:
    page.fill(FIELD, "")
    page.locator(FIELD).press_sequentially(words, delay=5)


def until(entry: Entry, words: str, seconds: float = 15) -> bool:
    for _ in range(int(seconds * 10)):
        if entry.stored() == words:
            return True
        entry.page.wait_for_timeout(100)
    return False
