"""Sessions that a referent's link opened: what they reach, what they see there, when they end."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candidates.models import AcquiredBlock, Enrolment, ReferentLink
from candidates.services import revoke_access
from organisations.access import access_of, limit_to_referent
from organisations.services import close_account, end_membership
from rncp31395.link_sessions import REACHABLE
from tests.addresses import TABLE, walk
from tests.builders.branch import Branch
from tests.builders.candidates import make_acquired_block
from tests.builders.organisations import PASSWORD, make_admin, make_referent
from tests.builders.referents import LINK, come_by, make_link, make_linked_referent, make_referred
from tests.visitors import Visitors, asks_to_sign_in, body, undone

pytestmark = pytest.mark.django_db
HOME = reverse("home")
LOCAL = re.compile(r'(?:href|action)="(/(?!static/)[^"#]*)"')


def test_what_a_link_reaches_exists():
    assert {name for name, _ in walk()} >= REACHABLE


def test_a_right_is_what_the_memberships_say_less_all_but_the_companies(branch: Branch):
    person = type(branch.people["linked"]).objects.get(pk=branch.people["linked"].pk)
    whole = access_of(person)
    assert (whole.is_admin, whole.is_panel_assessor, whole.is_training_member) == (True, True, True)

    limit_to_referent(person)
    narrowed = access_of(person)

    assert (narrowed.is_admin, narrowed.is_panel_assessor, narrowed.is_training_member) == (False, False, False)
    assert (narrowed.company_ids, narrowed.user_id, narrowed.is_limited) == (whole.company_ids, person.pk, True)


def test_the_same_person_with_their_password_reaches_the_rest(branch: Branch, visitors: Visitors):
    """Or the table of access would say nothing of the link."""
    with undone():
        client = Client()
        client.post(reverse("account_login"), {"login": branch.people["linked"].email, "password": PASSWORD})

        for name in ("certificates:register", "evaluations:overview", "juries:sessions", "organisations:list"):
            assert client.get(reverse(name)).status_code == 200
            assert visitors.ask("linked", reverse(name)).status_code == 404


def test_their_pages_lead_nowhere_else(branch: Branch, visitors: Visitors):
    """No link that answers 404, no word of their other roles."""
    entry = reverse("evaluations:enter", args=[branch.unheard.reference, "BC2", "company"])
    dead = {}
    for page in (HOME, entry):
        text = body(visitors.ask("linked", page)).decode()
        for path in set(LOCAL.findall(text)):
            answer = visitors.ask("linked", path).status_code
            if answer not in {200, 302} and (answer, path) != (405, reverse("account_resume")):
                dead[page, path] = answer
        assert branch.unheard.candidate.birth_name in text
        for other in (branch.enrolment, branch.stranger, branch.another):
            assert other.candidate.birth_name not in text
            assert other.reference not in text

    assert dead == {}


def test_it_is_asked_once_a_request_and_only_of_such_sessions(visitors: Visitors):
    def asked_of_links(role: str, path: str) -> int:
        asked = []
        with connection.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
            visitors.ask(role, path)
        return sum('FROM "candidates_referentlink"' in sql for sql in asked)

    assert asked_of_links("linked", HOME) == 1
    assert asked_of_links("referent", HOME) == 0
    assert asked_of_links("linked", reverse("certificates:verify_form")) == 0


def another_referent(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(referent=make_referent(enrolment.company))


def another_company(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(referent=None, company=None)


def withdrawal(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_on=timezone.localdate())


def last_block(enrolment: Enrolment) -> None:
    held = AcquiredBlock.objects.filter(candidate=enrolment.candidate).values("catalogue_block")
    for row in enrolment.enrolled_blocks.exclude(block__catalogue_block__in=held).select_related("block"):
        make_acquired_block(enrolment.candidate, row.block)


def end_of_the_role(enrolment: Enrolment) -> None:
    membership = enrolment.referent.memberships.get(company=enrolment.company)
    end_membership(membership, by=make_admin(), at=timezone.now())


def end_of_the_account(enrolment: Enrolment) -> None:
    close_account(enrolment.referent, by=make_admin(), at=timezone.now())


def revocation(enrolment: Enrolment) -> None:
    revoke_access(enrolment, by=make_admin(), at=timezone.now())


ENDINGS = [another_referent, another_company, withdrawal, last_block, end_of_the_role, end_of_the_account, revocation]


SOME = {"home", "evaluations:matrix", "evaluations:enter", "evaluations:draft"}


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_the_next_request_is_refused_at_every_address(branch: Branch, visitors: Visitors, ending):
    """F19. One ending is tried everywhere; the others end the same session, where a referent works."""
    kept = {}
    lines = [line for line in TABLE if ending is revocation or line.name in SOME]
    with undone():
        ending(Enrolment.objects.select_related("referent", "company").get(pk=branch.unheard.pk))
        for line in lines:
            for method in ("get", "post"):
                if line.is_public:
                    continue
                response = visitors.try_out("linked", line.path(branch), method=method, data=line.data_of(method))
                if response.status_code != 403 or b"Votre acc\xc3\xa8s a pris fin" not in response.content:
                    kept[str(line), method] = response.status_code

    assert len(lines) >= (100 if ending is revocation else len(SOME))
    assert kept == {}


@pytest.fixture
def by_link():
    """A browser, and the enrolment that it came for."""
    enrolment = make_referred()
    return come_by(Client(), make_link(enrolment.referent)), enrolment


def test_the_end_is_told_once_then_one_signs_in_like_anybody(by_link):
    client, enrolment = by_link
    withdrawal(enrolment)

    told = client.get(HOME)

    assert (told.status_code, client.session.get("_auth_user_id")) == (403, None)
    assert not Session.objects.filter(session_data=told.wsgi_request.session.session_key).exists()
    assert asks_to_sign_in(client.get(HOME))


def test_a_page_that_asks_by_itself_is_told_in_its_own_words(by_link):
    client, enrolment = by_link
    withdrawal(enrolment)

    response = client.post(HOME, headers={"Accept": "application/json"})

    assert response.status_code == 403
    assert "copiez-la" in json.loads(response.content)["sentence"]


def test_a_public_page_neither_sees_nor_ends_it(by_link):
    client, enrolment = by_link
    withdrawal(enrolment)

    assert client.get(reverse("certificates:verify_form")).status_code == 200
    assert client.get(HOME).status_code == 403


def test_nor_does_a_public_page_take_them_for_more_than_they_are(by_link):
    """The sign-in page knows them as they came, hence leads home."""
    client, _ = by_link

    assert client.get(reverse("account_login")).url == HOME


def test_a_password_makes_it_a_session_as_any_other():
    enrolment = make_referred(make_referent())
    client = come_by(Client(), make_link(enrolment.referent))
    assert client.get(reverse("candidates:list")).status_code == 404
    withdrawal(enrolment)

    client.post(reverse("account_login"), {"login": enrolment.referent.email, "password": PASSWORD})

    assert client.get(HOME).status_code == 200
    assert client.get(reverse("candidates:list")).status_code == 200


def test_two_links_of_one_person_are_two_doors(by_link):
    """Revoking shuts them all; the end of one candidate, none while there is another."""
    client, enrolment = by_link
    other = make_referred(enrolment.referent)
    again = come_by(Client(), make_link(enrolment.referent))
    withdrawal(enrolment)
    assert [browser.get(HOME).status_code for browser in (client, again)] == [200, 200]

    revocation(other)

    assert [browser.get(HOME).status_code for browser in (client, again)] == [403, 403]


def test_a_session_of_somebody_elses_link_opens_nothing(by_link):
    """As a tampered session would say: the link is another's."""
    client, _ = by_link
    session = client.session
    session["referent_link"] = make_link(make_referred().referent).pk
    session.save()

    assert client.get(HOME).status_code == 403


def test_the_link_is_never_in_a_page(by_link):
    client, _ = by_link

    assert not LINK.search(client.get(HOME).content.decode())


def test_an_old_link_opens_no_new_session_and_an_old_session_no_new_candidate(by_link):
    """The day after, everything is read again."""
    client, enrolment = by_link
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert asks_to_sign_in(client.get(HOME))
    assert ReferentLink.objects.in_force(timezone.now()).filter(user=enrolment.referent).exists()


def test_who_has_no_password_left_is_told_where_to_come_in():
    page = Client().get(reverse("account_login")).content.decode()

    assert "Référent en entreprise" in page
    assert make_linked_referent().has_usable_password() is False
