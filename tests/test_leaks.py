"""Nothing is derivable before its time: two branches that differ only by what is hidden look the same, to the byte."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.urls import reverse
from django.utils import timezone

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.enums import Attendance, Rating
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, DeliberationState
from juries.models import Deliberation, JurySession, Minutes
from organisations.enums import Role
from tests.addresses import TABLE
from tests.builders import evaluations as entry
from tests.builders import juries as build
from tests.builders.branch import RECUSED, UNDECLARED, Branch
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.organisations import make_invitation, make_membership, make_user
from tests.visitors import Visitors, body, sign_in, undone

pytestmark = pytest.mark.django_db
CANARY = "CANARI-9F3A"
ACQUIRED, NOT_ACQUIRED, ABSTAIN = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN
LINKS = re.compile(r'(?:href|action|hx-get|hx-post|data-[a-z]+)="(/[^"#]*)"')  # those of scripts, and to post to, too
LISTS = [
    "/candidats/?q={name}",
    "/evaluations/?search={reference}",
    "/evaluations/?state=to_do",
    "/evaluations/?state=done",
]
TECHNICAL = ("/technique/juries/dossier/", "/technique/juries/jurysession/", "/technique/juries/ratification/")
Seen = TypeVar("Seen")
Pages = dict[str, tuple[int, str, str]]


def crawl(
    visitors: Visitors,
    role: str,
    *,
    start: Iterable[str] = (),
    within: tuple[str, ...] = ("/",),
    but: Iterable[Enrolment] = (),
) -> Pages:
    """What each address answers: those of the table, the filtered lists, and all that their pages lead to.

    The pages about `but`, and about those with whom nothing happens, are passed by: they are many. So are all ways but
    one of filtering a list, besides `LISTS`.
    """
    branch, pages, filtered = visitors.branch, Pages(), set[str]()
    known = {"name": branch.enrolment.candidate.birth_name, "reference": branch.enrolment.reference}
    bystanders = [branch.unheard, branch.holder, branch.certificate.enrolment, *but]
    passed_by = re.compile("|".join(["/static/", "/compte/", *(row.reference for row in bystanders)]))
    waiting = [*start, *(line.path(branch) for line in TABLE if line.get is not None and not line.is_public)]
    waiting += [address.format(**known) for address in LISTS]
    asked = set(waiting)
    while waiting:
        path = waiting.pop().replace("&amp;", "&")
        if path in pages or not path.startswith(within) or passed_by.search(path):
            continue
        listed, is_filtered, _ = path.partition("?")
        if is_filtered and path not in asked:
            if listed in filtered:
                continue
            filtered.add(listed)
        response = visitors.ask(role, path)
        text = body(response).decode(errors="replace")
        pages[path] = response.status_code, response.headers.get("Location", ""), text
        waiting += [pages[path][1], *LINKS.findall(text)]
    return pages


def read(pages: Pages) -> int:
    return sum(status == 200 for status, _, _ in pages.values())


def telling(pages: Pages, *words: str) -> list[tuple[str, str]]:
    """The pages that say one of these words, but for those that were asked for it."""
    return [(path, word) for path, (_, _, text) in pages.items() for word in words if word in text and word not in path]


# A primary key is given to none twice on PostgreSQL: that of a row made in each world tells only which came second.
MADE_IN_A_WORLD = re.compile(r'((?:id|for)="[a-z]+-|name="enrolments" value=")\d+')


def differences(one: Pages, other: Pages) -> list[str]:
    def told(pages: Pages, path: str) -> tuple[str, ...]:
        return tuple(MADE_IN_A_WORLD.sub(r"\1", str(part)) for part in pages.get(path, ()))

    return sorted(path for path in one.keys() | other.keys() if told(one, path) != told(other, path))


# What is another's

NAMED_TO = {
    "trainer": "enrolment",
    "referent": "enrolment",
    "assessor": "enrolment",
    "other_trainer": "stranger",
    "other_referent": "stranger",
    "other_assessor": "stranger",
    "colleague": "",
    "former": "",
    "nobody": "",
    "admin": "enrolment stranger",
}


def test_no_list_names_another_s_candidate(branch: Branch, visitors: Visitors):
    names = {who: getattr(branch, who).candidate.birth_name for who in ("enrolment", "stranger")}
    lists = [line.path(branch) for line in TABLE if line.get and not line.names_something and not line.is_public]

    named = {}
    for role in NAMED_TO:
        text = b"".join(body(visitors.ask(role, path)) for path in lists).decode()
        named[role] = " ".join(who for who, name in names.items() if name in text)

    assert named == NAMED_TO


# What a jury decided


def all_have_declared(session: JurySession) -> None:
    last = build.seat(session, UNDECLARED)
    services.declare_conflicts(last, [], by=last.member.user, at=build.OPENED_AT)


def decide(session: JurySession, *choices: str) -> None:
    """The first dossier, by these votes in the order of the seats, the last being that of all who remain."""
    all_have_declared(session)
    chair, dossier = build.chair_of(session), build.dossier_of(session)
    build.vote(build.deliberation_on(session), *choices)
    services.close_votes(dossier, by=chair, at=build.VOTED_AT)
    for departure in Deliberation.objects.filter(dossier=dossier, state=DeliberationState.CLOSED):
        services.decide(departure, by=chair, at=build.VOTED_AT, ground="evidence", reason=CANARY)


def decide_the_second(session: JurySession) -> None:
    chair, dossier = build.chair_of(session), build.dossier_of(session, 2)
    services.open_votes(dossier, by=chair, at=build.VOTED_AT)
    build.vote(build.deliberation_on(session, position=2), ACQUIRED)
    services.close_votes(dossier, by=chair, at=build.VOTED_AT)


def seal(session: JurySession) -> None:
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    build.approved(session, ["Une pause."])
    services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)


def acquired(branch: Branch) -> None:
    decide(branch.sitting, ACQUIRED)
    decide_the_second(branch.sitting)
    seal(branch.sitting)


def refused(branch: Branch) -> None:
    """The second dossier ends as it does above: only what is decided of the first differs."""
    decide(branch.sitting, NOT_ACQUIRED, ABSTAIN, NOT_ACQUIRED)
    decide_the_second(branch.sitting)
    seal(branch.sitting)


def followed_by_the_cpnefp(branch: Branch) -> None:
    acquired(branch)
    build.ratified(branch.sitting, by=branch.people["admin"])


def about_to_be_published(branch: Branch) -> None:
    """The moment is set: the clock will publish it."""
    followed_by_the_cpnefp(branch)
    due_at, at = timezone.now() + timedelta(hours=1), timezone.now()
    services.schedule_publication(branch.sitting, due_at=due_at, by=branch.people["admin"], at=at)


def sent_back_by_the_cpnefp(branch: Branch) -> None:
    """And what is not sent back was refused."""
    refused(branch)
    sent_back = {build.deliberation_on(branch.sitting, position=2): CANARY}
    build.ratified(branch.sitting, by=branch.people["admin"], exceptions=sent_back, note=CANARY)


def in_two_worlds(
    branch: Branch, one: Callable[[Branch], None], other: Callable[[Branch], None], seen: Callable[[], Seen]
) -> tuple[Seen, Seen]:
    found = []
    for happens in (one, other):
        with undone():
            happens(branch)
            found.append(seen())
    return found[0], found[1]


@pytest.mark.parametrize("role", ["trainer", "referent", "assessor"])
def test_a_decision_shows_nowhere_before_it_is_published(branch: Branch, visitors: Visitors, role: str):
    """Deliberated, sealed, ratified, about to be published: all is known but to those who wait for it."""

    def seen() -> Pages:
        return crawl(visitors, role, but=[branch.judged])

    one, other = in_two_worlds(branch, about_to_be_published, sent_back_by_the_cpnefp, seen)

    assert read(one) >= 10
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


def test_once_published_it_does_show(branch: Branch, visitors: Visitors):
    """Or the test above would compare pages that say nothing."""

    def published() -> Pages:
        build.published(branch.sitting, by=branch.people["admin"])
        return crawl(visitors, "trainer", within=("/candidats/",))

    one, other = in_two_worlds(branch, followed_by_the_cpnefp, sent_back_by_the_cpnefp, published)

    assert reverse("candidates:dossier", args=[branch.enrolment.reference]) in differences(one, other)


# What a juror is withdrawn from


def both_names(branch: Branch) -> list[str]:
    """Of the dossiers of both juries from which the member is withdrawn."""
    withdrawn = (branch.enrolment, branch.judged)
    return [word for row in withdrawn for word in (row.reference, row.candidate.birth_name)]


def test_a_dossier_that_a_juror_is_withdrawn_from_is_named_nowhere(branch: Branch, visitors: Visitors):
    names = both_names(branch)

    pages, colleague = crawl(visitors, "recused"), crawl(visitors, "juror")

    assert read(pages) >= 8
    assert telling(pages, *names) == []
    assert {word for _, word in telling(colleague, *names)} == set(names)


def test_nor_is_it_counted(visitors: Visitors):
    """Neither in the list of sessions, nor in what is left to do: the vote that is open is not theirs."""

    def counted(role: str) -> tuple[list[str], bool]:
        sessions, home = (visitors.ask(role, reverse(name)) for name in ("juries:sessions", "home"))
        listed = re.findall(r'data-label="Dossiers">([\d–]+)<', body(sessions).decode())
        return sorted(listed), "Votes qui vous attendent" in body(home).decode()

    assert counted("juror") == (["1", "2", "–"], True)
    assert counted("recused") == (["1", "–", "–"], False)


def test_nor_once_it_is_decided_whatever_was(branch: Branch, visitors: Visitors):
    one, other = in_two_worlds(branch, acquired, refused, lambda: crawl(visitors, "recused"))

    assert telling(one, *both_names(branch)) == telling(other, CANARY) == []
    assert differences(one, other) == []


def test_nor_when_they_preside(branch: Branch, visitors: Visitors):
    def presiding(*choices: str) -> Callable[[Branch], None]:
        def happens(branch: Branch) -> None:
            decide(branch.sitting, *choices)
            decide_the_second(branch.sitting)
            withdrawn, chair = build.seat(branch.sitting, RECUSED), build.chair_of(branch.sitting)
            services.hand_over_chair(withdrawn, by=chair, at=build.VOTED_AT)
            services.close_session(branch.sitting, by=withdrawn.member.user, at=build.CLOSED_AT)

        return happens

    one, other = in_two_worlds(branch, presiding(ACQUIRED), presiding(NOT_ACQUIRED), lambda: crawl(visitors, "recused"))

    assert one[reverse("juries:minutes", args=[branch.sitting.reference])][0] == 200
    assert telling(one, *both_names(branch)) == []
    assert differences(one, other) == []


def test_nor_to_somebody_of_the_secretariat_who_sits(branch: Branch, visitors: Visitors):
    """They leave the dossier to a colleague, who reads it."""

    def to_the_secretariat(happens: Callable[[Branch], None]) -> Callable[[Branch], None]:
        def joined(branch: Branch) -> None:
            make_membership(branch.people["recused"], Role.ADMIN, branch.awarding_body)
            happens(branch)

        return joined

    one, other = in_two_worlds(
        branch,
        to_the_secretariat(acquired),
        to_the_secretariat(refused),
        lambda: crawl(visitors, "recused", within=("/jurys/", "/dossiers/", "/certificats/")),
    )

    dossier = reverse("certificates:dossier", args=[branch.enrolment.reference])
    assert (one[dossier][0], visitors.ask("admin", dossier).status_code) == (403, 200)
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


def test_a_vote_sent_before_declaring_conflicts_shows_nothing_of_the_dossier(branch: Branch, visitors: Visitors):
    """The page would answer a refused vote by the state of all the others."""
    path = reverse("juries:vote", args=[branch.sitting.reference, branch.enrolment.reference, "BC1"])

    answer = visitors.try_out("undeclared", path, method="post", data={"choice": ACQUIRED}, **{"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (302, b"")


# What the other channels say


def heard(reader: str, say: Callable[[Enrolment, str], None]) -> Callable[[Branch], None]:
    """Another candidate, of whom the two other channels say this."""

    def happens(branch: Branch) -> None:
        enrolment = followed(branch)
        for channel in ChannelCode:
            if channel != reader:
                say(enrolment, channel)

    return happens


def followed(branch: Branch) -> Enrolment:
    """Of the same people as the branch's own."""
    enrolment = make_enrolment(
        candidate=make_candidate(birth_name="Barthélemy"),
        cohort=branch.cohort,
        company=branch.company,
        referent=branch.people["referent"],
        enrolled_by=branch.people["trainer"],
    )
    entry.assign(enrolment, branch.people["assessor"])
    return enrolment


def well(enrolment: Enrolment, channel: str) -> None:
    entry.submit(enrolment, "BC1", channel, Rating.ACQUIRED)


def badly(enrolment: Enrolment, channel: str) -> None:
    """And more has begun: a draft, and an appointment that the candidate was excused from."""
    words = {"comment": CANARY, "general_comment": CANARY}
    entry.submit(enrolment, "BC1", channel, Rating.NOT_ACQUIRED, is_adapted=True, **words)
    entry.draft(enrolment, "BC2", channel, Rating.NOT_ACQUIRED, **words).parts.update(mark=7)
    entry.submit(enrolment, "BC3", channel, attendance=Attendance.EXCUSED, **words)


@pytest.mark.parametrize(
    ("role", "channel"),
    [("trainer", ChannelCode.TRAINING), ("referent", ChannelCode.COMPANY), ("assessor", ChannelCode.PANEL)],
)
def test_what_the_other_channels_say_shows_nowhere(branch: Branch, visitors: Visitors, role: str, channel: str):
    others = [branch.enrolment, branch.another, branch.judged]
    one, other = in_two_worlds(
        branch, heard(channel, well), heard(channel, badly), lambda: crawl(visitors, role, but=others)
    )

    assert telling(one, "Barthélemy")
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


def reopened(reader: str, say: Callable[[Enrolment, str], None]) -> Callable[[Branch], None]:
    """What the two others said is reopened, for one reason or another; each has begun again, or not."""

    def happens(branch: Branch) -> None:
        def said_again(enrolment: Enrolment, channel: str) -> None:
            evaluation = entry.submit(enrolment, "BC1", channel, Rating.NOT_ACQUIRED, general_comment=CANARY)
            is_well = say is well
            entry.reopen(evaluation, reason="Une erreur." if is_well else CANARY)
            if not is_well:
                entry.draft(enrolment, "BC1", channel, Rating.NOT_ACQUIRED, attempt=2, general_comment=CANARY)

        heard(reader, said_again)(branch)

    return happens


@pytest.mark.parametrize(
    ("role", "channel"),
    [("trainer", ChannelCode.TRAINING), ("referent", ChannelCode.COMPANY), ("assessor", ChannelCode.PANEL)],
)
def test_nor_does_why_they_answer_again(branch: Branch, visitors: Visitors, role: str, channel: str):
    others = [branch.enrolment, branch.another, branch.judged]
    one, other = in_two_worlds(
        branch, reopened(channel, well), reopened(channel, badly), lambda: crawl(visitors, role, but=others)
    )

    assert telling(one, "Barthélemy")
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


# What is published of it


def refused_and_published(say: Callable[[Enrolment, str], None]) -> Callable[[Branch], None]:
    """Another candidate, of whom the three channels say this, and a jury refuses the block."""

    def happens(branch: Branch) -> None:
        enrolment = followed(branch)
        for channel in ChannelCode:
            say(enrolment, channel)
        session = build.make_session([enrolment], by=branch.people["admin"])
        build.deliberated(session, NOT_ACQUIRED)
        for departure in Deliberation.objects.filter(state=DeliberationState.CLOSED, dossier__session=session):
            services.decide(
                departure, by=build.chair_of(session), at=build.VOTED_AT, ground="evidence", reason="Le jury a tranché."
            )
        build.published(session, by=branch.people["admin"])

    return happens


def results(visitors: Visitors, role: str) -> str:
    enrolment = Enrolment.objects.get(candidate__birth_name="Barthélemy")
    shown = visitors.ask(role, reverse("juries:results", args=[enrolment.reference]))
    return body(shown).decode().replace(enrolment.reference, "")


def all_favourable(enrolment: Enrolment, channel: str) -> None:
    entry.submit(enrolment, "BC2", channel, Rating.ACQUIRED)


def all_unfavourable(enrolment: Enrolment, channel: str) -> None:
    entry.submit(enrolment, "BC2", channel, Rating.NOT_ACQUIRED)


@pytest.mark.parametrize(("role", "reads"), {"trainer": True, "assessor": True, "referent": False}.items(), ids=str)
def test_opinions_show_once_published_to_those_who_may(branch: Branch, visitors: Visitors, role: str, reads: bool):
    one, other = in_two_worlds(
        branch,
        refused_and_published(all_favourable),
        refused_and_published(all_unfavourable),
        lambda: results(visitors, role),
    )

    assert "Jury du" in one
    assert (one != other) == reads


@pytest.mark.parametrize("role", ["trainer", "referent", "assessor"])
def test_but_never_what_was_rated_nor_written(branch: Branch, visitors: Visitors, role: str):
    """The same opinions from other levels and other words."""
    own = {"trainer": ChannelCode.TRAINING, "referent": ChannelCode.COMPANY, "assessor": ChannelCode.PANEL}[role]

    def of_the_others(words: str, **ratings: str) -> Callable[[Branch], None]:
        def say(enrolment: Enrolment, channel: str) -> None:
            others = {} if channel == own else {"ratings": ratings, "general_comment": words}
            entry.submit(enrolment, "BC2", channel, Rating.NOT_ACQUIRED, **others)

        return refused_and_published(say)

    bystanders = [branch.enrolment, branch.another, branch.judged]
    one, other = in_two_worlds(
        branch,
        of_the_others("", C4=Rating.NOT_ACQUIRED, C5=Rating.ACQUIRED),
        of_the_others(CANARY, C4=Rating.ACQUIRED, C5=Rating.NOT_ACQUIRED),
        lambda: crawl(visitors, role, but=bystanders),
    )

    assert any("/jurys/resultats/" in path for path in one)
    assert telling(other, CANARY) == []
    assert differences(one, other) == []


# Who voted what


def jury_pages(branch: Branch) -> tuple[str]:
    return (reverse("juries:session", args=[branch.sitting.reference]),)


def voting(*choices: str) -> Callable[[Branch], None]:
    def happens(branch: Branch) -> None:
        all_have_declared(branch.sitting)
        build.vote(build.deliberation_on(branch.sitting), *choices)

    return happens


@pytest.mark.parametrize("role", ["chair", "juror", "admin"])
def test_nothing_tells_how_the_others_vote_until_it_is_counted(branch: Branch, visitors: Visitors, role: str):
    for_it, against_it = voting(ACQUIRED), voting(ACQUIRED, ACQUIRED, NOT_ACQUIRED)

    one, other = in_two_worlds(branch, for_it, against_it, lambda: crawl(visitors, role, within=jury_pages(branch)))

    assert read(one) >= 4
    assert differences(one, other) == []


def sealed_after(*choices: str) -> Callable[[Branch], None]:
    def happens(branch: Branch) -> None:
        decide(branch.sitting, *choices)
        decide_the_second(branch.sitting)
        seal(branch.sitting)

    return happens


def test_nothing_tells_who_voted_what(branch: Branch, visitors: Visitors):
    """Two members exchange their votes: the counts stay, and so does all that anybody reads, the journal included."""

    def all_that_is_read() -> dict[str, Any]:
        technician = make_user(is_staff=True, is_superuser=True, email="t@example.org", last_name="Technique")
        visitors.sessions["technician"] = sign_in(technician)
        return {
            **{role: crawl(visitors, role, within=jury_pages(branch)) for role in ("chair", "juror", "admin")},
            "technician": crawl(visitors, "technician", start=TECHNICAL, within=TECHNICAL),
            "journal": list(Entry.objects.order_by("seq").values("action", "subject", "actor", "before", "after")),
            "minutes": [minutes.context for minutes in Minutes.objects.order_by("pk")],
        }

    one, other = in_two_worlds(
        branch,
        sealed_after(ACQUIRED, ACQUIRED, ACQUIRED, NOT_ACQUIRED, ACQUIRED),
        sealed_after(ACQUIRED, ACQUIRED, NOT_ACQUIRED, ACQUIRED, ACQUIRED),
        all_that_is_read,
    )

    assert [read(one[role]) >= 4 for role in ("chair", "juror", "admin", "technician")] == [True] * 4
    assert [what for what in one if one[what] != other[what]] == []


def test_an_invitation_is_the_inviting_organisation_s_alone(branch: Branch, visitors: Visitors):
    """Somebody of the secretariat once taught there: whom they invite now is no business of their former colleagues."""
    with undone():
        make_membership(branch.people["admin"], Role.TRAINING_MEMBER, branch.organisation, ends_on=timezone.localdate())
        make_invitation(
            role=Role.ADMIN, organisation=branch.awarding_body, invited_by=branch.people["admin"], last_name=CANARY
        )
        pages = crawl(visitors, "trainer", within=("/organisations/",))

    assert telling(pages, branch.invitation.email)
    assert telling(pages, CANARY) == []
