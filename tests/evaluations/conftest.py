"""What the bulk grids start from: a cohort of three, and a member of its organisation who is signed in."""

from datetime import date

import pytest

from accounts.models import User
from candidates.models import Cohort, Enrolment
from tests.builders.candidates import make_cohort, make_enrolment
from tests.builders.organisations import make_training_member, make_training_organisation


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(organisation=make_training_organisation(), due_on=date(2021, 6, 11))


@pytest.fixture
def enrolments(cohort) -> list[Enrolment]:
    return [make_enrolment(cohort=cohort) for _ in range(3)]


@pytest.fixture
def member(cohort, client) -> User:
    member = make_training_member(cohort.training_organisation)
    client.force_login(member)
    return member
