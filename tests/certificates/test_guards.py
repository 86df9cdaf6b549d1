"""What the database refuses, whoever writes: each guard is met once by SQL that goes round every service."""

import pytest
from django.db import IntegrityError, connection, transaction

from certificates import drawing
from certificates.models import Certificate
from tests.builders.candidates import make_enrolment
from tests.builders.certificates import ISSUED_AT, SEVEN_BLOCKS, make_certificate, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

COLUMNS = {
    "kind": "certificate",
    "number": "CQP-2021-000777",
    "year": 2021,
    "sequence": 777,
    "unregistered_reason": "faux",
    "delivered_on": "2021-06-30",
    "context": "{}",
    "template_version": "1",
    "issued_at": "2021-07-05 09:00:00",
    "state": "reserved",
    "attempts": 0,
    "last_error": "",
}


def insert(enrolment, **changes):
    row = COLUMNS | {
        "certification_id": enrolment.version.certification_id,
        "candidate_id": enrolment.candidate_id,
        "enrolment_id": enrolment.pk,
        "issued_by_id": make_admin().pk,
    }
    row |= changes
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO certificates_certificate ({names}) VALUES ({marks})", list(row.values()))


def execute(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_certificate_that_is_earned_may_be_written():
    """The positive control of those below: the same statement passes when the blocks are held."""
    insert(make_holder())

    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param((), id="nothing acquired"),
        pytest.param(SEVEN_BLOCKS[1:], id="a mandatory block missing"),
        pytest.param(SEVEN_BLOCKS[:-1], id="one option"),
        pytest.param((*SEVEN_BLOCKS[:4], "BC6", "BC7", "BC8"), id="seven blocks, three of them options"),
    ],
)
def test_a_certificate_without_its_blocks_is_refused(blocks):
    enrolment = make_holder(blocks)

    with pytest.raises(IntegrityError, match="décision scellée"):
        insert(enrolment)


def test_a_certificate_on_another_person_s_enrolment_is_refused():
    with pytest.raises(IntegrityError, match="décision scellée"):
        insert(make_enrolment(), candidate_id=make_holder().candidate_id)


def test_a_second_live_certificate_is_refused():
    enrolment = make_holder()
    insert(enrolment)

    with pytest.raises(IntegrityError):
        insert(enrolment, number="CQP-2021-000778", sequence=778)


def test_a_statement_without_its_block_is_refused():
    enrolment = make_holder(["BC1"])
    block = enrolment.version.blocks.get(code="BC2")

    with pytest.raises(IntegrityError, match="attestation"):
        insert(enrolment, kind="block_statement", catalogue_block_id=block.catalogue_block_id)


@pytest.mark.parametrize(
    "change",
    [
        "number = 'CQP-2021-000999'",
        'context = \'{"number": "autre"}\'',
        "delivered_on = '2020-01-01'",
        "candidate_id = candidate_id + 1",
        "issued_by_id = issued_by_id + 1",
    ],
)
def test_an_issued_certificate_does_not_change(change):
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(f"UPDATE certificates_certificate SET {change} WHERE id = %s", certificate.pk)


@pytest.mark.parametrize("change", ["sha256 = 'faux'", "key_hash = 'faux'", "state = 'reserved'"])
def test_a_published_certificate_keeps_its_bytes_and_key(change):
    certificate = make_certificate()
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)

    with pytest.raises(IntegrityError):
        execute(f"UPDATE certificates_certificate SET {change} WHERE id = %s", certificate.pk)


def test_a_certificate_is_never_deleted():
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="ne s’efface pas"):
        execute("DELETE FROM certificates_certificate WHERE id = %s", certificate.pk)


@pytest.mark.parametrize(
    "statement", ["UPDATE certificates_certificatefile SET sha256 = 'faux'", "DELETE FROM certificates_certificatefile"]
)
def test_the_bytes_of_a_paper_never_change(statement):
    drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)

    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(statement)
