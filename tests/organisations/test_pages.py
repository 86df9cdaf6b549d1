"""Who may open each page, who may not, and what the secretariat does there."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from organisations.enums import OrganisationKind, Role
from organisations.models import Accreditation, Company, Invitation, TrainingOrganisation
from tests.builders.organisations import (
    make_admin,
    make_awarding_body,
    make_company,
    make_invitation,
    make_membership,
    make_panel_assessor,
    make_referent,
    make_siret,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("organisations:list")
COMPANIES = reverse("organisations:companies")
INVITATIONS = reverse("organisations:invitations")
OPEN_COMPANY = reverse("organisations:open_company")
OPEN_TRAINING = reverse("organisations:open_training_organisation")


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


@pytest.fixture
def admin(client):
    admin = make_admin(first_name="Anne", last_name="Lemoine")
    client.force_login(admin)
    return admin


@pytest.fixture
def member(client):
    member = make_training_member(make_training_organisation(name="Institut lyonnais"), last_name="Garnier")
    client.force_login(member)
    return member


@pytest.fixture
def company():
    return make_company(name="Aubert & Filles", city="Villeurbanne")


class TestWhoMay:
    """One line per page: the status that an admin, a training member, the company's referent and others get."""

    @pytest.fixture
    def people(self, company):
        return {
            "admin": make_admin(),
            "training": make_training_member(make_training_organisation(name="Institut lyonnais")),
            "referent": make_referent(company),
            "other referent": make_referent(),
            "panel": make_panel_assessor(),
            "nobody": make_user(),
        }

    @pytest.mark.parametrize(
        ("page", "statuses"),
        [
            ("list", [200, 200, 403, 403, 403, 403]),
            ("companies", [200, 200, 403, 403, 403, 403]),
            ("invitations", [200, 200, 403, 403, 403, 403]),
            ("certifier", [200, 404, 404, 404, 404, 404]),
            ("own training organisation", [200, 200, 404, 404, 404, 404]),
            ("other training organisation", [200, 404, 404, 404, 404, 404]),
            ("company", [200, 200, 200, 404, 404, 404]),
            ("open company", [200, 200, 403, 403, 403, 403]),
            ("open training organisation", [200, 403, 403, 403, 403, 403]),
            ("invite to the certifier", [200, 404, 404, 404, 404, 404]),
            ("invite to one's training organisation", [200, 403, 404, 404, 404, 404]),
            ("invite to the company", [403, 403, 403, 404, 404, 404]),
            ("accredit", [200, 403, 404, 404, 404, 404]),
            ("person", [200, 403, 403, 403, 403, 403]),
        ],
    )
    def test_who_opens_a_page(self, client, people, company, page, statuses):
        own = TrainingOrganisation.objects.get(name="Institut lyonnais")
        other = make_training_organisation()
        address = {
            "list": LIST,
            "companies": COMPANIES,
            "invitations": INVITATIONS,
            "certifier": make_awarding_body().get_absolute_url(),
            "own training organisation": own.get_absolute_url(),
            "other training organisation": other.get_absolute_url(),
            "company": company.get_absolute_url(),
            "open company": OPEN_COMPANY,
            "open training organisation": OPEN_TRAINING,
            "invite to the certifier": invite_address(make_awarding_body()),
            "invite to one's training organisation": invite_address(own),
            "invite to the company": invite_address(company),
            "accredit": reverse("organisations:accredit", args=[own.pk]),
            "person": reverse("organisations:person", args=[people["nobody"].pk]),
        }[page]

        answers = []
        for person in people.values():
            client.force_login(person)
            answers.append(client.get(address).status_code)

        assert answers == statuses

    @pytest.mark.parametrize(
        ("gesture", "statuses"),
        [
            ("end_membership", [302, 403, 403, 404, 404, 404]),
            ("close_account", [302, 403, 403, 403, 403, 403]),
            ("reopen_account", [302, 403, 403, 403, 403, 403]),
            ("resend_invitation", [302, 404, 404, 404, 404, 404]),
            ("withdraw_invitation", [302, 404, 404, 404, 404, 404]),
        ],
    )
    def test_who_makes_a_gesture_and_never_by_a_link(self, client, people, company, gesture, statuses):
        target = {
            "end_membership": lambda: people["referent"].memberships.get().pk,
            "close_account": lambda: people["other referent"].pk,
            "reopen_account": lambda: people["nobody"].pk,
            "resend_invitation": lambda: make_invitation(role=Role.ADMIN, organisation=make_awarding_body()).pk,
            "withdraw_invitation": lambda: make_invitation(organisation=company).pk,
        }[gesture]()
        address = reverse(f"organisations:{gesture}", args=[target])

        answers = []
        for person in reversed(people.values()):
            client.force_login(person)
            assert client.get(address).status_code == 405
            answers.append(client.post(address).status_code)

        assert answers == statuses[::-1]

    def test_an_unknown_kind_of_organisation_has_no_page(self, client, admin):
        assert client.get("/organisations/banques/1/").status_code == 404

    @pytest.mark.parametrize("kind", OrganisationKind)
    def test_an_organisation_that_is_not_there_has_no_page(self, client, admin, kind):
        assert client.get(reverse("organisations:organisation", args=[kind, 404])).status_code == 404


def invite_address(organisation) -> str:
    return reverse("organisations:invite", args=[organisation.kind, organisation.pk])


class TestLists:
    def test_training_organisations_say_their_accreditation(self, client, admin):
        today = timezone.localdate()
        make_training_organisation(name="Institut lyonnais", accredited_until=today + timedelta(days=30))

        page = text_of(client.get(LIST))

        assert "Institut lyonnais" in page
        assert "bientôt échue" in page

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["Formassur", "Institut lyonnais"]),
            ({"q": "lyon"}, ["Institut lyonnais"]),
            ({"q": "institut LYON"}, ["Institut lyonnais"]),
            ({"q": "paris"}, ["Formassur"]),
            ({"state": "none"}, ["Formassur"]),
            ({"state": "in_force"}, ["Institut lyonnais"]),
            ({"state": "in_force", "q": "paris"}, []),
            ({"state": "nonsense"}, ["Formassur", "Institut lyonnais"]),
        ],
    )
    def test_training_organisations_are_filtered(self, client, admin, query, names):
        make_training_organisation(name="Institut lyonnais", city="Lyon")
        make_training_organisation(name="Formassur", city="Paris", accredited_from=None)

        page = client.get(LIST, query).context["page"]

        assert [organisation.name for organisation in page] == names

    def test_a_company_is_found_by_the_beginning_of_its_siret(self, client, admin, company):
        make_company()

        page = client.get(COMPANIES, {"q": company.siret[:14]}).context["page"]

        assert list(page) == [company]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["pending", "expired"]),
            ({"state": "pending"}, ["pending"]),
            ({"state": "expired"}, ["expired"]),
            ({"state": "accepted"}, ["accepted"]),
            ({"state": "all"}, ["pending", "accepted", "expired"]),
            ({"state": "all", "q": "accepted"}, ["accepted"]),
        ],
    )
    def test_invitations_are_filtered(self, client, admin, query, names):
        now = timezone.now()
        make_invitation(last_name="expired", invited_at=now - timedelta(days=9))
        make_invitation(last_name="accepted", invited_at=now - timedelta(days=1), accepted_at=now, accepted_by=admin)
        make_invitation(last_name="pending", invited_at=now)

        page = client.get(INVITATIONS, query).context["page"]

        assert [invitation.last_name for invitation in page] == names

    def test_an_empty_list_says_what_it_lacks(self, client, admin):
        assert "Aucun organisme de formation n’est encore ouvert" in text_of(client.get(LIST))
        assert "Aucune entreprise n’est encore ouverte" in text_of(client.get(COMPANIES))
        assert "Aucune invitation n’attend de réponse" in text_of(client.get(INVITATIONS))
        assert "Aucune entreprise ne répond" in text_of(client.get(COMPANIES, {"q": "zzz"}))

    def test_a_training_member_sees_their_own_and_no_button_of_the_secretariat(self, client, member):
        make_training_organisation(name="Formassur Paris")

        page = text_of(client.get(LIST))

        assert "Institut lyonnais" in page
        assert "Formassur Paris" not in page
        assert OPEN_TRAINING not in page

    @pytest.mark.parametrize("address", [LIST, COMPANIES, INVITATIONS])
    def test_it_asks_the_same_queries_for_3_rows_and_for_30(
        self, client, admin, django_assert_max_num_queries, address
    ):
        def add(rows):
            for _ in range(rows):
                organisation, company = make_training_organisation(), make_company()
                make_training_member(organisation)
                make_referent(company)
                make_invitation(organisation=company, invited_by=admin)
                make_invitation(organisation=organisation, role=Role.TRAINING_MEMBER, invited_by=admin)

        def queries() -> int:
            with django_assert_max_num_queries(20) as asked:
                client.get(address)
            return len(asked)

        add(3)
        for_few = queries()
        add(27)

        assert queries() == for_few


class TestOrganisationPage:
    def test_a_company_shows_its_referents_and_who_is_invited(self, client, admin, company):
        make_referent(company, first_name="Élodie", last_name="Le Goff")
        make_membership(make_user(last_name="Ancien"), Role.COMPANY_REFERENT, company, ends_on=timezone.localdate())
        make_invitation(organisation=company, last_name="Kervella")

        response = client.get(company.get_absolute_url())

        page = text_of(response)
        assert [membership.user.last_name for membership in response.context["members"]] == ["Le Goff"]
        assert [membership.user.last_name for membership in response.context["former_members"]] == ["Ancien"]
        assert "Kervella" in page
        assert "Anciens rattachements (1)" in page

    def test_a_training_organisation_without_accreditation_says_what_follows(self, client, admin):
        organisation = make_training_organisation(accredited_from=None)

        assert "ne peut inscrire aucun candidat" in text_of(client.get(organisation.get_absolute_url()))

    def test_the_certifier_shows_who_signs(self, client, admin):
        body = make_awarding_body()
        body.presidencies.create(name="Hélène Vasseur", quality="Présidente", starts_on=timezone.localdate())

        assert "Hélène Vasseur" in text_of(client.get(body.get_absolute_url()))

    def test_a_training_member_reads_their_organisation_and_changes_nothing(self, client, member):
        organisation = TrainingOrganisation.objects.get()

        page = text_of(client.get(organisation.get_absolute_url()))

        assert "Garnier" in page
        assert "Mettre fin" not in page
        assert "Enregistrer une habilitation" not in page
        assert "Inviter" not in page

    def test_a_training_member_does_not_see_who_others_invited(self, client, member, company):
        make_invitation(organisation=company, invited_by=make_training_member(), last_name="Secret")

        assert "Secret" not in text_of(client.get(company.get_absolute_url()))

    @pytest.mark.parametrize("make", [make_awarding_body, make_training_organisation, make_company])
    def test_it_asks_the_same_queries_for_3_people_and_for_30(self, client, admin, django_assert_max_num_queries, make):
        organisation = make()
        role = organisation.roles[-1]

        def add(rows):
            for _ in range(rows):
                make_membership(make_user(), role, organisation)
                make_membership(make_user(), role, organisation, ends_on=timezone.localdate())
                make_invitation(organisation=organisation, role=role, invited_by=admin)

        def queries() -> int:
            with django_assert_max_num_queries(20) as asked:
                client.get(organisation.get_absolute_url())
            return len(asked)

        add(3)
        for_few = queries()
        add(27)

        assert queries() == for_few


class TestOpening:
    def test_a_training_member_opens_a_company(self, client, member):
        siret = make_siret()
        spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"

        response = client.post(OPEN_COMPANY, {"name": "Aubert", "siret": spaced, "city": "Lyon"})

        opened = Company.objects.get()
        assert response.url == opened.get_absolute_url()
        assert opened.siret == siret

    def test_the_secretariat_opens_a_training_organisation(self, client, admin):
        client.post(OPEN_TRAINING, {"name": "Institut", "siret": make_siret(), "city": "Lyon"})

        assert TrainingOrganisation.objects.get().name == "Institut"

    @pytest.mark.parametrize(
        ("siret", "message"),
        [
            ("123", "Un SIRET compte quatorze chiffres."),
            ("73282932000075", "sa clé ne correspond pas"),
            ("", "Ce champ est obligatoire."),
        ],
    )
    def test_a_wrong_siret_is_told_beside_its_field(self, client, admin, siret, message):
        response = client.post(OPEN_COMPANY, {"name": "Aubert", "siret": siret, "city": "Lyon"})

        assert message in response.context["form"].errors["siret"][0]
        assert not Company.objects.exists()

    @pytest.mark.parametrize(
        ("address", "make"), [(OPEN_COMPANY, make_company), (OPEN_TRAINING, make_training_organisation)]
    )
    def test_a_siret_already_there_is_told(self, client, admin, address, make):
        siret = make().siret

        response = client.post(address, {"name": "Aubert", "siret": siret, "city": "Lyon"})

        assert "a déjà ce SIRET" in text_of(response)

    def test_other_fields_of_the_form_are_ignored(self, client, admin):
        extra = {"id": "777", "pk": "777", "kind": "formation"}

        client.post(OPEN_COMPANY, {"name": "Aubert", "siret": make_siret(), "city": "Lyon", **extra})

        assert Company.objects.get().pk != 777


class TestAccrediting:
    def test_the_next_period_is_proposed_after_the_last(self, client, admin):
        today = timezone.localdate()
        organisation = make_training_organisation(accredited_until=today)

        form = client.get(reverse("organisations:accredit", args=[organisation.pk])).context["form"]

        assert form.initial == {"rncp_code": "RNCP31395", "starts_on": today + timedelta(days=1)}

    def test_it_is_recorded(self, client, admin):
        organisation = make_training_organisation(accredited_from=None)

        response = client.post(
            reverse("organisations:accredit", args=[organisation.pk]),
            {"rncp_code": "RNCP31395", "starts_on": "2021-01-01", "ends_on": ""},
        )

        assert response.url == organisation.get_absolute_url()
        assert Accreditation.objects.get().ends_on is None

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"starts_on": "2010-01-01"}, "Une habilitation court déjà depuis le 01/01/2009"),
            ({"starts_on": "2008-02-01", "ends_on": "2008-01-01"}, "La fin ne peut pas précéder le début."),
            ({"starts_on": "2008-01-01", "ends_on": "2008-02-01", "rncp_code": "31395"}, "RNCP31395."),
        ],
    )
    def test_a_refusal_is_told(self, client, admin, fields, message):
        organisation = make_training_organisation()

        response = client.post(
            reverse("organisations:accredit", args=[organisation.pk]), {"rncp_code": "RNCP31395"} | fields
        )

        assert message in text_of(response)
        assert Accreditation.objects.count() == 1


class TestInviting:
    FIELDS = {"first_name": "Maëlle", "last_name": "Kervella", "email": "maelle@example.org"}

    @pytest.fixture
    def institute(self):
        return make_training_organisation(name="Institut lyonnais")

    def test_the_secretariat_invites_a_member(self, client, admin, institute, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(invite_address(institute), self.FIELDS | {"role": Role.TRAINING_MEMBER})

        invitation = Invitation.objects.get()
        assert response.url == institute.get_absolute_url()
        assert (invitation.organisation, invitation.role, invitation.invited_by) == (
            institute,
            Role.TRAINING_MEMBER,
            admin,
        )
        assert mail.outbox[0].to == ["maelle@example.org"]

    @pytest.mark.parametrize("who", ["admin", "member"])
    def test_a_referent_is_not_invited_here(self, client, company, request, who):
        """They are sent a link for their candidates: one way for one thing."""
        request.getfixturevalue(who)

        response = client.post(invite_address(company), self.FIELDS | {"role": Role.COMPANY_REFERENT})

        assert response.status_code == 403
        assert not Invitation.objects.exists()

    def test_nor_again_what_was_offered_before(self, client, member, company):
        invitation = make_invitation(organisation=company, invited_by=member)

        assert client.post(reverse("organisations:resend_invitation", args=[invitation.pk])).status_code == 403
        assert "Renvoyer" not in text_of(client.get(INVITATIONS))
        assert client.post(reverse("organisations:withdraw_invitation", args=[invitation.pk])).status_code == 302

    def test_a_role_that_is_not_offered_is_refused(self, client, admin, institute):
        response = client.post(invite_address(institute), self.FIELDS | {"role": Role.ADMIN})

        assert response.context["form"].errors["role"]
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.PANEL_ASSESSOR])
    def test_the_secretariat_chooses_the_role_at_the_certifier(self, client, admin, role):
        client.post(invite_address(make_awarding_body()), self.FIELDS | {"role": role})

        assert Invitation.objects.get().role == role

    @pytest.mark.parametrize(
        "name",
        ["https://evil.example", "Gagnez <b>100</b>", "écrivez à x@evil.example", "a\nBcc: x", "RDV 14h"],
    )
    def test_a_name_is_not_a_message_of_ones_own(self, client, admin, institute, name):
        response = client.post(
            invite_address(institute), self.FIELDS | {"role": Role.TRAINING_MEMBER, "last_name": name}
        )

        assert response.context["form"].errors["last_name"]
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("name", ["D’Hérouville-Nguyễn", "de La Tour d'Auvergne", "Ó Súilleabháin", "N."])
    def test_a_name_is_kept_as_it_is_written(self, client, admin, institute, name):
        client.post(invite_address(institute), self.FIELDS | {"role": Role.TRAINING_MEMBER, "last_name": name})

        assert Invitation.objects.get().last_name == name

    def test_a_member_is_told_to_be_one(self, client, admin, institute):
        make_training_member(institute, email="maelle@example.org")

        response = client.post(invite_address(institute), self.FIELDS | {"role": Role.TRAINING_MEMBER})

        assert response.context["form"].errors["email"] == ["Cette personne exerce déjà ce rôle ici."]

    def test_a_closed_account_is_told_to_be_closed(self, client, admin, institute):
        make_user(email="maelle@example.org", is_active=False)

        response = client.post(invite_address(institute), self.FIELDS | {"role": Role.TRAINING_MEMBER})

        assert "compte de cette personne est fermé" in response.context["form"].errors["email"][0]

    def test_sending_again_replaces_the_link(self, client, admin, institute):
        first = make_invitation(role=Role.TRAINING_MEMBER, organisation=institute, invited_by=admin)

        response = client.post(reverse("organisations:resend_invitation", args=[first.pk]))

        first.refresh_from_db()
        second = Invitation.objects.unanswered().get()
        assert response.url == institute.get_absolute_url()
        assert first.superseded_at is not None
        assert (second.email, second.full_name) == (first.email, first.full_name)

    def test_sending_again_to_somebody_who_joined_is_told(self, client, admin, institute):
        invitation = make_invitation(role=Role.TRAINING_MEMBER, organisation=institute)
        make_training_member(institute, email=invitation.email)

        response = client.post(reverse("organisations:resend_invitation", args=[invitation.pk]), follow=True)

        assert "exerce déjà ce rôle" in text_of(response)

    def test_withdrawing_twice_is_told(self, client, admin, company):
        address = reverse("organisations:withdraw_invitation", args=[make_invitation(organisation=company).pk])
        client.post(address)

        response = client.post(address, follow=True)

        assert "n’attend plus de réponse" in text_of(response)


class TestPeople:
    def test_a_person_is_shown_with_their_roles(self, client, admin, company):
        referent = make_referent(company, first_name="Élodie", last_name="Le Goff")

        page = text_of(client.get(reverse("organisations:person", args=[referent.pk])))

        assert "Élodie Le Goff" in page
        assert "Aubert &amp; Filles" in page

    def test_ending_a_role_takes_the_rights_of_an_open_session(self, client, admin, company):
        referent = make_referent(company)
        session = type(client)()
        session.force_login(referent)
        assert session.get(company.get_absolute_url()).status_code == 200

        client.post(reverse("organisations:end_membership", args=[referent.memberships.get().pk]))

        assert session.get(company.get_absolute_url()).status_code == 404

    def test_closing_an_account_ends_its_session_and_reopening_gives_no_role(self, client, admin, company):
        referent = make_referent(company)
        session = type(client)()
        session.force_login(referent)

        client.post(reverse("organisations:close_account", args=[referent.pk]))
        assert session.get(company.get_absolute_url()).status_code == 302

        client.post(reverse("organisations:reopen_account", args=[referent.pk]))
        session.force_login(referent)
        assert session.get(company.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("gesture", ["end_membership", "close_account"])
    def test_the_last_admin_is_told_to_be_the_last(self, client, admin, gesture):
        target = admin.memberships.get().pk if gesture == "end_membership" else admin.pk

        response = client.post(reverse(f"organisations:{gesture}", args=[target]), follow=True)

        assert "dernière personne du secrétariat" in text_of(response)

    @pytest.mark.parametrize(
        ("gesture", "words"),
        [("end_membership", "déjà terminé"), ("close_account", "déjà fermé"), ("reopen_account", "déjà ouvert")],
    )
    def test_a_second_click_is_told(self, client, admin, gesture, words):
        referent = make_referent()
        target = referent.memberships.get().pk if gesture == "end_membership" else referent.pk
        address = reverse(f"organisations:{gesture}", args=[target])
        client.post(address)

        assert words in text_of(client.post(address, follow=True))
