"""Who enrols: a training organisation, and one of its members who is signed in."""

import pytest

from accounts.models import User
from organisations.models import TrainingOrganisation
from tests.builders.organisations import make_training_member, make_training_organisation


@pytest.fixture
def organisation() -> TrainingOrganisation:
    return make_training_organisation()


@pytest.fixture
def member(organisation, client) -> User:
    member = make_training_member(organisation)
    client.force_login(member)
    return member
