"""Each rule that the database holds, broken once, whoever writes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.enums import Role
from organisations.models import Accreditation, AwardingBody, Company, Membership, Presidency, TrainingOrganisation
from tests.builders.organisations import (
    LONG_AGO,
    make_awarding_body,
    make_company,
    make_invitation,
    make_membership,
    make_siret,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused():
    """The write inside raises, and the message names the constraint where the database tells it."""

    def refuse(write, **fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            write(**fields)

    return refuse


@pytest.mark.parametrize("make", [make_company, make_training_organisation])
@pytest.mark.parametrize("siret", ["", "123", "1234567890123A", "123456789012345"[:13]])
def test_a_siret_has_fourteen_digits(refused, make, siret):
    refused(make, siret=siret)


@pytest.mark.parametrize("make", [make_company, make_training_organisation])
def test_a_siret_is_of_one_organisation(refused, make):
    siret = make_siret()
    make(siret=siret)

    refused(make, siret=siret)


def test_a_training_organisation_may_employ_candidates_too():
    siret = make_siret()

    make_company(siret=siret)
    make_training_organisation(siret=siret)

    assert Company.objects.get().siret == TrainingOrganisation.objects.get().siret


def test_the_awarding_body_is_named_once(refused):
    make_awarding_body()

    refused(AwardingBody.objects.create, short_name="CSCA", name="Autre", address="ailleurs", city="Paris")


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Presidency, lambda: {"awarding_body": make_awarding_body(), "name": "Hélène Vasseur"}),
        (Accreditation, lambda: {"training_organisation": make_training_organisation(), "rncp_code": "RNCP31395"}),
        (
            Membership,
            lambda: {"user": make_user(), "role": Role.COMPANY_REFERENT, "company": make_company()},
        ),
    ],
    ids=["presidency", "accreditation", "membership"],
)
def test_a_period_does_not_end_before_it_begins(refused, model, fields):
    day = date(2021, 8, 7)

    model.objects.create(**fields(), starts_on=day, ends_on=day)
    refused(model.objects.create, **fields(), starts_on=day, ends_on=day - timedelta(days=1))


HOMES = {
    Role.ADMIN: "awarding_body",
    Role.PANEL_ASSESSOR: "awarding_body",
    Role.TRAINING_MEMBER: "training_organisation",
    Role.COMPANY_REFERENT: "company",
}
PLACES = {
    "awarding_body": make_awarding_body,
    "training_organisation": make_training_organisation,
    "company": make_company,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_a_role_is_held_in_its_own_kind_of_organisation(refused, role, place):
    fields = {"user": make_user(), "role": role, "starts_on": LONG_AGO, place: PLACES[place]()}

    if HOMES[role] == place:
        assert Membership.objects.create(**fields).organisation == fields[place]
    else:
        refused(Membership.objects.create, **fields)


def test_a_role_is_held_in_one_organisation(refused):
    fields = {"user": make_user(), "role": Role.COMPANY_REFERENT, "starts_on": LONG_AGO}

    refused(Membership.objects.create, **fields)
    refused(
        Membership.objects.create, **fields, company=make_company(), training_organisation=make_training_organisation()
    )


def test_an_unknown_role_is_refused(refused):
    refused(Membership.objects.create, user=make_user(), role="king", starts_on=LONG_AGO, company=make_company())


@pytest.mark.parametrize(("role", "place"), [(role, HOMES[role]) for role in Role])
def test_a_role_is_held_once_at_a_time(refused, role, place):
    person, organisation = make_user(), PLACES[place]()
    earlier = make_membership(person, role, organisation, ends_on=date(2020, 1, 1))
    make_membership(person, role, organisation, starts_on=date(2020, 1, 1))

    refused(make_membership, user=person, role=role, organisation=organisation, starts_on=date(2021, 1, 1))
    assert earlier.user == person


def test_one_person_may_hold_two_roles():
    person, body = make_user(), make_awarding_body()

    make_membership(person, Role.ADMIN, body)
    make_membership(person, Role.PANEL_ASSESSOR, body)
    make_membership(person, Role.COMPANY_REFERENT, make_company())
    make_membership(person, Role.COMPANY_REFERENT, make_company())

    assert person.memberships.count() == 4


def test_an_invitation_is_to_a_role_of_its_organisation(refused):
    refused(make_invitation, role=Role.ADMIN, organisation=make_company())


def test_an_address_has_one_unanswered_invitation_to_a_role(refused):
    company = make_company()
    make_invitation(organisation=company, email="dominique@example.org")

    refused(make_invitation, organisation=company, email="Dominique@example.org")
    make_invitation(organisation=make_company(), email="dominique@example.org")


def test_an_answered_or_replaced_invitation_leaves_its_place():
    company, now = make_company(), timezone.now()
    make_invitation(organisation=company, email="d@example.org", accepted_at=now, accepted_by=make_user())
    make_invitation(organisation=company, email="d@example.org", superseded_at=now)

    make_invitation(organisation=company, email="d@example.org")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"accepted_at": timezone.now()}, id="accepted by nobody"),
        pytest.param({"expires_at": timezone.now() - timedelta(days=1)}, id="dead before it was born"),
    ],
)
def test_an_invitation_does_not_contradict_itself(refused, fields):
    refused(make_invitation, **fields)


def test_an_invitation_is_not_both_accepted_and_withdrawn(refused):
    now = timezone.now()

    refused(make_invitation, accepted_at=now, accepted_by=make_user(), superseded_at=now)
