"""The secretariat's list of those who may sit, and a new member's way from the mail to the session."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from juries import services
from juries.enums import SessionState
from juries.models import JuryMember, JurySession
from tests.browser import Browser
from tests.builders import juries as build
from tests.builders.organisations import (
    PASSWORD,
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

MEMBERS = reverse("juries:members")
MANDATE = reverse("juries:mandate")
YESTERDAY = timezone.localdate() - timedelta(days=1)
TOMORROW = timezone.localdate() + timedelta(days=1)
TYPED = {
    "email": "maelle@example.org",
    "first_name": "Maëlle",
    "last_name": "Kervella",
    "college": "union",
    "body": "Syndicat & Cie",
    "starts_on": "2021-03-01",
}


def text_of(response) -> str:
    page = response.content.decode().replace("\xa0", " ").replace("&#x27;", "'").replace("&amp;", "&")
    return " ".join(page.split())


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def admin(client):
    build.current_version()
    admin = make_admin()
    client.force_login(admin)
    return admin


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


class TestWhoMay:
    @pytest.mark.parametrize("page", ["members", "mandate", "end_mandate"])
    def test_the_secretariat_alone(self, client, admin, page):
        member = build.make_member()
        address = reverse(f"juries:{page}", args=[member.pk] if page == "end_mandate" else [])

        for person in (make_training_member(), make_referent(), make_panel_assessor(), member.user, make_user()):
            client.force_login(person)
            assert (client.get(address).status_code, client.post(address).status_code) in [(403, 403), (403, 405)]
        client.force_login(admin)
        assert client.get(address).status_code == 200
        assert JuryMember.objects.get() == member


class TestList:
    def test_each_college_is_counted_against_its_seats(self, client, admin):
        build.make_members(6)

        page = text_of(client.get(MEMBERS))

        assert "5 mandats en cours pour 5 sièges" in page
        assert "1 mandat en cours pour 5 sièges" in page
        assert "0 mandat en cours pour 2 sièges" in page
        assert "0 mandat en cours pour 1 siège" in page
        assert page.count("trop peu de membres") == 3
        assert f"{MANDATE}?college=expert" in page

    def test_a_mandate_is_in_force_to_come_or_ended(self, client, admin):
        names = {"Courant": {}, "Passé": {"ends_on": YESTERDAY}, "Futur": {"starts_on": TOMORROW}}
        for name, period in names.items():
            build.make_member(user=make_user(last_name=name), **period)

        current, ended = text_of(client.get(MEMBERS)), text_of(client.get(MEMBERS, {"state": "ended"}))

        assert ["Courant" in current, "Passé" in current, "Futur" in current] == [True, False, True]
        assert ["Courant" in ended, "Passé" in ended, "Futur" in ended] == [False, True, False]
        assert "à venir" in current
        assert "1 mandat en cours pour 5 sièges" in current
        assert "1 mandat en cours pour 5 sièges" in ended

    def test_it_says_what_ties_a_member_and_whether_they_can_sign_in(self, client, admin):
        company = make_company(name="Aubert & Filles")
        build.make_member(user=make_user(password=None), company=company)
        build.make_member("training", user=make_user(is_active=False))

        page = text_of(client.get(MEMBERS))

        assert "employé par Aubert & Filles" in page
        assert "mot de passe à choisir" in page
        assert "fermé" in page

    def test_it_asks_as_many_queries_for_three_as_for_thirty(self, client, admin):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(MEMBERS).status_code == 200
            return len(captured)

        organisation = make_training_organisation()
        for _ in range(3):
            build.make_member("training", training_organisation=organisation, company=make_company())
        client.get(MEMBERS)
        few = queries()
        for number in range(27):
            build.make_member("union" if number % 2 else "employer", company=make_company())

        assert queries() == few

    def test_the_sessions_lead_to_it(self, client, admin):
        assert MEMBERS in client.get(reverse("juries:sessions")).content.decode()
        client.force_login(make_user())
        assert MEMBERS not in client.get(reverse("juries:sessions")).content.decode()


class TestMandate:
    def test_a_member_is_mandated(self, client, admin, commits):
        company = make_company()

        with commits():
            response = client.post(MANDATE, TYPED | {"ends_on": "2023-02-28", "company": company.pk}, follow=True)

        member = JuryMember.objects.get()
        assert (member.user.email, member.user.full_name) == ("maelle@example.org", "Maëlle Kervella")
        assert (member.college, member.body, member.company) == ("union", "Syndicat & Cie", company)
        assert (member.starts_on, member.ends_on) == (date(2021, 3, 1), date(2023, 2, 28))
        assert response.redirect_chain == [(MEMBERS, 302)]
        assert told(response) == [
            "Maëlle Kervella est membre du jury. Un message part à maelle@example.org pour choisir un mot de passe."
        ]

    def test_somebody_known_is_told_by_their_own_name(self, client, admin):
        make_user(email="maelle@example.org", first_name="Maëlle", last_name="Le Goff")

        response = client.post(MANDATE, TYPED, follow=True)

        assert told(response) == ["Maëlle Le Goff est membre du jury, avec son compte : maelle@example.org."]

    def test_the_training_college_represents_the_organisation_chosen(self, client, admin):
        organisation = make_training_organisation()

        client.post(MANDATE, TYPED | {"college": "training", "training_organisation": organisation.pk})

        assert JuryMember.objects.get().training_organisation == organisation

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("body", {"body": ""}, "Ce champ est obligatoire"),
            ("email", {"email": "maelle"}, "adresse"),
            ("last_name", {"last_name": "voir https://x"}, "Un nom s’écrit sans chiffre"),
            ("email", {"email": "ferme@example.org"}, "Le compte de cette personne est fermé"),
            ("starts_on", {"email": "siege@example.org"}, "Cette personne a déjà un mandat sur ces jours : collège"),
            ("ends_on", {"ends_on": "2021-02-28"}, "Un mandat ne finit pas avant d’avoir commencé"),
            ("training_organisation", {"college": "training"}, "Le collège des organismes de formation en représente"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(self, client, admin, field, typed, words):
        make_user(email="ferme@example.org", is_active=False)
        seated = build.make_member(user=make_user(email="siege@example.org"))

        response = client.post(MANDATE, TYPED | typed)

        errors = response.context["form"].errors
        assert list(errors) == [field]
        assert words in errors[field][0]
        assert 'value="Maëlle"' in text_of(response)
        assert JuryMember.objects.get() == seated

    def test_a_composition_that_lacks_members_leads_to_it_and_back(self, admin):
        session = build.make_session([], SessionState.PREPARED, members=build.make_members(12))
        address = reverse("juries:administration", args=[session.reference])

        browser = Browser(admin).visit(address)
        assert browser.reads("organisme de formation, 0 sur 1")
        link = re.search(rf'"({MANDATE}\?[^"]+)"', browser.text).group(1).replace("&amp;", "&")
        organisation = make_training_organisation()
        values = {name: TYPED[name] for name in ("email", "first_name", "last_name", "body")}
        browser.visit(link).press("Enregistrer le mandat", training_organisation=organisation.pk, **values)

        member = JuryMember.objects.get(college="training")
        assert member.starts_on == session.held_on
        assert browser.path == address
        assert not browser.reads("mandater un membre")

    def test_an_address_that_names_no_session_comes_back_to_the_list(self, client, admin):
        response = client.post(f"{MANDATE}?session=//evil.example", TYPED)

        assert response.url == MEMBERS


class TestEnd:
    def test_a_mandate_is_ended_once_confirmed(self, client, admin):
        member = build.make_member(user=make_user(first_name="Maëlle", last_name="Kervella"))
        address = reverse("juries:end_mandate", args=[member.pk])

        assert address in client.get(MEMBERS).content.decode()
        assert "Mettre fin à un mandat : Maëlle Kervella" in text_of(client.get(address))
        response = client.post(address, {"on": "2021-03-31"}, follow=True)

        member.refresh_from_db()
        assert member.ends_on == date(2021, 3, 31)
        assert told(response) == ["Le mandat de Maëlle Kervella finit le 31/03/2021."]
        assert address not in client.get(MEMBERS, {"state": "ended"}).content.decode()

    def test_a_refusal_is_told_beside_the_day(self, client, admin):
        session = build.make_session([], SessionState.PREPARED)
        member = session.seats.get(number=2).member

        response = client.post(reverse("juries:end_mandate", args=[member.pk]), {"on": "2021-03-31"})

        assert session.reference in response.context["form"].errors["on"][0]
        assert 'value="2021-03-31"' in text_of(response)
        member.refresh_from_db()
        assert member.ends_on is None

    def test_a_mandate_that_is_not_there(self, client, admin):
        assert client.get(reverse("juries:end_mandate", args=[404])).status_code == 404


class TestFirstSignIn:
    """An account that never had a password gets one from « mot de passe oublié », and nothing else opens it."""

    @pytest.fixture(autouse=True)
    def _attempts_forgotten(self):
        cache.clear()

    def test_from_the_mail_to_the_session(self, admin, commits):
        members = build.make_members()
        with commits():
            Browser(admin).visit(MANDATE).press("Enregistrer le mandat", **TYPED)
        newcomer = JuryMember.objects.get(user__email="maelle@example.org")
        session = build.make_session(members=[*members[:4], newcomer, *members[5:]], declared=False)
        (first,) = mail.outbox

        person = Browser().visit(_path_in(first))
        with commits():
            person.press("Recevoir le lien", email="maelle@example.org")
        person.visit(_path_in(mail.outbox[1]))
        person.press("Enregistrer le mot de passe", password1=PASSWORD, password2=PASSWORD)
        person.visit(reverse("account_login")).press("Se connecter", login="maelle@example.org", password=PASSWORD)
        person.visit(reverse("juries:sessions"))
        assert person.reads(session.reference)
        person.visit(reverse("juries:session", args=[session.reference]))

        assert person.reads("Avez-vous un lien avec un candidat")

    @pytest.mark.parametrize("password", ["", "!", PASSWORD])
    def test_no_password_opens_it_before(self, client, commits, password):
        with commits():
            services.mandate(
                **{name: TYPED[name] for name in ("email", "first_name", "last_name", "body")},
                college="union",
                starts_on=date(2021, 3, 1),
                by=make_admin(),
                at=timezone.now(),
            )

        client.post(reverse("account_login"), {"login": "maelle@example.org", "password": password})

        assert "_auth_user_id" not in client.session
        assert not JurySession.objects.exists()


def _path_in(message) -> str:
    return re.search(r"http://testserver(/\S+)", message.body).group(1)
