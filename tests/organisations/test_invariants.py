from datetime import date

import pytest
from django.utils import timezone

from organisations.invariants import INVARIANTS
from tests.builders.organisations import (
    LONG_AGO,
    make_accreditation,
    make_admin,
    make_invitation,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def doubts() -> dict[str, list[str]]:
    found = {invariant.code: list(invariant.find()) for invariant in INVARIANTS}
    return {code: references for code, references in found.items() if references}


def test_a_sound_database_raises_no_doubt():
    make_admin()
    referent = make_referent()
    make_training_member()
    make_invitation(organisation=referent.memberships.get().company, accepted_at=timezone.now(), accepted_by=referent)
    make_invitation()
    organisation = make_training_organisation(accredited_until=date(2020, 12, 31))
    make_accreditation(organisation, starts_on=date(2021, 1, 1))

    assert doubts() == {}


def test_a_role_left_to_a_closed_account_is_found():
    referent = make_referent(is_active=False)

    assert doubts() == {"organisations.closed_accounts": [referent.memberships.get().reference]}


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2020, 12, 31), None), (date(2008, 1, 1), LONG_AGO), (date(2010, 1, 1), date(2010, 2, 1)), (LONG_AGO, None)],
)
def test_accreditations_that_overlap_are_found(starts_on, ends_on):
    organisation = make_training_organisation(accredited_until=date(2020, 12, 31))
    make_accreditation(organisation, starts_on=starts_on, ends_on=ends_on)

    assert list(doubts()) == ["organisations.accreditations"]


def test_an_acceptance_without_its_role_is_found():
    invitation = make_invitation(accepted_at=timezone.now(), accepted_by=make_user())

    assert doubts() == {"organisations.accepted": [invitation.reference]}
