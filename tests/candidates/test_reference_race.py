"""References taken at once: none twice, none skipped (PATTERNS F09; positive control first)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from candidates.models import Candidate, Enrolment, ReferenceCounter
from candidates.services import AlreadyEnrolled, EnrolmentRefused, enrol, enrolments
from tests.builders.candidates import make_identity
from tests.builders.organisations import make_admin, make_training_organisation
from tests.builders.standard import load

WORKERS, EACH = 6, 4
TOTAL = WORKERS * EACH
YEAR = 2020

pytestmark = pytest.mark.usefixtures("postgresql", "committed")


@pytest.fixture
def enrolling():
    load()
    facts = {
        "route": "apprenticeship",
        "entered_on": date(YEAR, 9, 14),
        "organisation": make_training_organisation(),
        "by": make_admin(),
        "at": datetime(YEAR, 9, 15, tzinfo=UTC),
    }

    def enrolling(identity, options=("BC6", "BC7")):
        return enrol(identity, options=options, **facts)

    return enrolling


def all_at_once(acts):
    """Run lists of acts side by side, started together; how many the database or a service refused."""
    start = Barrier(len(acts))

    def run(own):
        refused = 0
        try:
            start.wait()
            for act in own:
                try:
                    act()
                except (IntegrityError, AlreadyEnrolled, EnrolmentRefused):
                    refused += 1
        finally:
            connection.close()
        return refused

    with ThreadPoolExecutor(len(acts)) as workers:
        return sum(workers.map(run, acts))


def numbers():
    return sorted(Enrolment.objects.values_list("reference", flat=True))


def expected(count):
    return [f"{YEAR}-{number:06}" for number in range(1, count + 1)]


def different_people(enrolling):
    return [[lambda: enrolling(make_identity()) for _ in range(EACH)] for _ in range(WORKERS)]


def test_without_the_lock_numbers_collide(enrolling, monkeypatch):
    """The control: the same race does meet; only the unique references and the guard then save the register."""
    enrolling(make_identity())
    monkeypatch.setattr(enrolments, "_locked_counter", lambda year: ReferenceCounter.objects.get(year=year))

    refused = all_at_once(different_people(enrolling))

    assert refused > 0


def test_with_the_lock_every_number_is_taken_once(enrolling):
    refused = all_at_once(different_people(enrolling))

    assert refused == 0
    assert numbers() == expected(TOTAL)


def test_a_refusal_on_the_way_leaves_no_gap(enrolling):
    acts = different_people(enrolling)
    for own in acts:
        own.insert(1, lambda: enrolling(make_identity(), options=["BC6"]))

    refused = all_at_once(acts)

    assert refused == WORKERS
    assert numbers() == expected(TOTAL)


def test_one_person_enrolled_by_two_people_at_once_is_enrolled_once(enrolling):
    identity = make_identity()

    refused = all_at_once([[lambda: enrolling(identity)] for _ in range(WORKERS)])

    assert refused == WORKERS - 1
    assert Candidate.objects.count() == 1
    assert numbers() == expected(1)
