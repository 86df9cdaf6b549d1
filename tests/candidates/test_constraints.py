"""What the database itself refuses, each rule broken once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from blocks.models import AccessRoute, Block, Channel, StandardVersion
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock, Candidate, Cohort, CohortDeadline, Enrolment, ReferenceCounter
from tests.builders.candidates import (
    ENTERED_ON,
    current_version,
    make_acquired_block,
    make_candidate,
    make_cohort,
    make_enrolment,
)
from tests.builders.organisations import make_referent, make_training_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_version():
    version = current_version()
    return StandardVersion.objects.create(
        certification=version.certification, label="autre", starts_on=date(2009, 2, 7), checksum="0" * 64
    )


def refused(name):
    """SQLite names a unique index by its columns, PostgreSQL by its name: the message is not always the name."""
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"birth_name": ""}, "candidates_candidate_birth_name"),
        ({"sex": "H"}, "candidates_candidate_sex"),
        ({"birth_date": date(1899, 12, 31)}, "candidates_candidate_birth_date"),
        ({"birth_country": "VN"}, "candidates_candidate_birth_place"),
    ],
)
def test_a_candidate_has_a_civil_status(fields, constraint):
    with refused(constraint):
        make_candidate(**fields)


def test_a_person_is_recorded_once():
    candidate = make_candidate(birth_name="Lefèvre")

    with refused("identity|search_key"):
        make_candidate(birth_name="LEFEVRE", birth_date=candidate.birth_date)


def test_homonyms_born_elsewhere_are_two_people():
    make_candidate(birth_name="Martin")
    make_candidate(birth_name="Martin", birth_place="Lyon 2e Arrondissement")
    make_candidate(birth_name="Martin", birth_date=date(1998, 3, 22))

    assert Candidate.objects.count() == 3


def test_a_cohort_ends_after_it_starts():
    with refused("candidates_cohort_period"):
        make_cohort(starts_on=date(2021, 1, 2), ends_on=date(2021, 1, 1))


@pytest.mark.parametrize("has_organisation", [True, False])
def test_a_cohort_is_alone_to_bear_its_name(has_organisation):
    organisation = make_training_organisation() if has_organisation else None
    make_cohort(name="Lyon 2020", organisation=organisation)

    with refused("cohort_name|cohort.name"):
        make_cohort(name="Lyon 2020", organisation=organisation)


def test_a_channel_has_one_deadline():
    cohort = make_cohort(due_on=date(2021, 6, 1))
    channel = cohort.version.channels.first()

    with refused("deadline_channel|cohortdeadline.cohort"):
        CohortDeadline.objects.create(cohort=cohort, channel=channel, due_on=date(2021, 7, 1))


def test_a_referent_supposes_a_company():
    with refused("candidates_enrolment_referent_company"):
        make_enrolment(referred=False, referent=make_referent())


def test_a_withdrawal_follows_the_entry():
    with refused("candidates_enrolment_withdrawal"):
        make_enrolment(withdrawn_on=ENTERED_ON - timedelta(days=1))


@pytest.mark.parametrize("route", ["apprenticeship", "vae"])
def test_one_entry_is_enrolled_once(route):
    first = make_enrolment(route)

    with refused("enrolment_once|enrolment.candidate"):
        make_enrolment(route, candidate=first.candidate, organisation=first.training_organisation)


def test_one_may_come_back_later_or_elsewhere_or_after_a_withdrawal():
    first = make_enrolment(withdrawn_on=ENTERED_ON)
    same = {"candidate": first.candidate, "organisation": first.training_organisation}
    make_enrolment(**same)
    make_enrolment(**same, entered_on=date(2021, 2, 1))
    make_enrolment(candidate=first.candidate)

    assert first.candidate.enrolments.count() == 4


def test_a_block_is_enrolled_once():
    enrolled = make_enrolment().enrolled_blocks.first()

    with refused("enrolledblock"):
        enrolled.enrolment.enrolled_blocks.create(block=enrolled.block)


def test_a_block_is_acquired_once():
    candidate = make_acquired_block(make_candidate(), "BC1").candidate

    with refused("acquiredblock"):
        make_acquired_block(candidate, "BC1")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"evidence": ""}, "candidates_acquiredblock_origin"),
        ({"origin": AcquisitionOrigin.JURY}, "candidates_acquiredblock_origin|Un bloc n’est acquis que"),
    ],
    ids=["recorded without evidence", "decided without a jury"],
)
def test_an_acquisition_has_its_proof(fields, message):
    with refused(message):
        make_acquired_block(make_candidate(), "BC1", **fields)


def test_what_is_acquired_stays_as_it_is():
    acquired = make_acquired_block(make_candidate(), "BC1")

    with refused("Un bloc acquis"):
        AcquiredBlock.objects.update(acquired_on=date(2020, 1, 1))
    assert acquired.acquired_on == date(2019, 6, 28)


def test_what_is_acquired_is_not_taken_back():
    make_acquired_block(make_candidate(), "BC1")

    with refused("Un bloc acquis"):
        AcquiredBlock.objects.all().delete()


def test_an_enrolment_is_not_erased():
    enrolment = make_enrolment()

    with pytest.raises(ProtectedError):
        enrolment.delete()
    enrolment.enrolled_blocks.all().delete()
    with refused("ne s’efface pas"):
        enrolment.delete()


@pytest.mark.parametrize("column", ["reference", "candidate", "version"])
def test_an_enrolment_keeps_its_origin(column, other_version):
    enrolment = make_enrolment()
    values = {"reference": "2020-999999", "candidate": make_candidate(), "version": other_version}

    with refused("ne change ni de référence|d’un autre référentiel"):
        Enrolment.objects.filter(pk=enrolment.pk).update(**{column: values[column]})


def test_a_route_is_of_the_same_standard(other_version):
    enrolment = make_enrolment()
    foreign = AccessRoute.objects.create(
        version=other_version,
        code="vae",
        title="VAE",
        is_open=True,
        jury_printed=True,
        needs_training_organisation=False,
        cdc_code="VAE",
        plan_source="default",
        position=1,
    )

    with refused("d’un autre référentiel"):
        Enrolment.objects.filter(pk=enrolment.pk).update(route=foreign)


def test_a_block_is_of_the_same_standard(other_version):
    enrolment = make_enrolment()
    own = enrolment.version.blocks.get(code="BC8")
    foreign = Block.objects.create(
        version=other_version,
        catalogue_block=own.catalogue_block,
        code="BC8",
        sheet_number=4,
        title=own.title,
        group=own.group,
        position=8,
    )

    with refused("d’un autre référentiel"):
        enrolment.enrolled_blocks.create(block=foreign)


def test_a_deadline_is_of_the_same_standard(other_version):
    foreign = Channel.objects.create(
        version=other_version, code="panel", title="Commission", parts_rule="all", position=1
    )

    with refused("d’un autre référentiel"):
        CohortDeadline.objects.create(cohort=make_cohort(), channel=foreign, due_on=date(2021, 6, 1))


@pytest.mark.parametrize("route", ["apprenticeship", "vae"])
def test_a_cohort_is_of_the_same_organisation(route):
    enrolment = make_enrolment(route)
    foreign = make_cohort(organisation=make_training_organisation())

    with refused("d’un autre organisme"):
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort=foreign)


def test_a_cohort_is_of_the_same_standard(other_version):
    enrolment = make_enrolment()
    foreign = Cohort.objects.create(
        name="Autre", version=other_version, starts_on=date(2020, 1, 1), ends_on=date(2020, 6, 1)
    )

    with refused("d’un autre référentiel"):
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort=foreign)


@pytest.mark.parametrize("last", [0, 1])
def test_a_number_is_not_given_again(last):
    ReferenceCounter.objects.create(year=2020, last=1)

    with refused("ne sert qu’une fois"):
        ReferenceCounter.objects.update(last=last)


def test_a_counter_is_not_restarted():
    ReferenceCounter.objects.create(year=2020, last=1)

    with refused("ne sert qu’une fois"):
        ReferenceCounter.objects.all().delete()
