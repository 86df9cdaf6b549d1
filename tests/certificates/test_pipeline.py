import random

import pytest

from blocks.facts import standard_of
from candidates.facts import acquired_codes
from certificates.pipeline import pipeline_of, to_issue
from certificates.services import issue_certificate
from rulebook.award import judge_award
from rulebook.outcomes import AwardOutcome
from tests.builders.candidates import make_acquired_block, make_candidate, make_enrolment
from tests.builders.certificates import ISSUED_AT, SEVEN_BLOCKS, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

ALL_BLOCKS = [*SEVEN_BLOCKS, "BC8"]


def test_the_list_agrees_with_the_rulebook_on_random_holdings():
    draw = random.Random(31395)  # noqa: S311  (reproducible cases, not a secret)
    enrolments = [make_holder(draw.sample(ALL_BLOCKS, draw.randint(5, 8))) for _ in range(25)]

    listed = set(to_issue().values_list("reference", flat=True))

    judged = {
        enrolment.reference
        for enrolment in enrolments
        if judge_award(
            standard_of(enrolment.version).composition, acquired_codes(enrolment.candidate, enrolment.version)
        ).answer
        is AwardOutcome.FULL_AWARD
    }
    assert listed == judged
    assert 0 < len(judged) < 25


def test_whoever_has_a_certificate_is_no_longer_listed():
    enrolment = make_holder()
    issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)

    assert not to_issue().exists()


def test_a_person_enrolled_twice_is_listed_by_the_last_entry():
    person = make_candidate()
    make_enrolment(candidate=person, entered_on=ISSUED_AT.date().replace(year=2019))
    last = make_enrolment(candidate=person)
    for code in SEVEN_BLOCKS:
        make_acquired_block(person, code)

    assert [enrolment.reference for enrolment in to_issue()] == [last.reference]


def test_each_stage_counts_its_own():
    make_enrolment()
    make_holder()

    counts = {stage.label: stage.count for stage in pipeline_of(on=ISSUED_AT.date())}

    assert counts["en évaluation"] == 1
    assert counts["à délivrer"] == 1
    assert counts["délivrés"] == 0
    assert counts["à déclarer"] == 0
