"""An adapted exam is known to those who hold it: two branches that differ by one look the same to everybody else."""

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import pytest

from candidates.models import Enrolment
from evaluations.enums import AdaptationState
from journal.models import Entry
from juries.models import JurySession, Minutes
from tests.builders import evaluations as entry
from tests.builders import juries as build
from tests.builders.adaptations import make_adaptation
from tests.builders.branch import Branch
from tests.builders.candidates import make_candidate, make_enrolment
from tests.test_leaks import Pages, crawl, differences, in_two_worlds, read, seal, telling
from tests.visitors import Visitors, undone

pytestmark = pytest.mark.django_db
CANARY = "CANARI-7B21"


def prepared(branch: Branch) -> Enrolment:
    enrolment = make_enrolment(
        candidate=make_candidate(birth_name="Barthélemy"),
        cohort=branch.cohort,
        company=branch.company,
        referent=branch.people["referent"],
        enrolled_by=branch.people["trainer"],
    )
    entry.assign(enrolment, branch.people["assessor"])
    return enrolment


def with_nothing(branch: Branch) -> None:
    prepared(branch)


def asking(state: str, *channels: str) -> Callable[[Branch], None]:
    def happens(branch: Branch) -> None:
        make_adaptation(
            prepared(branch),
            state,
            channels=channels,
            by=branch.people["trainer"],
            need=CANARY,
            detail=CANARY,
            evidence=f"{CANARY}.png",
        )

    return happens


# Each asks what is shown of an adjustment granted for the two channels that are not theirs.
OUTSIDE = {
    "trainer": ("company", "panel"),
    "referent": ("training", "panel"),
    "assessor": ("training", "company"),
}


Reading: TypeAlias = Callable[[str, Callable[[Branch], None]], Pages]


@pytest.fixture(scope="module")
def reading(branch: Branch, visitors: Visitors) -> Reading:
    """What this role reads of a branch where that happens: nothing else, so once is enough."""

    @cache
    def crawled(role: str, happens: Callable[[Branch], None]) -> Pages:
        with undone():
            happens(branch)
            return crawl(visitors, role, but=[branch.enrolment, branch.another, branch.judged])

    return crawled


@pytest.mark.parametrize("role", ["referent", "assessor"])
@pytest.mark.parametrize("state", list(AdaptationState))
def test_the_channels_not_concerned_see_nothing(reading: Reading, role: str, state: str):
    one, other = reading(role, with_nothing), reading(role, asking(state, *OUTSIDE[role]))

    assert telling(one, "Barthélemy")
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


@pytest.mark.parametrize("role", ["referent", "assessor"])
def test_nor_do_those_concerned_before_it_is_granted(reading: Reading, role: str):
    everywhere = ("training", "company", "panel")

    one, other = reading(role, with_nothing), reading(role, asking(AdaptationState.PENDING, *everywhere))

    assert differences(one, other) == []


def test_once_granted_they_do_see_it_and_not_the_need(branch: Branch, visitors: Visitors):
    """Or the tests above would compare pages that say nothing."""

    def granted(branch: Branch) -> None:
        make_adaptation(prepared(branch), AdaptationState.GRANTED, channels=["panel"], detail="un tiers", need=CANARY)

    others = [branch.enrolment, branch.another, branch.judged]
    one, other = in_two_worlds(
        branch, with_nothing, granted, lambda: crawl(visitors, "assessor", within=("/evaluations/",), but=others)
    )

    assert telling(other, "un tiers")
    assert telling(other, CANARY) == []
    assert differences(one, other) != []


@pytest.mark.parametrize("role", ["other_trainer", "other_referent", "other_assessor", "colleague", "nobody"])
def test_other_organisations_see_nothing(branch: Branch, visitors: Visitors, role: str):
    def happens(branch: Branch) -> None:
        make_adaptation(
            branch.another, AdaptationState.GRANTED, channels=["training", "company", "panel"], detail=CANARY
        )

    one, other = in_two_worlds(branch, lambda branch: None, happens, lambda: crawl(visitors, role))

    assert differences(one, other) == []


def everything_adapted(branch: Branch) -> None:
    """Asked, granted, and ticked in what is submitted."""
    _sits(branch, adapted=True)


def nothing_adapted(branch: Branch) -> None:
    _sits(branch, adapted=False)


def _sits(branch: Branch, *, adapted: bool) -> None:
    enrolment = prepared(branch)
    if adapted:
        for state in (AdaptationState.REFUSED, AdaptationState.GRANTED):
            make_adaptation(
                enrolment,
                state,
                channels=["training", "company", "panel"],
                by=branch.people["trainer"],
                need=CANARY,
                detail=CANARY,
                evidence=f"{CANARY}.png",
            )
    entry.submit_all(enrolment, is_adapted=adapted)
    members = [row.member for row in build.seats_of(branch.sitting)]
    session = build.make_session([enrolment], members=members)
    build.deliberated(session)


@pytest.mark.parametrize("role", ["chair", "juror", "undeclared"])
def test_the_jury_sees_nothing(branch: Branch, visitors: Visitors, role: str):
    one, other = in_two_worlds(branch, nothing_adapted, everything_adapted, lambda: crawl(visitors, role))

    assert read(one) >= 8
    assert telling(one, "Barthélemy")
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


def test_neither_do_the_minutes_nor_what_the_journal_keeps_of_the_jury(branch: Branch):
    def sealed(happens: Callable[[Branch], None]) -> Callable[[Branch], None]:
        def then(branch: Branch) -> None:
            happens(branch)
            seal(JurySession.objects.latest("pk"))

        return then

    def kept() -> tuple[dict, list]:
        entries = (
            Entry.objects.filter(action__startswith="session.").order_by("seq").values("action", "before", "after")
        )
        return Minutes.objects.latest("pk").context, list(entries)

    one, other = in_two_worlds(branch, sealed(nothing_adapted), sealed(everything_adapted), kept)

    assert "Barthélemy" in str(one[0])
    assert one[0]["dossiers"] == other[0]["dossiers"]
    assert CANARY not in str(other)
    assert "adapt" not in str(other).lower()
