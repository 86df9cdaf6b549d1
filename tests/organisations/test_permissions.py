from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.enums import Role
from organisations.permissions import (
    Access,
    access_of,
    may_administer,
    may_invite,
    may_list_organisations,
    may_open_company,
    may_withdraw,
)
from tests.builders.organisations import (
    make_admin,
    make_awarding_body,
    make_company,
    make_membership,
    make_training_organisation,
    make_user,
)

NOBODY = Access()
ADMIN = Access(is_admin=True)
PANEL = Access(is_panel_assessor=True)
TRAINING = Access(training_organisation_ids=frozenset({1}))
REFERENT = Access(company_ids=frozenset({1}))
EVERYBODY = [NOBODY, ADMIN, PANEL, TRAINING, REFERENT]


@pytest.mark.parametrize(
    ("may", "allowed"),
    [
        (may_administer, [ADMIN]),
        (may_open_company, [ADMIN, TRAINING]),
        (may_list_organisations, [ADMIN, TRAINING]),
    ],
)
def test_who_may(may, allowed):
    assert [access for access in EVERYBODY if may(access)] == allowed


@pytest.mark.parametrize(
    ("access", "roles"),
    [
        (ADMIN, [Role.ADMIN, Role.PANEL_ASSESSOR, Role.TRAINING_MEMBER]),
        (TRAINING, []),
        (REFERENT, []),
        (PANEL, []),
        (NOBODY, []),
    ],
)
def test_who_invites_to_which_role(access, roles):
    assert [role for role in Role if may_invite(access, role)] == roles


@pytest.mark.parametrize(
    ("access", "roles"),
    [
        (ADMIN, list(Role)),
        (TRAINING, [Role.COMPANY_REFERENT]),
        (REFERENT, []),
    ],
)
def test_who_takes_an_invitation_back(access, roles):
    assert [role for role in Role if may_withdraw(access, role)] == roles


@pytest.mark.django_db
class TestAccess:
    def test_it_gathers_the_roles_in_force(self):
        person, organisation, company = make_user(), make_training_organisation(), make_company()
        make_membership(person, Role.TRAINING_MEMBER, organisation)
        make_membership(person, Role.COMPANY_REFERENT, company)
        make_membership(person, Role.ADMIN, make_awarding_body(), ends_on=date(2020, 1, 1))

        access = access_of(person)

        assert access == Access(
            user_id=person.pk,
            training_organisation_ids=frozenset({organisation.pk}),
            company_ids=frozenset({company.pk}),
        )
        assert access.is_training_member
        assert access.is_referent

    def test_it_is_read_once_for_a_request(self, django_assert_num_queries):
        person = make_admin()

        with django_assert_num_queries(1):
            assert access_of(person).is_admin
            assert access_of(person).is_admin

    def test_it_is_read_again_for_another_day(self):
        person = make_user()
        make_membership(person, Role.ADMIN, make_awarding_body(), starts_on=date(2021, 1, 1), ends_on=date(2021, 6, 1))

        assert access_of(person, on=date(2021, 5, 31)).is_admin
        assert not access_of(person, on=date(2021, 6, 1)).is_admin

    def test_a_closed_account_reaches_nothing(self):
        assert access_of(make_admin(is_active=False)) == NOBODY

    def test_nobody_signed_in_reaches_nothing(self):
        assert access_of(AnonymousUser()) == NOBODY
