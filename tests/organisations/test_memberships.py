from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from journal.models import Entry
from organisations import services
from organisations.enums import Role
from organisations.models import Membership
from organisations.permissions import access_of
from organisations.services import memberships
from tests.builders.organisations import (
    LONG_AGO,
    make_admin,
    make_awarding_body,
    make_company,
    make_membership,
    make_panel_assessor,
    make_referent,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)
TODAY = date(2021, 6, 30)


@pytest.fixture
def admin():
    return make_admin()


def rights_of(user, on=TODAY):
    return access_of(type(user).objects.get(pk=user.pk), on=on)


class TestEndMembership:
    def test_the_rights_end_at_once(self, admin):
        referent = make_referent()
        assert rights_of(referent).is_referent

        ended = services.end_membership(referent.memberships.get(), by=admin, at=NOW)

        assert ended.ends_on == TODAY
        assert not rights_of(referent).is_referent

    def test_a_role_begun_the_same_day_ends_too(self, admin):
        referent = make_user()
        membership = make_membership(referent, Role.COMPANY_REFERENT, make_company(), starts_on=TODAY)

        services.end_membership(membership, by=admin, at=NOW)

        assert not rights_of(referent).is_referent

    def test_a_role_to_come_never_begins(self, admin):
        referent, tomorrow = make_user(), TODAY + timedelta(days=1)
        membership = make_membership(referent, Role.COMPANY_REFERENT, make_company(), starts_on=tomorrow)

        services.end_membership(membership, by=admin, at=NOW)

        assert not rights_of(referent, on=tomorrow).is_referent

    def test_the_journal_says_so(self, admin):
        membership = make_referent().memberships.get()

        services.end_membership(membership, by=admin, at=NOW)

        entry = Entry.objects.get()
        assert (entry.action, entry.subject) == ("membership.ended", membership.reference)
        assert (entry.actor, entry.at) == (admin.reference, NOW)
        assert (entry.before, entry.after) == ({"ends_on": None}, {"ends_on": "2021-06-30"})

    def test_the_second_call_is_refused(self, admin):
        membership = make_referent().memberships.get()
        services.end_membership(membership, by=admin, at=NOW)

        with pytest.raises(services.MembershipAlreadyEnded):
            services.end_membership(membership, by=admin, at=NOW)

        assert Entry.objects.count() == 1

    def test_the_last_admin_stays(self, admin):
        make_admin(is_active=False)
        make_panel_assessor()

        with pytest.raises(services.LastAdmin):
            services.end_membership(admin.memberships.get(), by=admin, at=NOW)

        assert rights_of(admin).is_admin
        assert not Entry.objects.exists()

    def test_one_admin_of_two_may_leave(self, admin):
        other = make_admin()

        services.end_membership(admin.memberships.get(), by=other, at=NOW)

        assert not rights_of(admin).is_admin

    def test_without_the_certifier_a_referent_may_leave(self):
        referent = make_referent()

        services.end_membership(referent.memberships.get(), by=referent, at=NOW)

        assert not rights_of(referent).is_referent


class TestCloseAccount:
    def test_every_role_ends_with_it(self, admin):
        person = make_user()
        make_membership(person, Role.PANEL_ASSESSOR, make_awarding_body())
        make_membership(person, Role.COMPANY_REFERENT, make_company(), starts_on=TODAY + timedelta(days=9))
        past = make_membership(person, Role.COMPANY_REFERENT, make_company(), ends_on=date(2020, 1, 1))

        closed = services.close_account(person, by=admin, at=NOW)

        assert not closed.is_active
        assert not Membership.objects.filter(user=person).lasting_beyond(TODAY + timedelta(days=99)).exists()
        past.refresh_from_db()
        assert past.ends_on == date(2020, 1, 1)

    def test_the_journal_names_the_roles_that_ended(self, admin):
        referent = make_referent()
        membership = referent.memberships.get()

        services.close_account(referent, by=admin, at=NOW)

        entry = Entry.objects.get()
        assert (entry.action, entry.subject, entry.actor) == ("account.closed", referent.reference, admin.reference)
        assert entry.after == {"ended": [membership.reference]}

    def test_the_second_call_is_refused(self, admin):
        referent = make_referent()
        services.close_account(referent, by=admin, at=NOW)

        with pytest.raises(services.AccountAlreadyClosed):
            services.close_account(referent, by=admin, at=NOW)

        assert Entry.objects.count() == 1

    def test_the_last_admin_stays(self, admin):
        with pytest.raises(services.LastAdmin):
            services.close_account(admin, by=admin, at=NOW)

        admin.refresh_from_db()
        assert admin.is_active
        assert rights_of(admin).is_admin


class TestReopenAccount:
    def test_it_comes_back_without_a_role(self, admin):
        referent = make_referent()
        services.close_account(referent, by=admin, at=NOW)

        reopened = services.reopen_account(referent, by=admin, at=NOW)

        assert reopened.is_active
        assert not rights_of(referent).is_referent
        entry = Entry.objects.latest("seq")
        assert (entry.action, entry.subject) == ("account.reopened", referent.reference)

    def test_an_open_account_is_not_reopened(self, admin):
        with pytest.raises(services.AccountNotClosed):
            services.reopen_account(make_user(), by=admin, at=NOW)

        assert not Entry.objects.exists()


@pytest.mark.usefixtures("postgresql", "committed")
class TestTwoAdminsWhoEndEachOther:
    ROUNDS = 10

    def duel(self) -> list[str]:
        """Both click together. What became of each click."""
        Membership.objects.update(ends_on=LONG_AGO)
        first, second = make_admin(), make_admin()
        start = Barrier(2)

        def end(by, whose):
            try:
                start.wait()
                services.end_membership(whose.memberships.get(), by=by, at=NOW)
            except services.LastAdmin:
                return "refused"
            finally:
                connection.close()
            return "ended"

        with ThreadPoolExecutor(2) as both:
            return sorted(both.map(end, [first, second], [second, first]))

    def test_without_the_lock_nobody_is_left_now_and_then(self, monkeypatch):
        """The control: the same clicks, with the lock away, do meet."""
        monkeypatch.setattr(memberships, "_lock_secretariat", lambda: None)

        rounds = [self.duel() for _ in range(self.ROUNDS)]

        assert ["ended", "ended"] in rounds

    def test_with_the_lock_one_is_always_left(self):
        rounds = [self.duel() for _ in range(self.ROUNDS)]

        assert rounds == [["ended", "refused"]] * self.ROUNDS
