"""A broker that is down when something is decided: the decision stands, the page answers, the sweep does the rest."""

import pytest

from certificates.models import Certificate
from certificates.services import issue_certificate
from certificates.tasks import draw_certificate
from tests.builders.certificates import ISSUED_AT, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db


def test_a_broker_that_is_down_fails_no_decision(monkeypatch, django_capture_on_commit_callbacks, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker answers")

    monkeypatch.setattr(draw_certificate, "apply_async", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        issue_certificate(make_holder(), by=make_admin(), at=ISSUED_AT)

    assert Certificate.objects.count() == 1
    assert "no broker answers" in caplog.text
