from datetime import UTC, date, datetime
from functools import partial

import pytest

from blocks.models import Block
from certificates.enums import CertificateState, PaperKind
from certificates.models import Certificate, NumberCounter
from certificates.papers import SignatoryMissing
from certificates.services import CertificateRefused, issue_block_statement, issue_certificate, issuing
from journal.models import Entry
from rulebook.verdict import CheckCode
from tests.builders.certificates import ACQUIRED_ON, ISSUED_AT, SEVEN_BLOCKS, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

AFTER_THE_REGISTRATION = date(2021, 9, 1)


def codes_of(refused: pytest.ExceptionInfo[CertificateRefused]) -> set[str]:
    return {check.code for check in refused.value.reasons}


def test_it_reserves_a_number_and_freezes_what_is_printed():
    enrolment = make_holder()

    certificate = issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)

    assert certificate.number == "CQP-2021-000001"
    assert certificate.state == CertificateState.RESERVED
    assert certificate.delivered_on == ACQUIRED_ON
    assert [block["code"] for block in certificate.context["blocks"]] == list(SEVEN_BLOCKS)
    assert certificate.context["holder"]["birth_name"] == enrolment.candidate.birth_name
    assert certificate.context["registration"]["rncp_code"] == "RNCP31395"
    assert "level" not in certificate.context


def test_it_writes_its_journal_entry_without_personal_data():
    enrolment = make_holder(candidate=None)
    admin = make_admin()

    certificate = issue_certificate(enrolment, by=admin, at=ISSUED_AT)

    entry = Entry.objects.get(subject=f"certificate:{certificate.number}")
    assert (entry.action, entry.actor) == ("certificate.issued", admin.reference)
    assert entry.after["blocks"] == list(SEVEN_BLOCKS)
    assert enrolment.candidate.birth_name not in str(entry.after)


def test_a_later_change_of_name_does_not_reach_the_frozen_context():
    certificate = issue_certificate(make_holder(), by=make_admin(), at=ISSUED_AT)
    printed = certificate.context["holder"]["birth_name"]

    certificate.candidate.birth_name = "Autrenom"
    certificate.candidate.save()

    certificate.refresh_from_db()
    assert certificate.context["holder"]["birth_name"] == printed


def test_eight_blocks_are_all_printed():
    enrolment = make_holder([*SEVEN_BLOCKS, "BC8"])

    certificate = issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)

    assert len(certificate.context["blocks"]) == 8


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        pytest.param(SEVEN_BLOCKS[:-1], CheckCode.COMPOSITION_OPTIONAL, id="one option"),
        pytest.param([*SEVEN_BLOCKS[:4], "BC6", "BC7", "BC8"], CheckCode.COMPOSITION_MANDATORY, id="7 blocks of 8"),
        pytest.param([], CheckCode.COMPOSITION_MANDATORY, id="nothing yet"),
    ],
)
def test_it_refuses_what_the_composition_lacks_and_writes_nothing(blocks, code):
    enrolment = make_holder(blocks)

    with pytest.raises(CertificateRefused) as refused:
        issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)

    assert code in codes_of(refused)
    assert not Certificate.objects.exists()
    assert not NumberCounter.objects.filter(last__gt=0).exists()


def test_a_second_certificate_is_refused_and_takes_no_number():
    enrolment = make_holder()
    admin = make_admin()
    issue_certificate(enrolment, by=admin, at=ISSUED_AT)

    with pytest.raises(CertificateRefused) as refused:
        issue_certificate(enrolment, by=admin, at=ISSUED_AT)

    assert codes_of(refused) == {CheckCode.ISSUANCE_LIVE}
    assert NumberCounter.objects.get(kind=PaperKind.CERTIFICATE).last == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", PaperKind)
def test_what_fails_once_its_number_is_taken_gives_it_back(kind, monkeypatch):
    """With real transactions: the test's own would hide that the service has none."""
    enrolment, admin = make_holder(), make_admin()
    block = Block.objects.get(version=enrolment.version, code="BC2")
    statement = partial(issue_block_statement, enrolment, block)
    issue = statement if kind == PaperKind.BLOCK_STATEMENT else partial(issue_certificate, enrolment)

    def fail(*args, **kwargs):
        assert NumberCounter.objects.get().last == 1
        raise OSError("the journal cannot be written")

    monkeypatch.setattr(issuing, "record", fail)
    with pytest.raises(OSError, match="the journal"):
        issue(by=admin, at=ISSUED_AT)

    assert not NumberCounter.objects.exists()
    assert not Certificate.objects.exists()


def test_numbers_follow_each_other_and_start_again_with_the_year():
    admin = make_admin()
    new_year = datetime(2021, 12, 31, 23, 30, tzinfo=UTC)  # Already 2022 in Paris.

    numbers = [issue_certificate(make_holder(), by=admin, at=at).number for at in (ISSUED_AT, ISSUED_AT, new_year)]

    assert numbers == ["CQP-2021-000001", "CQP-2021-000002", "CQP-2022-000001"]


def test_outside_every_registration_it_asks_for_a_reason():
    enrolment = make_holder(entered_on=AFTER_THE_REGISTRATION)

    with pytest.raises(CertificateRefused) as refused:
        issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT.replace(year=2022))

    assert CheckCode.CLAIM_CONFIRMATION in codes_of(refused)


def test_outside_every_registration_a_confirmed_paper_claims_no_rncp():
    enrolment = make_holder(entered_on=AFTER_THE_REGISTRATION)

    certificate = issue_certificate(
        enrolment, by=make_admin(), at=ISSUED_AT.replace(year=2022), confirmed_reason="Décision de la CPNEFP"
    )

    assert certificate.registration is None
    assert certificate.context["registration"] is None
    assert certificate.unregistered_reason == "Décision de la CPNEFP"
    assert "RNCP31395" not in str(certificate.context)


def test_delivered_after_the_registration_ended_it_is_the_entry_that_counts():
    """Law L6113-9: entered on its last day, delivered later, the paper still claims the RNCP."""
    enrolment = make_holder(entered_on=date(2021, 8, 7))

    certificate = issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT.replace(year=2022))

    assert certificate.context["registration"]["ordered_on"] == "2018-07-30"


def test_nobody_presiding_on_the_day_of_delivery_stops_it():
    enrolment = make_holder(presided=False)

    with pytest.raises(SignatoryMissing):
        issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)


def test_a_block_statement_says_that_block_alone():
    enrolment = make_holder(["BC2", "BC6"])
    block = Block.objects.get(version=enrolment.version, code="BC2")

    statement = issue_block_statement(enrolment, block, by=make_admin(), at=ISSUED_AT)

    assert statement.number == "BLOC-2021-000001"
    assert [printed["code"] for printed in statement.context["blocks"]] == ["BC2"]
    assert statement.context["registration"] is None


def test_a_block_is_stated_once_and_only_if_acquired():
    enrolment = make_holder(["BC2"])
    admin = make_admin()
    blocks = {block.code: block for block in Block.objects.filter(version=enrolment.version)}
    issue_block_statement(enrolment, blocks["BC2"], by=admin, at=ISSUED_AT)

    with pytest.raises(CertificateRefused) as again:
        issue_block_statement(enrolment, blocks["BC2"], by=admin, at=ISSUED_AT)
    with pytest.raises(CertificateRefused) as other:
        issue_block_statement(enrolment, blocks["BC3"], by=admin, at=ISSUED_AT)

    assert codes_of(again) == {CheckCode.STATEMENT_LIVE}
    assert codes_of(other) == {CheckCode.STATEMENT_ACQUIRED}
