"""Nothing typed is ever lost: the server dies, the session expires, the network goes, two people type at once."""

import time
from random import Random

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import People
from .site import Site

SAVED_WITHIN = 2.0  # what an accident may cost at most: the seconds before it
COMES_BACK_WITHIN = 25.0
FIELD = "textarea[name=general_comment]"
chance = Random(31395)  # noqa: S311  (nothing secret)
WORDS = "le dossier est tenu, la relance faite, le client rappelé ; "


@pytest.fixture
def entry(people: People, site: Site) -> "Entry":
    """A training organisation's member before the next evaluation to enter."""
    page = people.sign_in("of.lyon")
    page.goto("/evaluations/")
    page.goto(page.locator("a:has-text('Saisir la suivante')").get_attribute("href") or "")
    return Entry(page, site)


class Entry:
    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        _, _, self.reference, self.block, self.channel, *_ = page.url.removeprefix("http://").split("/")
        self.typed: list[tuple[float, str]] = []  # each stroke, with its moment

    def type(self, seconds: float) -> None:
        """One word after another, never stopping long enough for an idle moment to save."""
        end = time.monotonic() + seconds
        self.page.focus(FIELD)
        while time.monotonic() < end:
            word = f"{chance.choice(WORDS.split())} "
            self.page.keyboard.type(word, delay=15)
            self.typed.append((time.monotonic(), word))

    @property
    def text(self) -> str:
        return "".join(word for _, word in self.typed)

    def text_before(self, moment: float) -> str:
        return "".join(word for at, word in self.typed if at <= moment)

    def stored(self) -> str:
        rows = self.site.rows(
            "SELECT e.general_comment FROM evaluations_evaluation e"
            " JOIN candidates_enrolledblock b ON b.id = e.enrolled_block_id JOIN blocks_block k ON k.id = b.block_id"
            " JOIN candidates_enrolment n ON n.id = b.enrolment_id JOIN blocks_channel c ON c.id = e.channel_id"
            " WHERE n.reference = ? AND k.code = ? AND c.code = ? ORDER BY e.attempt DESC LIMIT 1",
            self.reference,
            self.block,
            self.channel,
        )
        return rows[0][0] if rows else ""

    def is_stored_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.stored().strip() == self.text.strip():
                return True
            self.page.wait_for_timeout(100)
        return False

    def start_again(self) -> None:
        self.page.fill(FIELD, "")
        self.typed.clear()


def test_a_killed_server_costs_two_seconds_at_most(entry: Entry, site: Site, rounds: int):
    missing_at_death, lost = [], 0

    for _ in range(rounds):
        entry.start_again()
        entry.type(chance.uniform(2.5, 5))
        site.kill()
        died = time.monotonic()
        before = entry.text_before(died - SAVED_WITHIN - 0.3).strip()  # what a stroke takes to reach the page
        missing_at_death.append(0 if before in entry.stored() else 1)
        entry.type(1)
        site.start()
        lost += not entry.is_stored_within(COMES_BACK_WITHIN)

    assert (sum(missing_at_death), lost) == (0, 0)


def test_an_expired_session_costs_nothing(entry: Entry, site: Site, rounds: int):
    lost = 0

    for _ in range(rounds):
        entry.start_again()
        entry.type(chance.uniform(1, 3))
        expire(entry.page.context, site)
        entry.type(1)
        sign_in_again(entry.page)
        lost += not entry.is_stored_within(COMES_BACK_WITHIN)

    assert lost == 0


def expire(context: BrowserContext, site: Site) -> None:
    keys = [cookie["value"] for cookie in context.cookies() if "session" in cookie["name"]]
    site.write("DELETE FROM django_session WHERE session_key = ?", *keys)


def sign_in_again(page: Page) -> None:
    dialog = page.locator("dialog[open][data-session-expired]")
    dialog.wait_for(timeout=15_000)
    dialog.locator("input[type=password]").fill("demonstration")
    dialog.locator("button[type=submit]").click()
    dialog.wait_for(state="hidden", timeout=15_000)


def test_a_cut_network_costs_nothing(entry: Entry, rounds: int):
    lost = 0

    for _ in range(rounds):
        entry.start_again()
        entry.type(chance.uniform(1, 3))
        entry.page.context.set_offline(True)
        entry.type(chance.uniform(1, 3))
        entry.page.context.set_offline(False)
        lost += not entry.is_stored_within(COMES_BACK_WITHIN)

    assert lost == 0
