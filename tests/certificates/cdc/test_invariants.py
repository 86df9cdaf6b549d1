"""What `manage.py verify` tells of the feed once its guards are gone round, and nothing of what services write."""

from collections.abc import Callable

import pytest
from django.db import connection

from certificates.cdc.facts import technical_id
from certificates.cdc.invariants import CDC_INVARIANTS
from certificates.enums import PassageState
from certificates.guards import GUARDS
from certificates.invariants import INVARIANTS
from certificates.models import CdcFlow, CdcPassage, Certificate
from certificates.services import cdc as declaring
from tests.builders.certificates import make_certificate
from tests.builders.declarations import MADE_AT, make_declarable, make_declared
from tests.builders.organisations import make_admin

from .reports import make_report

pytestmark = pytest.mark.django_db


def told() -> dict[str, list[str]]:
    found = {invariant.code: list(invariant.find()) for invariant in CDC_INVARIANTS}
    return {code: references for code, references in found.items() if references}


@pytest.fixture(autouse=True)
def configured(settings) -> None:
    settings.CDC_CLIENT_ID, settings.CDC_CONTRACT_ID, settings.CDC_SCHEMA = "AB123CDE", "MCFCER000123", ""


@pytest.fixture
def certificate() -> Certificate:
    return make_declarable()


@pytest.fixture
def flow(certificate) -> CdcFlow:
    """Answered: its certificate was accepted."""
    made = declaring.make_flow([certificate.number], by=make_admin(), at=MADE_AT)
    report = make_report(made.identifier, accepted=[technical_id(certificate)])
    return declaring.import_report(report, by=make_admin(), at=MADE_AT)


@pytest.fixture
def unguarded(flow) -> None:
    """Until the test ends, and its transaction with it."""
    for guard in GUARDS:
        guard.remove(connection)


def _other_content() -> None:
    CdcFlow.objects.update(content=b"<flux/>")


def _of_another_flow() -> None:
    CdcFlow.objects.update(identifier="6e3c7378-bda4-497a-9bd6-dc203f903ed9")


def _other_report() -> None:
    CdcFlow.objects.update(report=b"<rapport/>")


def _other_identifier() -> None:
    CdcPassage.objects.update(technical_id="RNCP31395-CQP-2021-999999")


def _of_an_undue_paper() -> None:
    paper = make_certificate()
    CdcPassage.objects.update(certificate=paper)


def _not_answered() -> None:
    CdcPassage.objects.update(state=PassageState.PENDING)


def _answered_too_soon() -> None:
    make_declared(make_declarable()).passages.update(state=PassageState.ACCEPTED)


BROKEN: dict[str, tuple[str, Callable[[], None]]] = {
    "another content": ("cdc.flow", _other_content),
    "another's content": ("cdc.flow", _of_another_flow),
    "another report": ("cdc.flow", _other_report),
    "another identifier": ("cdc.passages", _other_identifier),
    "another paper": ("cdc.passages", _of_an_undue_paper),
    "no answer in an answered file": ("cdc.answers", _not_answered),
    "an answer in a file that waits": ("cdc.answers", _answered_too_soon),
}


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("code", "break_it"), BROKEN.values(), ids=BROKEN)
def test_what_goes_round_the_guards_is_told(code, break_it):
    assert told() == {}

    break_it()

    assert code in told()


@pytest.mark.usefixtures("unguarded")
def test_a_certificate_in_two_live_passages_is_told(certificate):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX certificates_cdcpassage_single")

    make_declared(certificate)

    assert told()["cdc.once"] == [certificate.number]


def test_what_services_write_is_not_told(flow, certificate):
    rejected = make_declarable()
    first = declaring.make_flow([rejected.number], by=make_admin(), at=MADE_AT)
    declaring.refuse_flow(first, reason="Mauvais fichier.", by=make_admin(), at=MADE_AT)
    declaring.make_flow([rejected.number], by=make_admin(), at=MADE_AT)

    assert told() == {}


def test_verify_asks_them_all():
    assert set(CDC_INVARIANTS) <= set(INVARIANTS)
