"""Who may: every address, by every method, for everybody, until the moment when a right ends."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.urls import reverse

from candidates.models import Enrolment
from juries import services
from juries.models import JurySession
from rncp31395.link_sessions import REACHABLE
from tests.addresses import ANYBODY, EVERYBODY, TABLE, TECHNICAL, Line, technical_paths, walk
from tests.builders.branch import JUROR, UNDECLARED
from tests.builders.juries import OPENED_AT, chair_of, deliberation_on, dossier_of, seat, vote
from tests.builders.organisations import make_admin
from tests.visitors import Visitors, asks_to_sign_in, body, undone

pytestmark = pytest.mark.django_db
METHODS = ["get", "post"]
UNKNOWN = {"anonymous", "disabled"}  # A closed account’s session is nobody’s.
STRANGERS = ["other_trainer", "other_assessor", "recused"]
PASSERS_BY = ["anonymous", "admin", "nobody"]  # are enough for a page that does not ask who reads it
ANSWERS = {200: "served", 204: "served", 302: "served", 409: "served", 422: "served"} | {
    403: "refused",
    404: "not found",
    405: "no such method",
}


def is_among(role: str, roles: str | None) -> bool:
    return role in (roles or "").split()


def expected(line: Line, method: str, role: str) -> str:
    served = line.serves(method)
    if served == ANYBODY:
        return "served"
    if role in UNKNOWN and not line.is_public:
        return "asked to sign in"
    if role == "linked" and not line.is_public and line.name not in REACHABLE:
        return "not found"
    if served is None:
        return "no such method"
    if served == EVERYBODY or is_among(role, served):
        return "served"
    if is_among(role, line.led):
        return "led elsewhere"
    return "refused" if line.refused == EVERYBODY or is_among(role, line.refused) else "not found"


def said(response: HttpResponse, line: Line, role: str) -> str:
    if asks_to_sign_in(response):
        return "asked to sign in"
    if response.status_code == 302 and is_among(role, line.led):
        return "led elsewhere"
    return ANSWERS.get(response.status_code, str(response.status_code))


def asked(visitors: Visitors, line: Line, method: str, role: str) -> HttpResponse:
    return visitors.try_out(role, line.path(visitors.branch), method=method, data=line.data_of(method))


def test_every_address_has_a_line():
    known = {line.name for line in TABLE} | {TECHNICAL}

    assert {name for name, _ in walk() if name.split(":")[0] != TECHNICAL} ^ known == {TECHNICAL}


@pytest.mark.parametrize("line", TABLE, ids=str)
def test_each_page_serves_those_of_the_table_and_nobody_else(visitors: Visitors, line: Line):
    """And asking writes nothing, but for whoever is served a POST."""
    wrong = {}
    for method in METHODS:
        for role in PASSERS_BY if line.serves(method) == ANYBODY else visitors.roles:
            right = expected(line, method, role)
            answer = said(asked(visitors, line, method, role), line, role)
            if answer != right:
                wrong[method, role] = f"{answer}, not {right}"
            elif visitors.written and (method, right) != ("post", "served"):
                wrong[method, role] = f"{answer}, yet wrote {dict(visitors.written)}"

    assert wrong == {}


@pytest.mark.parametrize("line", [line for line in TABLE if line.names_something], ids=str)
def test_what_is_not_theirs_is_as_unknown_as_what_does_not_exist(visitors: Visitors, line: Line):
    """To the byte. Whoever is refused before anything is looked up learns no more."""
    method = "post" if line.get is None else "get"
    told = {}
    for role in STRANGERS:
        if expected(line, method, role) not in {"not found", "refused"}:
            continue
        existing = asked(visitors, line, method, role)
        for path in line.paths_to_nothing(visitors.branch):
            missing = visitors.try_out(role, path, method=method)
            if is_among(role, line.refused) and missing.status_code == 404:
                continue  # They may know of the one, and there is nothing to know of the other.
            if (existing.status_code, body(existing)) != (missing.status_code, body(missing)):
                told[role, path] = f"{existing.status_code}, {missing.status_code}"

    assert told == {}


@pytest.mark.parametrize("name", ["certificates:verify", "organisations:accept", "referents:link"])
def test_the_public_hears_one_answer_for_wrong_and_unknown(visitors: Visitors, name: str):
    line = next(line for line in TABLE if line.name == name)

    answers = {body(visitors.try_out("anonymous", path)) for path in line.paths_to_nothing(visitors.branch)}

    assert len(answers) == 1
    assert visitors.try_out("anonymous", line.path(visitors.branch)).status_code == 200


def test_the_technical_pages_are_open_to_none_of_these_roles(visitors: Visitors):
    doors = {reverse("admin:login"), reverse("admin:index"), reverse("account_login")}
    opened = {}
    for path in technical_paths():
        for role in ["anonymous", "admin", "chair", "trainer", "former"]:
            response = visitors.try_out(role, path)
            is_led_out = response.status_code == 302 and response["Location"].split("?")[0] in doors
            if not is_led_out and response.status_code != 403:
                opened[path, role] = response.status_code

    assert opened == {}


# Rights end at once: each event happens while the person is signed in, and the next request is answered as to another.


def sent(visitors: Visitors, role: str, name: str, *arguments: object, query: str = "", **data: object) -> None:
    path = reverse(name, args=arguments) + query
    assert visitors.ask(role, path, method="post", data=data).status_code == 302


def membership_ends(role: str) -> Callable[[Visitors], None]:
    def happens(visitors: Visitors) -> None:
        make_admin()  # Somebody stays.
        sent(visitors, "admin", "organisations:end_membership", visitors.branch.membership(role).pk)

    return happens


def account_closes(role: str) -> Callable[[Visitors], None]:
    def happens(visitors: Visitors) -> None:
        sent(visitors, "admin", "organisations:close_account", visitors.branch.people[role].pk)

    return happens


def another_referent_is_named(visitors: Visitors) -> None:
    branch = visitors.branch
    chosen = {"followed_by": f"{branch.company.pk}-{branch.people['colleague'].pk}", "cohort": branch.cohort.pk}
    for enrolment in (branch.enrolment, branch.certificate.enrolment):
        sent(visitors, "trainer", "candidates:follow_up", enrolment.reference, **chosen)
    others = Enrolment.objects.filter(referent=branch.people["referent"])
    others.update(referent=branch.people["colleague"])  # A page on several candidates goes with the last.


def another_assessor_is_assigned(visitors: Visitors) -> None:
    branch = visitors.branch
    assigned = Enrolment.objects.filter(panel_assignment__assessor=branch.people["assessor"])
    enrolments = list(assigned.values_list("pk", flat=True))
    chosen = {"reassigned": "on", "assessors": branch.people["other_assessor"].pk, "enrolments": enrolments}
    sent(visitors, "admin", "evaluations:assign", query="?assessor=any", scope="ticked", total=0, **chosen)


def a_juror_withdraws(visitors: Visitors) -> None:
    branch = visitors.branch
    sent(visitors, "juror", "juries:withdraw", branch.sitting.reference, branch.enrolment.reference)


def no_vote_is_open(session: JurySession) -> None:
    last = seat(session, UNDECLARED)
    services.declare_conflicts(last, [], by=last.member.user, at=OPENED_AT)
    vote(deliberation_on(session), "acquired")
    services.close_votes(dossier_of(session), by=chair_of(session), at=OPENED_AT)


def the_chair_is_handed_over(visitors: Visitors) -> None:
    session = visitors.branch.sitting
    no_vote_is_open(session)
    sent(visitors, "chair", "juries:hand_over", session.reference, seat=3)


def a_juror_is_substituted(visitors: Visitors) -> None:
    session = visitors.branch.sitting
    no_vote_is_open(session)
    sent(visitors, "chair", "juries:substitute", session.reference, JUROR)


EVENTS = {
    "an admin’s membership ends": ("admin", membership_ends("admin"), "nobody"),
    "a trainer’s membership ends": ("trainer", membership_ends("trainer"), "nobody"),
    "a referent’s membership ends": ("referent", membership_ends("referent"), "nobody"),
    "an assessor’s membership ends": ("assessor", membership_ends("assessor"), "nobody"),
    "a trainer’s account is closed": ("trainer", account_closes("trainer"), "disabled"),
    "a juror’s account is closed": ("juror", account_closes("juror"), "disabled"),
    "the chair’s account is closed": ("chair", account_closes("chair"), "disabled"),
    "another referent is named": ("referent", another_referent_is_named, "colleague"),
    "another assessor is assigned": ("assessor", another_assessor_is_assigned, "other_assessor"),
    "a juror withdraws": ("juror", a_juror_withdraws, "recused"),
    "the chair is handed over": ("chair", the_chair_is_handed_over, "recused"),
    "a juror is substituted": ("juror", a_juror_is_substituted, "nobody"),
}
# One’s own memberships stay one’s own, ended or not. Neither the jury that sealed its minutes nor the one that was
# convened is that of these events.
UNTOUCHED = {
    "organisations:end_membership",
    "juries:minutes",
    "juries:minutes_pdf",
    "juries:convocation",
    "juries:resend_notice",
    "juries:convening_paper",
    "juries:addendum",
    "juries:add_addendum",
}


def of_an_office(line: Line, method: str) -> bool:
    """Of whoever presides or vice-presides, as the juror does: refused to a member who does neither."""
    return expected(line, method, "chair") != "refused" == expected(line, method, "recused")


# Who withdraws from a dossier keeps their office; whoever hands the chair over loses that, and nothing else.
KEPT = {"a juror withdraws": of_an_office, "the chair is handed over": lambda *asked: not of_an_office(*asked)}


@pytest.mark.parametrize(("name", "role", "event", "as_to"), [(name, *row) for name, row in EVENTS.items()], ids=EVENTS)
def test_a_right_ends_with_the_next_request(visitors: Visitors, name: str, role: str, event, as_to: str):
    is_kept = KEPT.get(name, lambda *_: False)
    lost = [
        (line, method)
        for line in TABLE
        for method in METHODS
        if expected(line, method, role) != expected(line, method, as_to)
        and line.name not in UNTOUCHED
        and not is_kept(line, method)
    ]
    with undone():
        event(visitors)
        answers = {(str(line), method): said(asked(visitors, line, method, role), line, as_to) for line, method in lost}

    assert len(lost) >= 3
    assert answers == {(str(line), method): expected(line, method, as_to) for line, method in lost}
