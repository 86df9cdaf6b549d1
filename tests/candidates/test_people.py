"""What the secretariat records of a person."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from candidates.enums import AcquisitionOrigin
from candidates.facts import acquired_codes
from candidates.services import (
    AcquisitionInFuture,
    BlockAlreadyHeld,
    EvidenceMissing,
    IdentityTaken,
    correct_identity,
    record_acquired_block,
)
from journal.models import Entry
from tests.builders.candidates import current_version, make_candidate
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 3, 1, 8, tzinfo=UTC)
CORRECTED = "candidate.identity_corrected"


@pytest.fixture
def candidate():
    return make_candidate(birth_name="Lefèvre", email="zoe@example.org")


@pytest.fixture
def recording(candidate):
    admin = make_admin()

    def recording(**changes):
        facts = {"acquired_on": date(2019, 6, 28), "evidence": " Attestation n° 114 ", "by": admin, "at": NOW} | changes
        block = current_version().blocks.get(code="BC2").catalogue_block
        return record_acquired_block(candidate, block, **facts)

    return recording


def test_a_block_acquired_elsewhere_is_held(recording, candidate):
    acquired = recording()

    entry = Entry.objects.get(action="acquired_block.recorded")
    assert (acquired.origin, acquired.evidence) == (AcquisitionOrigin.RECORDED, "Attestation n° 114")
    assert acquired_codes(candidate, current_version()) == {"BC2"}
    assert (entry.subject, entry.after) == (
        candidate.reference,
        {"block": acquired.catalogue_block.key, "acquired_on": "2019-06-28"},
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"evidence": "  "}, EvidenceMissing), ({"acquired_on": date(2021, 3, 2)}, AcquisitionInFuture)],
)
def test_it_needs_a_proof_and_a_past_date(recording, candidate, changes, refusal):
    with pytest.raises(refusal):
        recording(**changes)

    assert not candidate.acquired_blocks.exists()


def test_a_block_is_recorded_once(recording):
    recording()

    with pytest.raises(BlockAlreadyHeld):
        recording()

    assert Entry.objects.filter(action="acquired_block.recorded").count() == 1


def test_an_identity_is_put_right(candidate):
    identity = replace(candidate.identity, birth_name="Lefebvre", birth_place="Lyon 2e Arrondissement")

    correct_identity(candidate, identity, email="", by=make_admin(), at=NOW)

    candidate.refresh_from_db()
    entry = Entry.objects.get(action=CORRECTED)
    assert (candidate.birth_name, candidate.email) == ("Lefebvre", "")
    assert candidate.search_key.startswith("lefebvre")
    assert entry.after == {"changed": ["birth_name", "birth_place", "email"]}
    assert entry.before is None


def test_the_same_identity_again_changes_nothing(candidate):
    correct_identity(candidate, candidate.identity, email=candidate.email, by=make_admin(), at=NOW)

    assert not Entry.objects.filter(action=CORRECTED).exists()


def test_somebody_else_s_identity_is_refused(candidate):
    other = make_candidate(birth_name="Martin")

    with pytest.raises(IdentityTaken):
        correct_identity(candidate, replace(other.identity, birth_name="MARTIN"), email="", by=make_admin(), at=NOW)

    candidate.refresh_from_db()
    assert candidate.birth_name == "Lefèvre"
