"""A whole session of the jury, thirteen people each in their browser, from their conflicts to what is published."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Locator, Page, Request, expect

from .conftest import People
from .convened import NAMES
from .site import PROJECT, Site

CHAIR, VICE_CHAIR, PULLER, REMOTE, WITHDRAWN, TIED = 1, 2, 4, 12, 7, 6
HIDDEN = NAMES["divided"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder, for those of the documentation
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Convened:
    reference: str
    dossiers: dict[str, str]

    @property
    def page(self) -> str:
        return f"/jurys/{self.reference}/"

    @property
    def console(self) -> str:
        return f"{self.page}presidence/"

    @property
    def minutes(self) -> str:
        return f"{self.page}proces-verbal/"

    def dossier(self, part: str) -> str:
        return f"{self.page}dossiers/{self.dossiers[part]}/"


@dataclass
class Heard:
    """The body of every answer that a browser has received."""

    bodies: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> "Heard":
        page.context.on("requestfinished", self._keep)
        return self

    def _keep(self, request: Request) -> None:
        response = request.response()
        if response is None or response.status in (204, 301, 302, 304):
            return
        try:
            self.bodies.append((request.url, response.body().decode(errors="replace")))
        except Error:
            self.lost.append(request.url)  # The page had gone already.

    def telling(self, word: str) -> list[str]:
        return [address for address, body in self.bodies if word in body]


@pytest.fixture
def convened(site: Site) -> Convened:
    made = subprocess.run(
        [sys.executable, "-m", "tests.chromium.convened"],
        cwd=PROJECT,
        env=site.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return Convened(**json.loads(made.stdout))


@pytest.fixture
def jury(people: People) -> dict[int, Page]:
    pages = {number: people.sign_in(f"jury.{number:02}") for number in range(1, 14)}
    for page in pages.values():
        page.set_default_timeout(PATIENCE)
    return pages


def press(page: Page, name: str) -> None:
    send(page, page.get_by_role("button", name=name).first)


def send(page: Page, button: Locator) -> None:
    """And wait for the page that answers."""
    with page.expect_navigation(timeout=PATIENCE):
        button.click()


def photograph(page: Page, name: str) -> None:
    """At both widths, for the documentation, when a folder is given."""
    if not SCREENSHOTS:
        return
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_session_from_the_conflicts_to_the_results(
    site: Site, people: People, convened: Convened, jury: dict[int, Page]
):
    tied, other = Heard().listen(jury[TIED]), Heard().listen(jury[3])
    chair = jury[CHAIR]

    everybody_declares(jury, convened)
    withdrawn = Heard().listen(jury[WITHDRAWN])
    the_chair_opens(jury, convened)
    three_dossiers_are_put_together(jury, convened, site)
    the_last_one_ends_in_a_tie(jury, convened)
    the_chair_leaves_and_the_vice_chair_goes_on(jury, convened)
    the_minutes_are_approved(jury, convened)
    results_are_published(people, convened)

    for page in jury.values():
        page.goto(convened.page)
    for address in (convened.page, convened.minutes, "/jurys/", "/"):
        jury[TIED].goto(address)
    assert jury[TIED].goto(convened.dossier("divided")).status == 404
    assert other.telling(HIDDEN), "the control: whoever is not withdrawn has read the name"
    assert tied.telling(HIDDEN) == [], tied.lost
    assert withdrawn.telling(HIDDEN) == [], withdrawn.lost
    assert len(tied.bodies) > 20
    assert chair.goto(convened.minutes).ok


def everybody_declares(jury: dict[int, Page], convened: Convened) -> None:
    """The sixth member is withdrawn by what is known of them, the seventh says it themselves."""
    for number, page in jury.items():
        page.goto(convened.page)
        if number == PULLER:
            photograph(page, "jury-conflicts")
        if number == WITHDRAWN:
            page.get_by_role("row", name=HIDDEN).locator("input[type=checkbox]").check()
        press(page, "Déclarer et ouvrir les dossiers")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ma session")


def the_chair_opens(jury: dict[int, Page], convened: Convened) -> None:
    """One member joins from afar, the chair notes the others."""
    chair = jury[CHAIR]
    chair.goto(convened.console)
    press(chair, "Ouvrir la session")
    jury[REMOTE].goto(convened.page)
    press(jury[REMOTE], "Je rejoins la séance à distance")
    chair.goto(convened.console)
    press(chair, "Noter présents tous les attendus")
    for page in jury.values():
        page.goto(convened.page)
        expect(page.locator("#live-bar")).to_contain_text("quorum réuni")


def three_dossiers_are_put_together(jury: dict[int, Page], convened: Convened, site: Site) -> None:
    """One is pulled out; the server dies while the others are being adopted, and nothing is lost."""
    chair, puller = jury[CHAIR], jury[PULLER]
    chair.goto(convened.console)
    send(chair, chair.locator("#propose-motion"))
    send(puller, puller.locator("#motions tr", has_text=NAMES["pulled"]).locator("[id^=pull-]"))
    expect(puller.locator("#motions")).to_contain_text("est retiré du lot")
    for rank, (number, page) in enumerate(jury.items(), start=1):
        if rank == 7:
            site.kill()
            site.start()
        if number in (CHAIR, REMOTE):
            page.goto(convened.page)
        send(page, page.locator("[id^=adopt-]"))
        expect(page.locator("#motions")).to_contain_text("Vous avez voté sur chacun de ces dossiers")
    photograph(jury[3], "jury-motion")
    chair.goto(convened.console)
    expect(chair.locator("#motion-console")).to_contain_text("13 sur 13 ont voté partout")
    send(chair, chair.locator("[id^=close-motion-]"))
    chair.goto(convened.console)
    for part in ("first", "second"):
        expect(line_of(chair, part)).to_contain_text("Décidé")


def line_of(console: Page, part: str) -> Locator:
    return console.locator("li.desk-line", has_text=NAMES[part])


def call(leader: Page, jury: dict[int, Page], convened: Convened, part: str, followers: Iterable[int]) -> None:
    """Members' pages go where the presidency goes, without a gesture."""
    leader.goto(convened.console)
    send(leader, line_of(leader, part).get_by_role("button", name="Appeler"))
    for number in followers:
        jury[number].wait_for_url(f"**{convened.dossier(part)}", timeout=PATIENCE)


def the_last_one_ends_in_a_tie(jury: dict[int, Page], convened: Convened) -> None:
    """Members' pages follow the chair's; eleven vote with the keyboard, five against five; the chair settles."""
    chair, dossier = jury[CHAIR], convened.dossier("divided")
    voters = [number for number in jury if number not in (TIED, WITHDRAWN)]
    for page in jury.values():
        page.goto(convened.page)
    call(chair, jury, convened, "divided", [number for number in voters if number != CHAIR])
    expect(jury[TIED].locator("#live-bar")).to_contain_text("Un dossier retiré de votre vue est en cours")
    photograph(jury[TIED], "jury-withdrawn")
    send(chair, chair.locator("#desk-open"))
    expect(chair.locator("#desk-close-votes")).to_be_visible()
    for rank, number in enumerate(voters):
        page, key = jury[number], "aaaaannnnnb"[rank]
        if number == CHAIR:
            page.goto(dossier)
        for block in ("BC1", "BC2"):
            expect(page.locator(f"#vote-{block}[data-current]")).to_be_visible()
            page.keyboard.press(key)
            expect(page.locator(f"#vote-{block}")).to_contain_text("Votre vote")
    photograph(jury[3], "jury-dossier")
    chair.goto(convened.console)
    expect(chair.locator("#desk-table")).to_contain_text("11 sur 11")
    photograph(chair, "jury-console")
    send(chair, chair.locator("#desk-close-votes"))
    expect(chair.locator("#desk-settle-BC1")).to_be_visible()
    chair.goto(dossier)
    for block in ("BC1", "BC2"):
        vote = chair.locator(f"#vote-{block}")
        expect(vote).to_contain_text("Voix à égalité")
        vote.locator(".rating-ok").click()
        send(chair, vote.get_by_role("button", name=f"Décider {block}"))
        expect(chair.locator(f"#vote-{block}")).to_contain_text("Voix prépondérante de la présidence")


def the_chair_leaves_and_the_vice_chair_goes_on(jury: dict[int, Page], convened: Convened) -> None:
    """In the middle of the vote on the dossier that was pulled out; its decision departs from the proposal."""
    chair, vice_chair, dossier = jury[CHAIR], jury[VICE_CHAIR], convened.dossier("pulled")
    chair.goto(convened.console)
    mine = chair.locator("#attendance-form tr", has_text="préside").first
    mine.locator("select").first.select_option("left")
    press(chair, "Enregistrer les présences")
    vice_chair.goto(convened.page)
    press(vice_chair, "Prendre la présidence")
    voters = [number for number in jury if number != CHAIR]
    call(vice_chair, jury, convened, "pulled", [number for number in voters if number not in (VICE_CHAIR, TIED)])
    for number in voters:
        page = jury[number]
        if number in (VICE_CHAIR, TIED):
            page.goto(dossier)
        for block in ("BC1", "BC2"):
            vote = page.locator(f"#vote-{block}")
            vote.get_by_role("button", name="Non acquis").click()
            expect(vote).to_contain_text("Votre vote : non acquis")
    vice_chair.goto(dossier)
    press(vice_chair, "Clore 2 votes")
    for block in ("BC1", "BC2"):
        vote = vice_chair.locator(f"#vote-{block}")
        vote.locator("select[name=ground]").select_option(index=1)
        vote.locator("textarea[name=reason]").fill("Le candidat n’a pas montré de cas réel.")
        send(vice_chair, vote.get_by_role("button", name=f"Décider {block}"))
        expect(vice_chair.locator(f"#vote-{block}")).to_contain_text("Motif de l’écart à la proposition")
    vice_chair.goto(convened.console)
    press(vice_chair, "Clore la session")
    expect(vice_chair.locator("main")).to_contain_text("La session est close")


def the_minutes_are_approved(jury: dict[int, Page], convened: Convened) -> None:
    """By whoever presides, and by one of each college."""
    vice_chair = jury[VICE_CHAIR]
    vice_chair.goto(convened.minutes)
    press(vice_chair, "Soumettre aux membres")
    expect(vice_chair.get_by_role("button", name="Signer et sceller")).to_have_count(0)
    for number in (3, 8, 11, 13):
        jury[number].goto(convened.minutes)
        press(jury[number], "Approuver le procès-verbal")
    vice_chair.goto(convened.minutes)
    photograph(vice_chair, "jury-minutes")
    press(vice_chair, "Signer et sceller")
    expect(vice_chair.locator("main")).to_contain_text("scellé")


def results_are_published(people: People, convened: Convened) -> None:
    secretary = people.sign_in("admin")
    secretary.set_default_timeout(PATIENCE)
    secretary.goto(f"{convened.page}administration/")
    form = secretary.locator("#decision")
    form.locator("[name=decided_on]").fill(timezone.localdate().isoformat())
    form.locator("[name=chaired_by]").fill("Bertrand Aubrac")
    press(secretary, "Enregistrer la décision de la CPNEFP")
    press(secretary, "Publier maintenant")
    expect(secretary.locator("main")).to_contain_text("Résultats publiés le")
