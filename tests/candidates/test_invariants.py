"""Each invariant is broken once, and finds the row."""

import unicodedata
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from blocks.enums import Parameter
from blocks.models import RuleParameter, StandardVersion
from candidates.invariants import INVARIANTS
from candidates.models import AdmissibilityRequest, Candidate, EnrolledBlock, Enrolment, ReferenceCounter
from journal.guards import guards_of
from tests.builders.candidates import make_admissibility, make_candidate, make_enrolment

pytestmark = pytest.mark.django_db
BY_CODE = {invariant.code: invariant for invariant in INVARIANTS}


def doubts(code):
    return list(BY_CODE[code].find())


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.mark.parametrize("code", BY_CODE)
def test_it_finds_nothing_where_all_is_well(code, enrolment):
    assert doubts(code) == []


def test_it_finds_a_plan_without_a_mandatory_block(enrolment):
    enrolment.enrolled_blocks.filter(block__code="BC3").delete()

    assert doubts("candidates.plan") == [f"enrolment:{enrolment.reference}"]


def test_it_finds_a_plan_with_a_third_option(enrolment):
    EnrolledBlock.objects.create(enrolment=enrolment, block=enrolment.version.blocks.get(code="BC8"))

    assert doubts("candidates.plan") == [f"enrolment:{enrolment.reference}"]


def test_it_finds_a_decomposed_name():
    candidate = make_candidate()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would refuse it
            cursor.execute("ALTER TABLE candidates_candidate DROP CONSTRAINT candidates_candidate_first_names_nfc")
        cursor.execute("UPDATE candidates_candidate SET first_names = %s", [unicodedata.normalize("NFD", "Zoé")])

    assert doubts("candidates.names") == [candidate.reference]


@pytest.mark.parametrize("column", ["search_key", "birth_place_key"])
def test_it_finds_a_key_that_is_not_that_of_the_name(column):
    candidate = make_candidate()
    Candidate.objects.update(**{column: "autre"})

    assert doubts("candidates.keys") == [candidate.reference]


def test_it_finds_an_unknown_country():
    candidate = make_candidate(birth_country="YU", birth_commune_code="", birth_place="Skopje")

    assert doubts("candidates.countries") == [candidate.reference]


def test_it_finds_a_gap(enrolment):
    ReferenceCounter.objects.update(last=2)
    make_enrolment()

    assert doubts("candidates.references") == ["references:2020"]


def test_it_finds_a_reference_that_no_counter_gave():
    make_enrolment(reference="2019-000001")

    assert doubts("candidates.references") == ["references:2019"]


def test_it_finds_a_standard_left_open_to_change(enrolment):
    for guard in guards_of(apps.get_app_config("blocks")):
        guard.remove(connection)
    StandardVersion.objects.update(in_use_since=None)

    assert doubts("candidates.version") == [f"standard:{enrolment.version.label}"]


def lift_guards(app="candidates"):
    for guard in guards_of(apps.get_app_config(app)):
        guard.remove(connection)


def test_it_finds_an_enrolment_by_vae_that_nothing_admits():
    enrolment = make_enrolment("vae")
    lift_guards()
    AdmissibilityRequest.objects.all()._raw_delete("default")

    assert doubts("candidates.vae") == [f"enrolment:{enrolment.reference}"]


def test_it_leaves_alone_an_enrolment_by_vae_older_than_requests():
    make_enrolment("vae")
    lift_guards()
    AdmissibilityRequest.objects.all()._raw_delete("default")
    lift_guards("blocks")
    RuleParameter.objects.filter(key=Parameter.VAE_REPLY_MONTHS).update(added_at=timezone.now() + timedelta(days=1))

    assert doubts("candidates.vae") == []


def test_it_finds_an_enrolment_by_vae_of_another_day():
    enrolment = make_enrolment("vae")
    Enrolment.objects.update(entered_on=date(2020, 9, 15))

    assert doubts("candidates.vae") == [f"enrolment:{enrolment.reference}"]


@pytest.mark.parametrize("field", ["reply_due_on", "admitted_on"])
def test_it_finds_a_clock_that_the_rules_do_not_count(field):
    """Silent for two months and a day, the request was used on the day after."""
    candidate = make_candidate()
    enrolment = make_enrolment(candidate=candidate, entered_on=date(2021, 3, 1))
    lift_guards()
    request = make_admissibility(
        candidate, complete_on=date(2020, 12, 31), enrolment=enrolment, admitted_on=date(2021, 3, 1)
    )
    assert doubts("candidates.replies") == []

    day = {"reply_due_on": date(2021, 2, 27), "admitted_on": date(2021, 3, 2)}[field]
    AdmissibilityRequest.objects.update(**{field: day})

    assert doubts("candidates.replies") == [request.subject]
