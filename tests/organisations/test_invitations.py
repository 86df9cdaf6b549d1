"""Inviting, mailing the link, answering: the services and what the mail says."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sending import send
from journal.models import Entry
from organisations import services
from organisations.enums import Role
from organisations.models import INVITATION_MAIL, Invitation, Membership
from organisations.notifications import COMPOSERS
from tests.builders.organisations import (
    PASSWORD,
    make_admin,
    make_awarding_body,
    make_company,
    make_invitation,
    make_membership,
    make_referent,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
TOO_LATE = NOW + timedelta(days=7)


@pytest.fixture
def admin():
    return make_admin(first_name="Anne", last_name="Lemoine")


@pytest.fixture
def company():
    return make_company(name="Aubert & Filles Courtage")


@pytest.fixture
def invite(admin, company, django_capture_on_commit_callbacks, time_machine):
    """Invite a referent, and let what follows the commit happen."""

    def send(organisation=company, *, role=Role.COMPANY_REFERENT, email="maelle@example.org", at=NOW, by=admin):
        time_machine.move_to(at, tick=False)
        with django_capture_on_commit_callbacks(execute=True):
            return services.invite(
                organisation, role=role, email=email, first_name="Maëlle", last_name="Kervella", by=by, at=at
            )

    return send


def token_in(message) -> str:
    return re.search(r"/organisations/invitation/([\w-]+)/", message.body).group(1)


def last_entry() -> Entry:
    return Entry.objects.latest("seq")


class TestInvite:
    def test_it_is_recorded_and_lives_seven_days(self, invite, company, admin):
        invitation = invite(email=" Maelle@Example.org ")

        invitation.refresh_from_db()
        assert (invitation.organisation, invitation.role) == (company, Role.COMPANY_REFERENT)
        assert invitation.email == "maelle@example.org"
        assert (invitation.invited_by, invitation.invited_at, invitation.expires_at) == (admin, NOW, TOO_LATE)

    def test_the_journal_says_who_and_what_without_naming_the_person(self, invite, company, admin):
        invitation = invite()

        entry = last_entry()
        assert (entry.action, entry.subject, entry.actor) == ("invitation.sent", invitation.reference, admin.reference)
        assert entry.after == {
            "role": "company_referent",
            "organisation": f"company:{company.pk}",
            "supersedes": [],
        }

    def test_the_mail_leaves_once_it_is_committed(self, invite):
        invite()

        (message,) = mail.outbox
        assert message.to == ["maelle@example.org"]
        assert "Bonjour Maëlle Kervella" in message.body
        assert "Anne Lemoine vous invite" in message.body
        assert "Aubert & Filles Courtage" in message.body
        assert "avant le 7 juillet 2021 à 12 h 00" in message.body.replace("\xa0", " ")

    def test_the_link_is_of_our_own_origin(self, invite, settings):
        settings.SITE_URL = "https://cqp.example.org"

        invite()

        assert "https://cqp.example.org/organisations/invitation/" in mail.outbox[0].body

    def test_the_database_keeps_only_the_hash_of_a_long_secret(self, invite):
        invitation = invite()

        token = token_in(mail.outbox[0])
        invitation.refresh_from_db()
        assert len(token) * 6 >= 128
        assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert token not in "".join(str(list(model.objects.values())) for model in (Invitation, Entry, Mail))

    def test_the_next_one_replaces_it(self, invite):
        first = invite()
        second = invite(at=LATER)

        first.refresh_from_db()
        assert first.superseded_at == LATER
        assert last_entry().after["supersedes"] == [first.reference]
        assert not Invitation.objects.open_with(token_in(mail.outbox[0]), at=LATER).exists()
        assert Invitation.objects.open_with(token_in(mail.outbox[1]), at=LATER).get() == second

    @pytest.mark.parametrize("other", ["organisation", "role", "address"])
    def test_it_replaces_no_other(self, invite, other):
        body = make_awarding_body()
        first = invite(body, role=Role.ADMIN)
        invite(
            make_company() if other == "organisation" else body,
            role={"organisation": Role.COMPANY_REFERENT, "role": Role.PANEL_ASSESSOR, "address": Role.ADMIN}[other],
            email="autre@example.org" if other == "address" else first.email,
        )

        first.refresh_from_db()
        assert first.superseded_at is None

    def test_a_role_of_another_kind_of_organisation_is_refused(self, invite):
        with pytest.raises(services.RoleNotHeldHere):
            invite(role=Role.ADMIN)

        assert not Invitation.objects.exists()

    def test_somebody_who_holds_the_role_is_not_invited_again(self, invite, company):
        make_referent(company, email="maelle@example.org")

        with pytest.raises(services.AlreadyMember):
            invite(email="MAELLE@example.org")

        assert not Invitation.objects.exists()
        assert not Entry.objects.exists()

    def test_somebody_whose_role_ended_is_invited_again(self, invite, company):
        person = make_user(email="maelle@example.org")
        make_membership(person, Role.COMPANY_REFERENT, company, ends_on=date(2021, 6, 30))

        assert invite().pk

    def test_a_closed_account_is_not_invited(self, invite):
        make_user(email="maelle@example.org", is_active=False)

        with pytest.raises(services.AccountClosed):
            invite()


class TestSending:
    @pytest.fixture
    def queued(self, admin, company):
        """Invited, and the mail still in the outbox."""
        person = {"email": "maelle@example.org", "first_name": "Maëlle", "last_name": "Kervella"}
        return services.invite(company, role=Role.COMPANY_REFERENT, **person, by=admin, at=NOW)

    def test_the_outbox_names_the_invitation(self, queued):
        row = Mail.objects.get()

        assert (row.key, row.about) == (f"organisations.invitation:{queued.pk}", queued.reference)
        assert (row.to, row.facts) == ("maelle@example.org", {"invitation": queued.pk})

    def test_a_mail_sent_twice_carries_the_same_link(self, queued):
        send(Mail.objects.get().pk, at=NOW)
        copy = COMPOSERS[INVITATION_MAIL](Mail.objects.get(), LATER)

        assert token_in(copy) == token_in(mail.outbox[0])
        assert Invitation.objects.open_with(token_in(copy), at=LATER).get() == queued

    def test_a_withdrawn_invitation_is_not_mailed(self, queued, admin):
        services.withdraw_invitation(queued, by=admin, at=NOW)

        send(Mail.objects.get().pk, at=LATER)

        assert Mail.objects.get().state == MailState.DROPPED
        assert mail.outbox == []

    def test_a_link_too_old_to_be_used_is_not_mailed(self, queued):
        send(Mail.objects.get().pk, at=TOO_LATE)

        assert Mail.objects.get().state == MailState.DROPPED

    @pytest.mark.parametrize("state", ["waiting", "failed", "sent"])
    def test_the_lists_know_what_became_of_the_mail(self, queued, state):
        written = {"state": state} | ({"sent_at": NOW} if state == "sent" else {})
        Mail.objects.update(**written)

        assert Invitation.objects.with_state(LATER).get().mail_state == state

    def test_an_invitation_older_than_the_outbox_has_no_mail_state(self):
        make_invitation()

        assert Invitation.objects.with_state(NOW).get().mail_state is None


class TestAccept:
    def test_it_opens_the_account_with_its_role(self, invite, company):
        invite()

        membership = services.accept_invitation(token_in(mail.outbox[0]), password=PASSWORD, at=LATER)

        person = User.objects.get(email="maelle@example.org")
        assert (person.first_name, person.last_name) == ("Maëlle", "Kervella")
        assert person.check_password(PASSWORD)
        assert (membership.user, membership.role) == (person, Role.COMPANY_REFERENT)
        assert (membership.organisation, membership.starts_on) == (company, date(2021, 7, 2))

    def test_the_day_is_that_of_paris(self, invite):
        invite()

        membership = services.accept_invitation(
            token_in(mail.outbox[0]), password=PASSWORD, at=datetime(2021, 7, 1, 22, 30, tzinfo=UTC)
        )

        assert membership.starts_on == date(2021, 7, 2)

    def test_the_journal_says_who_answered(self, invite):
        invitation = invite()

        membership = services.accept_invitation(token_in(mail.outbox[0]), password=PASSWORD, at=LATER)

        entry = last_entry()
        assert (entry.action, entry.subject) == ("invitation.accepted", invitation.reference)
        assert entry.actor == membership.user.reference
        assert entry.after == {"account": membership.user.reference, "membership": membership.reference}

    @pytest.mark.parametrize("state", ["wrong", "answered", "replaced", "withdrawn", "expired"])
    def test_a_link_that_does_not_stand_is_refused(self, invite, admin, state):
        invitation = invite()
        token, at = token_in(mail.outbox[0]), LATER
        if state == "wrong":
            token = "A" * 43
        elif state == "answered":
            services.accept_invitation(token, password=PASSWORD, at=at)
        elif state == "replaced":
            invite(at=NOW + timedelta(days=1))
        elif state == "withdrawn":
            services.withdraw_invitation(invitation, by=admin, at=NOW)
        else:
            at = TOO_LATE
        accounts, memberships = User.objects.count(), Membership.objects.count()

        with pytest.raises(services.InvitationNotValid):
            services.accept_invitation(token, password="une-autre-phrase-assez-longue", at=at)

        assert (User.objects.count(), Membership.objects.count()) == (accounts, memberships)

    def test_it_opens_no_second_account_for_an_address(self, invite):
        person = make_user(email="maelle@example.org")
        invite()

        with pytest.raises(services.AccountExists):
            services.accept_invitation(token_in(mail.outbox[0]), password="une-autre-phrase-assez-longue", at=LATER)

        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert not person.memberships.exists()


class TestJoin:
    def test_it_adds_the_role_to_the_account(self, invite, company):
        person = make_user(email="maelle@example.org")
        make_membership(person, Role.TRAINING_MEMBER, make_training_organisation())
        invite()

        membership = services.join(token_in(mail.outbox[0]), by=person, at=LATER)

        assert (membership.user, membership.organisation) == (person, company)
        assert person.memberships.count() == 2
        assert last_entry().actor == person.reference

    def test_another_person_does_not_take_the_place(self, invite):
        make_user(email="maelle@example.org")
        somebody_else = make_user(email="autre@example.org")
        invitation = invite()

        with pytest.raises(services.NotTheInvited):
            services.join(token_in(mail.outbox[0]), by=somebody_else, at=LATER)

        invitation.refresh_from_db()
        assert invitation.accepted_at is None
        assert not somebody_else.memberships.exists()

    def test_a_second_click_is_refused(self, invite):
        person = make_user(email="maelle@example.org")
        invite()
        token = token_in(mail.outbox[0])
        services.join(token, by=person, at=LATER)

        with pytest.raises(services.InvitationNotValid):
            services.join(token, by=person, at=LATER)

        assert person.memberships.count() == 1

    def test_a_role_obtained_meanwhile_is_not_doubled(self, invite, company):
        person = make_user(email="maelle@example.org")
        invite()
        already = make_membership(person, Role.COMPANY_REFERENT, company)

        assert services.join(token_in(mail.outbox[0]), by=person, at=LATER) == already


class TestWithdraw:
    def test_it_is_recorded(self, invite, admin):
        invitation = invite()

        services.withdraw_invitation(invitation, by=admin, at=LATER)

        invitation.refresh_from_db()
        assert invitation.superseded_at == LATER
        entry = last_entry()
        assert (entry.action, entry.subject) == ("invitation.withdrawn", invitation.reference)
        assert entry.actor == admin.reference

    def test_an_answered_invitation_is_not_withdrawn(self, admin):
        invitation = make_invitation(invited_at=NOW, accepted_at=NOW, accepted_by=make_user())

        with pytest.raises(services.InvitationAnswered):
            services.withdraw_invitation(invitation, by=admin, at=LATER)

        assert not Entry.objects.exists()

    def test_the_second_call_is_refused(self, invite, admin):
        invitation = invite()
        services.withdraw_invitation(invitation, by=admin, at=LATER)

        with pytest.raises(services.InvitationAnswered):
            services.withdraw_invitation(invitation, by=admin, at=LATER)

        assert Entry.objects.filter(action="invitation.withdrawn").count() == 1
