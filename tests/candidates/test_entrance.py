"""The door of referents, as a referent, a mail filter, a stranger and somebody in a hurry come to it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from candidates import services
from candidates.models import ReferentCode, ReferentLink
from candidates.services import CodeRefused, TooManyCodes, ask_code, come_in
from correspondence.models import Mail
from correspondence.sending import send
from tests.builders.juries import make_member
from tests.builders.organisations import PASSWORD, make_admin, make_referent
from tests.builders.referents import code_in, make_link, make_linked_referent, make_referred
from tests.races import at_once

NOW = datetime(2021, 3, 1, 8, tzinfo=ZoneInfo("Europe/Paris"))
HOME = reverse("home")
CODE = reverse("referents:code")
AGAIN = reverse("referents:send_again")
TOKEN = "un-lien-que-personne-ne-devine-000000000000"


@pytest.fixture(autouse=True)
def the_clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()
    return time_machine


@pytest.fixture
def referent(db):
    return make_linked_referent(email="sophie@cabinet.example", first_name="Sophie", last_name="Lambertin")


@pytest.fixture
def enrolment(referent):
    return make_referred(referent)


@pytest.fixture
def link(enrolment):
    return make_link(enrolment.referent, token=TOKEN, at=NOW - timedelta(days=3))


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """A gesture, and the mail that it sends."""

    def call(client, path, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data)

    return call


def door(token: str = TOKEN) -> str:
    return reverse("referents:link", args=[token])


def ask(post, client) -> str:
    """Go on from the link, and read the mail."""
    response = post(client, door())
    assert (response.status_code, response["Location"]) == (302, CODE)
    return code_in(mail.outbox[-1])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\xa0", " ").split())


# The link


def test_the_page_says_who_invites_and_for_whom(client, link, enrolment):
    said = words(client.get(door()))

    assert "Bonjour Sophie" in said
    assert f"{enrolment.training_organisation} vous confie l’évaluation en entreprise de 1 candidat" in said
    assert not re.search(f"Lambertin|sophie@|{enrolment.candidate.birth_name}|{enrolment.reference}", said)


def test_opening_it_twenty_times_changes_nothing_and_leaves_no_cookie(client, link):
    before = ReferentLink.objects.values().get()

    for method in ("get", "head") * 10:
        response = getattr(client, method)(door())
        assert (response.status_code, response.cookies.output()) == (200, "")
        assert "no-store" in response["Cache-Control"]

    assert ReferentLink.objects.values().get() == before
    assert not ReferentCode.objects.exists()
    assert not Session.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("end", ["unknown", "revoked", "another's", "ended", "closed", "malformed"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_one_answer_for_every_link_that_opens_nothing(client, link, referent, end, method):
    unknown = getattr(client, method)(door("A" * 43))
    path = door()
    if end == "unknown":
        path = door("B" * 43)
    elif end == "revoked":
        services.revoke_access(referent.referred_enrolments.get(), by=make_admin(), at=NOW)
    elif end == "another's":
        path = door("code-d-un-autre")
    elif end == "ended":
        referent.referred_enrolments.update(withdrawn_on=NOW.date())
    elif end == "closed":
        referent.is_active = False
        referent.save()
    else:
        path = door("é%20%F0")

    response = getattr(client, method)(path)

    assert (response.status_code, response.content) == (404, unknown.content)
    assert not response.cookies
    assert not mail.outbox


def test_another_site_starts_nothing(client, link, post):
    for origin in ["https://evil.example", "null", "http://testserver.evil.example"]:
        assert client.post(door(), headers={"Origin": origin}).status_code == 403
    assert not Session.objects.exists()

    assert client.post(door(), headers={"Origin": "http://testserver"}).status_code == 302


# The code


def test_the_code_is_mailed_and_only_a_keyed_hash_is_kept(client, link, post):
    code = ask(post, client)

    (message,) = mail.outbox
    row = ReferentCode.objects.get()
    assert message.to == ["sophie@cabinet.example"]
    assert len(code) == 6
    assert code not in message.subject
    assert code not in str(Mail.objects.values())
    assert code not in str(ReferentCode.objects.values())
    assert code not in str(client.session.items())
    assert row.expires_at == NOW + timedelta(minutes=10)
    assert "avant 8 h 10" in message.body.replace("\xa0", " ")


def test_the_code_opens_the_door_once(client, link, post, referent):
    """F26: filters open the link, the person comes, and the code is spent."""
    for method in ("get", "head") * 10:
        getattr(client, method)(door())
    code = ask(post, client)

    response = client.post(CODE, {"code": code})

    assert (response.status_code, response["Location"]) == (302, HOME)
    assert is_in(client)
    again = client.post(CODE, {"code": code})
    assert (again.status_code, "Ouvrez à nouveau votre lien" in words(again)) == (422, True)
    row, used = ReferentCode.objects.get(), ReferentLink.objects.get()
    assert (row.used_at, row.tries, used.last_used_at) == (NOW, 1, NOW)


@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", " {0} {1} ", "{0}\xa0{1}", "{0}-{1}", "{0}{1}\r\n"])
def test_it_may_be_pasted_as_the_mail_shows_it(client, link, post, shape):
    code = ask(post, client)

    client.post(CODE, {"code": shape.format(code[:3], code[3:])})

    assert is_in(client)


WRONG = ["another", "", "  ", "12345", "1234567", "abcdef", "x" * 5000, "１２３４５６", "\x00", "😀"]


@pytest.mark.parametrize("typed", WRONG, ids=ascii)
def test_a_wrong_code_says_how_many_tries_are_left(client, link, post, typed):
    code = ask(post, client)

    response = client.post(CODE, {"code": other_than(code) if typed == "another" else typed})

    assert response.status_code == 422
    assert "Ce n’est pas le code envoyé. Encore 4 essais." in words(response)
    assert not is_in(client)


def test_after_five_wrong_codes_the_right_one_is_refused(client, link, post):
    code = ask(post, client)
    for _ in range(5):
        response = client.post(CODE, {"code": other_than(code)})

    right = client.post(CODE, {"code": code})

    assert "Demandez un autre code" in words(response)
    assert (right.status_code, ReferentCode.objects.get().tries) == (422, 5)
    assert words(right) == words(response)
    assert not is_in(client)


def test_of_a_thousand_tries_ten_are_looked_at(client, link, post, monkeypatch, the_clock):
    """F28, by whoever asks for another code each time they may."""
    monkeypatch.setattr("candidates.entrance.ratelimit.consume", lambda *args, **kwargs: True)
    looked_at = []
    monkeypatch.setattr("candidates.services.referents.is_right", lambda code, typed: looked_at.append(typed))
    ask(post, client)

    for number in range(1000):
        if client.post(CODE, {"code": f"{number:06}"}).status_code == 422 and number % 20 == 19:
            the_clock.shift(61)
            post(client, AGAIN)

    assert len(looked_at) <= 10


def test_tries_are_counted_per_address_too(client, link, post):
    code = ask(post, client)
    ReferentCode.objects.update(tries=5)
    for _ in range(120):
        client.post(CODE, {"code": other_than(code)})

    response = client.post(CODE, {"code": code})

    assert (response.status_code, response["Retry-After"]) == (429, "3600")


@pytest.mark.parametrize("late", [False, True])
def test_it_lives_ten_minutes(client, link, post, the_clock, late):
    code = ask(post, client)
    the_clock.move_to(NOW + timedelta(minutes=10, seconds=0 if late else -1), tick=False)

    client.post(CODE, {"code": code})

    assert is_in(client) is not late


def test_it_serves_in_the_browser_that_asked_for_it_alone(client, link, post):
    code = ask(post, client)
    stranger = Client()

    assert stranger.post(CODE, {"code": code}).status_code == 422
    assert not is_in(stranger)
    ask(post, stranger)
    assert stranger.post(CODE, {"code": code}).status_code == 422
    assert not is_in(stranger)


def test_a_new_code_replaces_the_last(client, link, post, the_clock):
    first = ask(post, client)
    the_clock.shift(61)
    assert post(client, AGAIN).status_code == 302
    second = code_in(mail.outbox[-1])

    assert client.post(CODE, {"code": first}).status_code == 422
    client.post(CODE, {"code": second})

    assert is_in(client)
    assert ReferentCode.objects.filter(superseded_at__isnull=False).count() == 1


def test_going_on_twice_sends_one_mail(client, link, post):
    ask(post, client)

    assert post(client, door())["Location"] == CODE

    assert len(mail.outbox) == 1


def test_another_one_waits_a_minute(client, link, post, the_clock):
    code = ask(post, client)
    the_clock.shift(30)

    response = post(client, AGAIN)

    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert "dans 30 secondes" in words(response)
    assert len(mail.outbox) == 1
    assert client.post(CODE, {"code": code}).status_code == 302


def test_six_codes_an_hour_for_one_person(client, link, post, the_clock):
    ask(post, client)
    for _ in range(5):
        the_clock.shift(61)
        assert post(client, AGAIN).status_code == 302
    the_clock.shift(61)

    refused = post(client, AGAIN)

    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert post(Client(), door()).status_code == 429
    assert len(mail.outbox) == 6
    the_clock.shift(3600)
    assert post(client, AGAIN).status_code == 302


def test_somebody_else_is_not_held_up(client, link, post, the_clock):
    for _ in range(6):
        post(Client(), door())
    other = make_link(make_referred().referent, token="autre-lien")

    assert post(client, door("autre-lien"))["Location"] == CODE
    assert ReferentCode.objects.of(other.user).count() == 1


def test_sixty_demands_an_hour_from_one_address(client, link, post):
    for _ in range(60):
        post(Client(), door())

    assert post(Client(REMOTE_ADDR="127.0.0.1"), door()).status_code == 429
    assert post(Client(REMOTE_ADDR="192.0.2.7"), door()).status_code == 429  # Six for this person, from anywhere.
    make_link(make_referred().referent, token="autre-lien")
    assert post(Client(), door("autre-lien")).status_code == 429
    assert post(Client(REMOTE_ADDR="192.0.2.7"), door("autre-lien")).status_code == 302


@pytest.mark.parametrize("end", ["revoked", "withdrawn", "closed"])
def test_a_code_opens_nothing_once_the_link_is_ended(client, link, post, referent, end):
    code = ask(post, client)
    if end == "revoked":
        services.revoke_access(referent.referred_enrolments.get(), by=make_admin(), at=NOW)
    elif end == "withdrawn":
        referent.referred_enrolments.update(withdrawn_on=NOW.date())
    else:
        referent.is_active = False
        referent.save()

    assert client.post(CODE, {"code": code}).status_code == 422
    assert post(client, AGAIN).status_code in {404, 429}
    assert not is_in(client)


def test_a_late_mail_says_nothing(client, link, the_clock):
    """The worker was down for ten minutes."""
    code = ask_code(link, at=NOW)
    the_clock.shift(600)
    send(Mail.objects.get().pk, at=NOW + timedelta(minutes=10))

    assert not mail.outbox
    assert ReferentCode.objects.get(pk=code.pk).code_hash == ""


def test_before_its_mail_has_left_no_code_is_right(client, link):
    client.post(door())  # Its mail waits: nothing was captured.

    for typed in ["", "000000"]:
        assert client.post(CODE, {"code": typed}).status_code == 422
    assert not is_in(client)


def test_the_page_of_the_code_is_made_for_a_phone(client, link, post):
    ask(post, client)

    page = client.get(CODE).content.decode()

    field = re.search(r'<input class="form-control door-code[^>]*>', page, re.DOTALL)[0]
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field
    assert "maxlength" not in field  # What is pasted has spaces.
    assert "s…@cabinet.example" in page
    assert "sophie@" not in page


def test_without_having_asked_there_is_no_page(client):
    """But what to do; and nothing is left in the browser."""
    answers = [client.get(CODE), client.post(CODE, {"code": "123456"}), client.post(AGAIN)]

    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert len({answer.content for answer in answers}) == 1
    assert not client.cookies
    assert not mail.outbox


# The session


def test_the_session_is_a_new_one(client, link, post):
    """F27: neither the name of the anonymous session, nor one chosen by somebody else."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else"
    code = ask(post, client)
    before = client.session.session_key
    assert before != "chosen-by-somebody-else"

    client.post(CODE, {"code": code})

    assert client.session.session_key != before
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(client)


def test_whoever_was_signed_in_there_is_not_any_more(client, link, post, referent):
    admin = make_admin()
    client.force_login(admin)
    was = client.session.session_key
    code = ask(post, client)

    client.post(CODE, {"code": code})

    assert client.session["_auth_user_id"] == str(referent.pk)
    assert not Session.objects.filter(session_key=was).exists()


def test_who_is_in_already_goes_straight_in(client, link, post):
    client.post(CODE, {"code": ask(post, client)})

    assert post(client, door())["Location"] == HOME
    assert len(mail.outbox) == 1


def test_it_ends_with_the_browser(client, link, post):
    client.post(CODE, {"code": ask(post, client)})

    assert client.session.get_expire_at_browser_close()


def test_signing_out_and_coming_back(client, link, post, the_clock):
    client.post(CODE, {"code": ask(post, client)})
    client.post(reverse("account_logout"))
    assert not is_in(client)
    the_clock.shift(61)

    client.post(CODE, {"code": ask(post, client)})

    assert is_in(client)


PAYLOADS = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "%2f%2fevil.example",
    "http://testserver@evil.example/",
]


@pytest.mark.parametrize("target", PAYLOADS)
def test_it_leads_home_and_nowhere_else(client, link, post, target):
    """F29: the door takes no destination."""
    response = post(client, f"{door()}?next={target}", next=target)
    assert response["Location"] == CODE
    code = code_in(mail.outbox[-1])

    response = client.post(f"{CODE}?next={target}", {"code": code, "next": target})

    assert response["Location"] == HOME


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example"])
def test_mails_lead_to_our_own_address(client, link, host):
    """F25."""
    assert client.post(door(), headers={"Host": host}).status_code == 400


# Without a password there is no other door


def test_no_new_password_for_who_comes_by_a_link(client, link, post, referent):
    """Else a revocation would close one door of two."""
    unknown = post(client, reverse("account_reset_password"), email="personne@example.org")
    theirs = post(client, reverse("account_reset_password"), email=referent.email)

    assert (theirs.status_code, theirs["Location"]) == (unknown.status_code, unknown["Location"])
    assert "/mot-de-passe/nouveau/" not in "".join(message.body for message in mail.outbox)


def test_a_juror_who_follows_a_candidate_too_chooses_theirs(client, link, post, referent):
    make_member(user=referent)

    post(client, reverse("account_reset_password"), email=referent.email)

    assert "/mot-de-passe/nouveau/" in mail.outbox[-1].body


def test_a_referent_with_a_password_keeps_it(client, post, db):
    referent = make_referent(email="marc@cabinet.example")
    make_link(make_referred(referent).referent)

    post(client, reverse("account_reset_password"), email=referent.email)
    assert "/mot-de-passe/nouveau/" in mail.outbox[-1].body

    client.post(reverse("account_login"), {"login": referent.email, "password": PASSWORD})
    assert is_in(client)


# Two at once


@pytest.mark.usefixtures("committed", "postgresql")
class TestAtOnce:
    def tries(self, code, typed):
        return at_once(*[lambda: come_in(code, typed, at=NOW)] * 8)

    def prepared(self):
        link = make_link(make_referred().referent, at=NOW)
        code = ask_code(link, at=NOW)
        return code, code_in(mail.outbox[-1])

    def test_without_its_guard_the_code_would_open_several(self, monkeypatch):
        code, typed = self.prepared()
        monkeypatch.setattr("candidates.services.referents._use", lambda code, at: code.link)
        ReferentCode.objects.filter(pk=code.pk).update(tries=0)

        came_in = [answer for answer in self.tries(code, typed) if isinstance(answer, ReferentLink)]

        assert len(came_in) == 5

    def test_one_comes_in(self):
        code, typed = self.prepared()

        answers = self.tries(code, typed)

        assert sum(isinstance(answer, ReferentLink) for answer in answers) == 1
        assert sum(isinstance(answer, CodeRefused) for answer in answers) == 7
        row = ReferentCode.objects.get(pk=code.pk)
        assert row.used_at == NOW
        assert row.tries <= 5

    def test_codes_asked_for_at_once_leave_one(self):
        link = make_link(make_referred().referent, at=NOW)

        answers = at_once(*[lambda: ask_code(link, at=NOW)] * 8)

        assert sum(isinstance(answer, ReferentCode) for answer in answers) == 6
        assert sum(isinstance(answer, TooManyCodes) for answer in answers) == 2
        assert ReferentCode.objects.standing().count() == 1
