"""Enrolling: what is written, what is refused and by which article, what a second call does."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from blocks.models import StandardVersion
from candidates.models import AcquiredBlock, Candidate, Enrolment, ReferenceCounter
from candidates.services import (
    AlreadyEnrolled,
    CohortOutside,
    EnrolmentRefused,
    ReferentOutsideCompany,
    enrol,
)
from journal.models import Entry
from rulebook.verdict import CheckCode
from tests.builders.candidates import (
    make_acquired_block,
    make_admissibility,
    make_candidate,
    make_cohort,
    make_identity,
)
from tests.builders.organisations import (
    make_accreditation,
    make_admin,
    make_company,
    make_referent,
    make_training_member,
    make_training_organisation,
)
from tests.builders.standard import load

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 9, 15, 8, tzinfo=UTC)
ENTERED_ON = date(2020, 9, 14)


@pytest.fixture
def version():
    return load()


@pytest.fixture
def enrolling(version, organisation):
    """Enrol somebody by apprenticeship; keywords change what they need."""
    member = make_training_member(organisation)

    def enrolling(identity=None, **changes):
        facts = {
            "route": "apprenticeship",
            "entered_on": ENTERED_ON,
            "options": ["BC8", "BC6"],
            "organisation": organisation,
            "by": member,
            "at": NOW,
        } | changes
        return enrol(identity or make_identity(), **facts)

    return enrolling


def block_codes(enrolment):
    return list(enrolment.enrolled_blocks.order_by("block__position").values_list("block__code", flat=True))


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def test_it_opens_the_five_mandatory_blocks_and_two_options(enrolling):
    enrolment = enrolling()

    assert enrolment.reference == "2020-000001"
    assert block_codes(enrolment) == ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8"]


def test_the_number_is_that_of_the_year_of_entry(enrolling):
    references = [enrolling(entered_on=day).reference for day in (ENTERED_ON, date(2021, 1, 4), date(2020, 10, 1))]

    assert references == ["2020-000001", "2021-000001", "2020-000002"]


def test_it_leaves_a_journal_entry_without_personal_data(enrolling):
    identity = make_identity(birth_name="Ormesson", birth_place="Lyon 7e Arrondissement")
    enrolment = enrolling(identity, on_behalf_of="user:99", email="canari@example.org")

    entry = Entry.objects.get(action="enrolment.recorded")

    assert (entry.subject, entry.actor, entry.on_behalf_of, entry.at) == (
        "enrolment:2020-000001",
        enrolment.enrolled_by.reference,
        "user:99",
        NOW,
    )
    assert entry.after["options"] == ["BC6", "BC8"]
    assert entry.after["standing"] == "registered"
    assert not any(word in str(entry.after) for word in ("Ormesson", "Zoé", "1998", "Lyon", "canari"))


def test_the_standard_is_frozen_by_its_first_enrolment(enrolling, version):
    enrolling()
    enrolling(at=datetime(2020, 10, 1, tzinfo=UTC))

    assert StandardVersion.objects.get().in_use_since == NOW


def test_a_company_and_its_referent_follow(enrolling):
    company = make_company()
    referent = make_referent(company)

    enrolment = enrolling(company=company, referent=referent)

    assert (enrolment.company, enrolment.referent) == (company, referent)


def test_vae_goes_without_an_organisation(enrolling):
    request = make_admissibility(decided_on=ENTERED_ON)

    enrolment = enrolling(
        request.candidate.identity, route="vae", organisation=None, admissibility=request, by=make_admin()
    )

    assert enrolment.training_organisation is None
    assert len(block_codes(enrolment)) == 7


# The person


def test_the_same_person_is_found_again_in_another_spelling(enrolling):
    identity = make_identity(birth_name="Lefèvre", first_names="Zoé-Anne", birth_place="Saint-Étienne")
    first = enrolling(identity)
    spelt = replace(
        identity,
        birth_name=unicodedata.normalize("NFD", "LEFÈVRE"),
        first_names="Zoe Anne",
        birth_place="saint etienne",
    )

    second = enrolling(spelt, entered_on=date(2021, 2, 1))

    assert second.candidate == first.candidate
    assert Candidate.objects.get().birth_name == "Lefèvre"


def test_what_another_organisation_recorded_of_them_stays_as_it_is(enrolling):
    known = make_candidate(birth_name="Lefèvre", usual_name="", email="connue@example.org")
    identity = replace(known.identity, usual_name="Autre", birth_commune_code="69123")

    enrolling(identity, email="nouvelle@example.org")

    known.refresh_from_db()
    assert (known.usual_name, known.email, known.birth_commune_code) == ("", "connue@example.org", "69381")


def test_a_missing_address_is_filled_in(enrolling):
    known = make_candidate()

    enrolling(known.identity, email="nouvelle@example.org")

    known.refresh_from_db()
    assert known.email == "nouvelle@example.org"


def test_a_homonym_is_somebody_else(enrolling):
    identity = make_identity()
    enrolling(identity)
    enrolling(replace(identity, birth_date=date(1998, 3, 22)))

    assert Candidate.objects.count() == 2


def test_blocks_already_held_are_in_the_plan_as_carried_over(enrolling):
    known = make_candidate()
    for code in ("BC1", "BC2", "BC3"):
        make_acquired_block(known, code)

    enrolment = enrolling(known.identity)

    assert block_codes(enrolment) == ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8"]
    assert not AcquiredBlock.objects.filter(enrolled_block__isnull=False).exists()


# The registration


@pytest.mark.parametrize(
    ("entered_on", "standing"),
    [
        (date(2015, 4, 14), "registered"),
        (date(2021, 8, 7), "registered"),
        (date(2021, 8, 8), "unregistered"),
    ],
)
def test_an_entry_outside_every_registration_is_accepted(enrolling, entered_on, standing):
    enrolling(entered_on=entered_on)

    assert Entry.objects.get(action="enrolment.recorded").after["standing"] == standing


# Refusals of the rules


@pytest.mark.parametrize("route", ["student", "individual"])
def test_it_refuses_a_closed_route(enrolling, route):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(route=route)

    assert CheckCode.ENROLMENT_ROUTE in codes(refusal)


@pytest.mark.parametrize(
    "accreditation",
    [
        {"starts_on": date(2020, 9, 15)},
        {"starts_on": date(2019, 1, 1), "ends_on": date(2020, 9, 13)},
    ],
    ids=["not yet", "no longer"],
)
def test_it_refuses_an_organisation_not_accredited_on_the_day_of_entry(enrolling, accreditation):
    organisation = make_training_organisation(accredited_from=None)
    make_accreditation(organisation, **accreditation)

    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(organisation=organisation)

    assert codes(refusal) == [CheckCode.ENROLMENT_ACCREDITATION]


def test_it_refuses_an_accreditation_for_another_certification(enrolling):
    organisation = make_training_organisation()
    organisation.accreditations.update(rncp_code="RNCP99999")

    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(organisation=organisation)

    assert codes(refusal) == [CheckCode.ENROLMENT_ACCREDITATION]


def test_it_refuses_a_route_that_supposes_an_organisation_without_one(enrolling):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(organisation=None)

    assert codes(refusal) == [CheckCode.ENROLMENT_ACCREDITATION]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["BC6"], CheckCode.OPTIONS_COUNT),
        (["BC6", "BC7", "BC8"], CheckCode.OPTIONS_COUNT),
        ([], CheckCode.OPTIONS_COUNT),
        (["BC6", "BC6"], CheckCode.OPTIONS_DISTINCT),
        (["BC5", "BC6"], CheckCode.OPTIONS_OFFERED),
    ],
)
def test_it_refuses_anything_but_two_options(enrolling, options, code):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(options=options)

    assert codes(refusal) == [code]


@pytest.mark.parametrize("entered_on", [date(2015, 4, 13), date(2010, 9, 1), date(2009, 2, 7)])
def test_it_refuses_an_entry_under_the_former_title(enrolling, entered_on):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(entered_on=entered_on)

    assert codes(refusal) == [CheckCode.ENTRY_TITLE]


def test_it_refuses_when_nothing_is_left_to_acquire(enrolling):
    known = make_candidate()
    for code in ("BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8"):
        make_acquired_block(known, code)

    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(known.identity)

    assert codes(refusal) == [CheckCode.ENROLMENT_BLOCKS]


def test_it_says_all_that_is_wrong_at_once(enrolling):
    with pytest.raises(EnrolmentRefused) as refusal:
        enrolling(organisation=make_training_organisation(accredited_from=None), options=["BC6"])

    assert codes(refusal) == [CheckCode.ENROLMENT_ACCREDITATION, CheckCode.OPTIONS_COUNT]


# Other refusals


def test_it_refuses_the_same_entry_twice(enrolling):
    identity = make_identity()
    enrolling(identity)

    with pytest.raises(AlreadyEnrolled):
        enrolling(identity)

    assert Enrolment.objects.count() == 1


def test_another_organisation_never_learns_that_they_are_enrolled(enrolling):
    identity = make_identity()
    enrolling(identity)

    elsewhere = enrolling(identity, organisation=make_training_organisation())

    assert elsewhere.reference == "2020-000002"


def test_it_refuses_a_referent_of_another_company(enrolling):
    with pytest.raises(ReferentOutsideCompany):
        enrolling(company=make_company(), referent=make_referent())


def test_it_refuses_a_referent_who_has_left(enrolling):
    company = make_company()
    referent = make_referent(company)
    referent.memberships.update(ends_on=date(2020, 9, 1))

    with pytest.raises(ReferentOutsideCompany):
        enrolling(company=company, referent=referent)


def test_it_refuses_the_cohort_of_another_organisation(enrolling):
    with pytest.raises(CohortOutside):
        enrolling(cohort=make_cohort(organisation=make_training_organisation()))


@pytest.mark.parametrize(
    "changes", [{"options": ["BC6"]}, {"cohort": "foreign"}], ids=["by the rules", "by the cohort"]
)
def test_a_refusal_leaves_nothing_behind(enrolling, changes):
    if "cohort" in changes:
        changes = {"cohort": make_cohort(organisation=make_training_organisation())}

    with pytest.raises((EnrolmentRefused, CohortOutside)):
        enrolling(**changes)

    assert not Candidate.objects.exists()
    assert not ReferenceCounter.objects.exists()
    assert not Entry.objects.filter(action="enrolment.recorded").exists()
