from datetime import UTC, date, datetime, timedelta

import pytest

from organisations.enums import AccreditationState, InvitationState, Role
from organisations.models import AwardingBody, Company, Invitation, Membership, TrainingOrganisation
from organisations.tokens import hash_token
from tests.builders.organisations import (
    make_accreditation,
    make_admin,
    make_awarding_body,
    make_company,
    make_invitation,
    make_membership,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 30)
NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "held"),
    [
        pytest.param(days(0), None, True, id="begun today"),
        pytest.param(days(1), None, False, id="beginning tomorrow"),
        pytest.param(days(-9), days(1), True, id="ending tomorrow"),
        pytest.param(days(-9), days(0), False, id="ended today: no rights are left"),
        pytest.param(days(0), days(0), False, id="begun and ended today"),
    ],
)
def test_a_membership_in_force(starts_on, ends_on, held):
    make_membership(make_user(), Role.COMPANY_REFERENT, make_company(), starts_on=starts_on, ends_on=ends_on)

    assert Membership.objects.in_force(TODAY).exists() is held
    assert Membership.objects.ended(TODAY).exists() is (ends_on is not None and ends_on <= TODAY)


@pytest.mark.parametrize(
    ("periods", "state"),
    [
        pytest.param([], AccreditationState.NONE, id="never"),
        pytest.param([(days(-99), None)], AccreditationState.IN_FORCE, id="without an end"),
        pytest.param([(days(-99), days(61))], AccreditationState.IN_FORCE, id="ending in 61 days"),
        pytest.param([(days(-99), days(60))], AccreditationState.ENDING, id="ending in 60 days"),
        pytest.param([(days(-99), days(0))], AccreditationState.ENDING, id="ending today, still in force"),
        pytest.param([(days(-99), days(9)), (days(10), None)], AccreditationState.IN_FORCE, id="followed by another"),
        pytest.param([(days(1), None)], AccreditationState.TO_COME, id="beginning tomorrow"),
        pytest.param([(days(-99), days(-50)), (days(5), None)], AccreditationState.TO_COME, id="between two"),
        pytest.param([(days(-99), days(-1))], AccreditationState.LAPSED, id="ended yesterday"),
    ],
)
def test_the_state_of_an_accreditation(periods, state):
    organisation = make_training_organisation(accredited_from=None)
    for starts_on, ends_on in periods:
        make_accreditation(organisation, starts_on=starts_on, ends_on=ends_on)

    assert TrainingOrganisation.objects.with_accreditation(TODAY).get().accreditation_state == state


def test_counts_are_of_people_there_and_of_invitations_open():
    company = make_company()
    make_referent(company)
    make_referent(company)
    make_membership(make_user(), Role.COMPANY_REFERENT, company, ends_on=days(-1))
    make_invitation(organisation=company, invited_at=NOW)
    make_invitation(organisation=company, invited_at=NOW - timedelta(days=8))
    make_invitation(organisation=company, invited_at=NOW, superseded_at=NOW)

    counted = Company.objects.with_counts(NOW, on=TODAY).get()

    assert (counted.member_count, counted.pending_count) == (2, 1)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, InvitationState.PENDING),
        ({"expires_at": NOW}, InvitationState.EXPIRED),
        ({"superseded_at": NOW}, InvitationState.WITHDRAWN),
    ],
)
def test_the_state_of_an_invitation(fields, state):
    make_invitation(**({"invited_at": NOW - timedelta(days=3), "expires_at": NOW + timedelta(seconds=1)} | fields))

    assert Invitation.objects.with_state(NOW).get().state == state


def test_the_state_of_an_accepted_invitation():
    make_invitation(invited_at=NOW, accepted_at=NOW, accepted_by=make_user())

    assert Invitation.objects.with_state(NOW + timedelta(days=30)).get().state == InvitationState.ACCEPTED


@pytest.mark.parametrize(
    ("token", "at", "is_open"),
    [
        ("right", NOW, True),
        ("wrong", NOW, False),
        ("", NOW, False),
        ("right", NOW + timedelta(days=7), False),
    ],
)
def test_a_link_opens_its_own_invitation_while_it_lives(token, at, is_open):
    make_invitation(invited_at=NOW, token_hash=hash_token("right"))
    make_invitation(invited_at=NOW)

    assert Invitation.objects.open_with(token, at=at).exists() is is_open


class TestVisibility:
    @pytest.fixture
    def world(self):
        """Two training organisations and two companies, each with its person and its invitation."""
        lyon, paris = make_training_organisation(name="Lyon"), make_training_organisation(name="Paris")
        aubert, morel = make_company(name="Aubert"), make_company(name="Morel")
        people = {
            "admin": make_admin(last_name="admin"),
            "panel": make_panel_assessor(last_name="panel"),
            "lyon": make_training_member(lyon, last_name="lyon"),
            "paris": make_training_member(paris, last_name="paris"),
            "aubert": make_referent(aubert, last_name="aubert"),
            "morel": make_referent(morel, last_name="morel"),
            "stranger": make_user(last_name="stranger"),
            "left": make_user(last_name="left"),
            "closed": make_admin(last_name="closed", is_active=False),
        }
        make_membership(people["left"], Role.ADMIN, make_awarding_body(), ends_on=date(2020, 1, 1))
        make_invitation(organisation=aubert, invited_by=people["lyon"], last_name="by lyon")
        make_invitation(organisation=aubert, invited_by=people["paris"], last_name="by paris")
        make_invitation(organisation=lyon, role=Role.TRAINING_MEMBER, invited_by=people["admin"], last_name="by admin")
        return people

    @pytest.mark.parametrize(
        ("who", "training", "companies", "bodies", "invitations"),
        [
            ("admin", {"Lyon", "Paris"}, {"Aubert", "Morel"}, 1, {"by lyon", "by paris", "by admin"}),
            ("lyon", {"Lyon"}, {"Aubert", "Morel"}, 0, {"by lyon"}),
            ("aubert", set(), {"Aubert"}, 0, set()),
            ("panel", set(), set(), 0, set()),
            ("stranger", set(), set(), 0, set()),
            ("left", set(), set(), 0, set()),
            ("closed", set(), set(), 0, set()),
        ],
    )
    def test_who_sees_what(self, world, who, training, companies, bodies, invitations):
        person = world[who]

        assert set(TrainingOrganisation.objects.visible_to(person).values_list("name", flat=True)) == training
        assert set(Company.objects.visible_to(person).values_list("name", flat=True)) == companies
        assert AwardingBody.objects.visible_to(person).count() == bodies
        assert set(Invitation.objects.visible_to(person).values_list("last_name", flat=True)) == invitations

    @pytest.mark.parametrize(
        ("who", "seen"),
        [
            ("admin", {"admin", "panel", "lyon", "paris", "aubert", "morel", "left", "closed"}),
            ("lyon", {"lyon", "aubert", "morel"}),
            ("aubert", {"aubert"}),
            ("panel", {"panel"}),
            ("stranger", set()),
            ("left", {"left"}),
            ("closed", set()),
        ],
    )
    def test_whose_membership_is_seen(self, world, who, seen):
        visible = Membership.objects.visible_to(world[who])

        assert set(visible.values_list("user__last_name", flat=True)) == seen
