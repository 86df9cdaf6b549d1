"""Two files made at once (PostgreSQL): a certificate is in one of them only. First shown without the lock."""

import pytest
from django.db import IntegrityError

from certificates.models import CdcFlow, CdcPassage
from certificates.services import cdc as declaring
from certificates.services import issuing
from tests.builders.declarations import MADE_AT, make_declarable
from tests.builders.organisations import make_admin
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("committed", "postgresql")

CLICKS = 4


@pytest.fixture(autouse=True)
def _alone(monkeypatch, settings):
    settings.CDC_CLIENT_ID, settings.CDC_CONTRACT_ID, settings.CDC_SCHEMA = "AB123CDE", "MCFCER000123", ""
    monkeypatch.setattr(issuing.draw_certificate, "delay_on_commit", lambda **kwargs: None)


def declaring_both():
    admin = make_admin()
    numbers = [make_declarable().number for _ in range(2)]
    return lambda: declaring.make_flow(numbers, by=admin, at=MADE_AT)


def test_without_the_lock_only_the_database_is_left_to_refuse(monkeypatch):
    gesture = declaring_both()
    monkeypatch.setattr(declaring, "_lock_certificates", lambda numbers: None)

    results = at_once(*[gesture] * CLICKS)

    assert any(isinstance(result, IntegrityError) for result in results)
    assert CdcPassage.objects.count() == 2


def test_a_certificate_is_in_one_file_however_many_click():
    gesture = declaring_both()

    results = at_once(*[gesture] * CLICKS)

    assert sum(isinstance(result, CdcFlow) for result in results) == 1
    assert sum(isinstance(result, declaring.NoLongerToDeclare) for result in results) == CLICKS - 1
    assert CdcPassage.objects.count() == 2
