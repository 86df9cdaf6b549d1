"""Whoever is withdrawn from a dossier meets it nowhere, whatever their office: by name, by number, by what changes."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from candidates.models import Enrolment
from juries import services
from juries.enums import BallotChoice, DeliberationState
from juries.facts import bench_of
from juries.models import Deliberation, Dossier, DossierQuerySet, JurySession
from organisations.enums import Role
from tests.builders import juries as build
from tests.builders.branch import CHAIR, JUROR, RECUSED, Branch
from tests.builders.organisations import make_company, make_membership
from tests.test_leaks import (
    CANARY,
    all_have_declared,
    crawl,
    decide_the_second,
    differences,
    in_two_worlds,
    read,
    telling,
)
from tests.visitors import Visitors, sign_in, undone

pytestmark = pytest.mark.django_db
ACQUIRED, NOT_ACQUIRED, ABSTAIN = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN
# Where an admin chooses among all companies, and reads of a candidate what is published.
OF_THE_SECRETARIAT = ("/jurys/membres/", "/jurys/resultats/")
Happening = Callable[[Branch], None]


def withdraw(session: JurySession, number: int) -> None:
    seat, dossier = build.seat(session, number), build.dossier_of(session)
    services.declare_conflicts(seat, [services.Conflict(dossier, CANARY)], by=seat.sitting.user, at=build.VOTED_AT)


def leader_of(dossier: Dossier):
    leader = bench_of(dossier.session).leader(dossier)
    return leader.sitting.user if leader else build.chair_of(dossier.session)


def deliberate(session: JurySession, *choices: str) -> None:
    """On the dossier hidden, whoever leads it; then on the other, always alike."""
    dossier = build.dossier_of(session)
    build.vote(build.deliberation_on(session), *choices)
    services.close_votes(dossier, by=leader_of(dossier), at=build.VOTED_AT)
    for departure in Deliberation.objects.filter(dossier=dossier, state=DeliberationState.CLOSED):
        services.decide(departure, by=leader_of(dossier), at=build.VOTED_AT, ground="evidence", reason=CANARY)
    decide_the_second(session)


def named(branch: Branch) -> list[str]:
    return [branch.enrolment.reference, branch.enrolment.candidate.birth_name, "Courtage Canari"]


def a_member(branch: Branch) -> str:
    return "recused"


def the_chair(branch: Branch) -> str:
    withdraw(branch.sitting, CHAIR)
    return "chair"


def the_vice_chair(branch: Branch) -> str:
    withdraw(branch.sitting, JUROR)
    return "juror"


def an_admin_who_sits(branch: Branch) -> str:
    make_membership(branch.people["recused"], Role.ADMIN, branch.awarding_body)
    return "recused"


WHO = [a_member, the_chair, the_vice_chair, an_admin_who_sits]


def pages_of(visitors: Visitors, who: Callable[[Branch], str], role: str):
    """All that they may reach. What an admin reads of candidates as such is no business of their seat."""
    within = ("/jurys/", "/dossiers/", "/certificats/") if who is an_admin_who_sits else ("/",)
    pages = crawl(visitors, role, within=within, but=[visitors.branch.judged])
    return {path: page for path, page in pages.items() if not path.startswith(OF_THE_SECRETARIAT)}


def begun(who: Callable[[Branch], str], *choices: str) -> Happening:
    """A vote under way on what is hidden: opened, and some have voted."""

    def happens(branch: Branch) -> None:
        Enrolment.objects.filter(pk=branch.enrolment.pk).update(company=make_company(name="Courtage Canari"))
        who(branch)
        all_have_declared(branch.sitting)
        for number, choice in enumerate(choices, start=3):
            seat = build.seat(branch.sitting, number)
            deliberation = build.deliberation_on(branch.sitting)
            services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=build.VOTED_AT)

    return happens


def decided(who: Callable[[Branch], str], *choices: str) -> Happening:
    def happens(branch: Branch) -> None:
        begun(who)(branch)
        deliberate(branch.sitting, *choices)

    return happens


def published(who: Callable[[Branch], str], *choices: str) -> Happening:
    """The session is over for everybody, and its results are known to those they concern."""

    def happens(branch: Branch) -> None:
        decided(who, *choices)(branch)
        build.published(branch.sitting, by=branch.people["admin"])

    return happens


def role_of(who: Callable[[Branch], str]) -> str:
    return {a_member: "recused", the_chair: "chair", the_vice_chair: "juror", an_admin_who_sits: "recused"}[who]


@pytest.mark.parametrize("who", WHO)
def test_nothing_tells_that_a_vote_goes_on(branch: Branch, visitors: Visitors, who):
    one, other = in_two_worlds(
        branch, begun(who), begun(who, ACQUIRED, NOT_ACQUIRED, ABSTAIN), lambda: pages_of(visitors, who, role_of(who))
    )

    assert read(one) >= 6
    assert telling(other, CANARY, *named(branch)) == []
    assert differences(one, other) == []


@pytest.mark.parametrize("who", WHO)
def test_nor_what_was_decided(branch: Branch, visitors: Visitors, who):
    one, other = in_two_worlds(
        branch,
        decided(who, ACQUIRED),
        decided(who, NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED),
        lambda: pages_of(visitors, who, role_of(who)),
    )

    assert telling(other, CANARY, *named(branch)) == []
    assert differences(one, other) == []


@pytest.mark.parametrize("who", [a_member, the_chair, the_vice_chair])
def test_nor_what_was_published(branch: Branch, visitors: Visitors, who):
    one, other = in_two_worlds(
        branch,
        published(who, ACQUIRED),
        published(who, NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED),
        lambda: pages_of(visitors, who, role_of(who)),
    )

    assert one[reverse("juries:session", args=[branch.sitting.reference])][0] == 200
    assert telling(other, CANARY, *named(branch)) == []
    assert differences(one, other) == []


def test_who_takes_a_seat_is_withdrawn_from_what_its_titular_was(branch: Branch, visitors: Visitors):
    """And the titular, once replaced, meets nothing of the session any more."""

    def replaced(*choices: str) -> Happening:
        def happens(branch: Branch) -> None:
            the_vice_chair(branch)
            decided(a_member, *choices)(branch)
            seat = services.substitute(
                build.seat(branch.sitting, JUROR), by=build.chair_of(branch.sitting), at=build.VOTED_AT
            )
            services.declare_conflicts(seat, [], by=seat.sitting.user, at=build.VOTED_AT)
            visitors.sessions["substitute"] = sign_in(seat.sitting.user)

        return happens

    def seen():
        sitting = (reverse("juries:session", args=[branch.sitting.reference]),)
        return crawl(visitors, "substitute"), crawl(visitors, "juror", within=sitting)

    (one, titular), (other, _) = in_two_worlds(
        branch, replaced(ACQUIRED), replaced(NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED), seen
    )

    assert read(one) >= 4
    assert telling(other, CANARY, *named(branch)) == []
    assert differences(one, other) == []
    assert read(titular) == 0


def test_an_admin_who_was_replaced_still_leaves_the_dossier_to_a_colleague(branch: Branch, visitors: Visitors):
    """They have lost their seat, not their tie to the candidate, and the secretariat's pages know it."""

    def replaced(*choices: str) -> Happening:
        def happens(branch: Branch) -> None:
            make_membership(branch.people["juror"], Role.ADMIN, branch.awarding_body)
            decided(the_vice_chair, *choices)(branch)
            chair = build.chair_of(branch.sitting)
            services.substitute(build.seat(branch.sitting, JUROR), by=chair, at=build.VOTED_AT)

        return happens

    one, other = in_two_worlds(
        branch,
        replaced(ACQUIRED),
        replaced(NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED),
        lambda: pages_of(visitors, an_admin_who_sits, "juror"),
    )

    assert read(one) >= 6
    assert telling(other, CANARY, *named(branch)) == []
    assert differences(one, other) == []


def test_without_its_guard_the_dossier_would_show(branch: Branch, visitors: Visitors, monkeypatch):
    """Or all of the above would crawl pages that say nothing."""
    monkeypatch.setattr(DossierQuerySet, "_unrecused", lambda self, user: self)

    one, other = in_two_worlds(
        branch,
        decided(a_member, ACQUIRED),
        decided(a_member, NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED),
        lambda: pages_of(visitors, a_member, "recused"),
    )

    assert {word for _, word in telling(other, *named(branch))} == set(named(branch))
    assert len(differences(one, other)) >= 2


def test_who_has_not_declared_reads_no_dossier(branch: Branch, visitors: Visitors):
    """The gate names the candidates, and nothing else does: nothing tells of their votes."""

    def voted(*choices: str) -> Happening:
        def happens(branch: Branch) -> None:
            for number, choice in enumerate(choices, start=7):
                seat = build.seat(branch.sitting, number)
                deliberation = build.deliberation_on(branch.sitting)
                services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=build.VOTED_AT)

        return happens

    sitting = reverse("juries:session", args=[branch.sitting.reference])
    one, other = in_two_worlds(
        branch, voted(), voted(ACQUIRED, NOT_ACQUIRED), lambda: crawl(visitors, "undeclared", within=(sitting,))
    )

    names = telling(one, branch.enrolment.candidate.birth_name)
    assert {path for path, _ in names} == {sitting}
    assert differences(one, other) == []


def test_a_member_withdrawn_in_mid_session_loses_the_dossier_at_once(branch: Branch, visitors: Visitors):
    """The ballot cast before stays counted; the next request, of any sort, finds nothing."""
    dossier = [branch.sitting.reference, branch.enrolment.reference]
    reads = [reverse(f"juries:{name}", args=dossier) for name in ("dossier", "votes")]
    ballot = reverse("juries:vote", args=[*dossier, "BC1"])
    with undone():
        visitors.ask("juror", ballot, method="post", data={"choice": ACQUIRED})
        before = [visitors.ask("juror", path).status_code for path in reads]
        visitors.ask("juror", reverse("juries:withdraw", args=dossier), method="post")
        after = [visitors.ask("juror", path).status_code for path in reads]
        again = visitors.ask("juror", ballot, method="post", data={"choice": NOT_ACQUIRED})
        kept = build.deliberation_on(branch.sitting).ballots.filter(seat__number=JUROR)

        assert (before, after, again.status_code) == ([200, 200], [404, 404], 404)
        assert [row.choice for row in kept] == [ACQUIRED]
        assert RECUSED not in build.deliberation_on(branch.sitting).ballots.values_list("seat__number", flat=True)
