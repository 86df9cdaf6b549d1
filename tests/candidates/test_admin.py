"""The technical view reads; only the services write."""

import pytest
from django.urls import reverse

from candidates.models import Candidate, Cohort, Enrolment
from tests.builders.candidates import make_acquired_block, make_cohort, make_enrolment
from tests.builders.organisations import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))


@pytest.mark.parametrize("model", [Candidate, Cohort, Enrolment])
def test_rows_are_shown_and_never_written(client, technician, model):
    enrolment = make_enrolment(cohort=make_cohort())
    make_acquired_block(enrolment.candidate)
    prefix = f"admin:candidates_{model._meta.model_name}"
    row = model.objects.get()

    assert client.get(reverse(f"{prefix}_changelist"), {"q": "2020"}).status_code == 200
    assert client.get(reverse(f"{prefix}_change", args=[row.pk])).status_code == 200
    assert client.post(reverse(f"{prefix}_change", args=[row.pk]), {}).status_code == 403
    assert client.get(reverse(f"{prefix}_add")).status_code == 403
    assert client.get(reverse(f"{prefix}_delete", args=[row.pk])).status_code == 403
