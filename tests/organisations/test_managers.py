"""Who answers for a training organisation: named, released, and told."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.models import Entry
from organisations import services
from organisations.managers import managers_by_organisation, managers_of, organisations_managed_by
from organisations.models import Membership
from tests.builders.organisations import (
    make_admin,
    make_referent,
    make_training_member,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def organisation():
    return make_training_organisation()


@pytest.fixture
def member(organisation):
    return make_training_member(organisation)


class TestWhoTheyAre:
    def test_every_member_while_nobody_is_named(self, organisation, member):
        colleague = make_training_member(organisation)
        make_training_member()

        assert set(managers_of(organisation, on=TODAY)) == {member, colleague}

    def test_then_those_named_alone(self, organisation, member):
        make_training_member(organisation)
        services.name_manager(member.memberships.get(), by=member, at=NOW)

        assert managers_of(organisation, on=TODAY) == (member,)
        assert organisations_managed_by(member, on=TODAY) == {organisation.pk}

    def test_whoever_was_named_and_has_left_is_told_no_more(self, organisation, member):
        colleague = make_training_member(organisation)
        services.name_manager(member.memberships.get(), by=member, at=NOW)
        services.end_membership(member.memberships.get(), by=make_admin(), at=NOW)

        assert managers_of(organisation, on=TODAY) == (colleague,)
        assert organisations_managed_by(member, on=TODAY) == frozenset()

    def test_nobody_is_nobody(self, organisation):
        make_training_member(organisation, is_active=False)

        assert managers_of(organisation, on=TODAY) == ()
        assert organisations_managed_by(make_referent(), on=TODAY) == frozenset()

    def test_many_organisations_in_one_query(self):
        members = [make_training_member() for _ in range(4)]
        places = [member.memberships.get().training_organisation_id for member in members]

        with CaptureQueriesContext(connection) as captured:
            found = managers_by_organisation(places, on=TODAY)

        assert found == {place: (member,) for place, member in zip(places, members, strict=True)}
        assert len(captured) == 1


class TestServices:
    def test_each_leaves_an_entry(self, organisation, member):
        membership = member.memberships.get()

        services.name_manager(membership, by=member, at=NOW)
        services.release_manager(membership, by=member, at=NOW)

        membership.refresh_from_db()
        assert not membership.is_manager
        actions = Entry.objects.order_by("seq").values_list("action", "subject", "on_behalf_of")
        place = f"training_organisation:{organisation.pk}"
        assert list(actions) == [
            ("membership.manager_named", membership.reference, place),
            ("membership.manager_released", membership.reference, place),
        ]

    def test_not_twice(self, member):
        membership = member.memberships.get()

        with pytest.raises(services.NotAManager):
            services.release_manager(membership, by=member, at=NOW)
        services.name_manager(membership, by=member, at=NOW)
        with pytest.raises(services.AlreadyManager):
            services.name_manager(membership, by=member, at=NOW)

    def test_not_once_the_role_has_ended(self, member):
        membership = services.end_membership(member.memberships.get(), by=make_admin(), at=NOW)

        with pytest.raises(services.MembershipAlreadyEnded):
            services.name_manager(membership, by=member, at=NOW)

    def test_only_in_a_training_organisation(self):
        with pytest.raises(services.NoManagerHere):
            services.name_manager(make_referent().memberships.get(), by=make_admin(), at=NOW)

    def test_which_the_database_holds_too(self):
        with pytest.raises(IntegrityError, match="organisations_membership_manager"):
            Membership.objects.filter(pk=make_referent().memberships.get().pk).update(is_manager=True)


class TestPage:
    def path(self, person, way: str = "") -> str:
        return f"/organisations/rattachements/{person.memberships.get().pk}/responsable/{way}"

    @pytest.mark.parametrize("who", ["admin", "colleague"])
    def test_an_admin_and_the_organisation_itself_name_and_release(self, client, organisation, member, who):
        client.force_login(make_admin() if who == "admin" else make_training_member(organisation))

        named = client.post(self.path(member), follow=True).content.decode()
        assert f"{member} recevra désormais les retards de {organisation}." in named
        assert "responsable : reçoit les retards" in named
        assert Membership.objects.get(user=member).is_manager
        client.post(self.path(member, "retirer/"))
        assert not Membership.objects.get(user=member).is_manager

    def test_a_second_click_is_said(self, client, member):
        client.force_login(member)

        assert "n’était plus responsable" in client.post(self.path(member, "retirer/"), follow=True).content.decode()
        client.post(self.path(member))
        assert "est déjà responsable" in client.post(self.path(member), follow=True).content.decode()

    def test_another_organisation_does_not(self, client, member):
        client.force_login(make_training_member())

        assert client.post(self.path(member)).status_code == 404
        assert not Membership.objects.get(user=member).is_manager

    def test_there_is_none_elsewhere(self, client):
        client.force_login(make_admin())

        assert client.post(self.path(make_referent())).status_code == 404

    def test_nor_for_a_role_that_has_ended(self, client, member):
        Membership.objects.filter(user=member).update(ends_on=timezone.localdate())
        client.force_login(make_admin())

        assert client.post(self.path(member)).status_code == 404
