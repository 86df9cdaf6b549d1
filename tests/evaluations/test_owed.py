"""Whose the evaluations are that were not handed in: against what each channel awaits, on random data."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock
from evaluations.models import Reopening
from evaluations.owed import InPlace, by_person, owed
from evaluations.progress import awaited_blocks
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)
DAY = timedelta(days=1)


def make_random_enrolment(draw, cohorts, admin):
    enrolment = make_enrolment(
        draw.choice(["apprenticeship", "vae", "continuing_training"]),
        cohort=draw.choice([*cohorts, None]),
        referred=draw.random() < 0.8,
        withdrawn_on=draw.choice([None, None, None, TODAY + DAY]),
        entered_on=draw.choice([date(2020, 9, 14), TODAY + DAY]),
    )
    if draw.random() < 0.7:
        build.assign(enrolment)
    channels = list(enrolment.route.plan.values_list("code", flat=True))
    for block in ["BC1", "BC2", "BC3", "BC4"]:
        for channel in channels:
            if channel == "company" and not enrolment.referent:
                continue
            what = draw.choice(["nothing", "draft", "submitted", "excused", "reopened", "reopened and undated"])
            if what == "draft":
                build.draft(enrolment, block, channel)
            elif what != "nothing":
                attendance = "excused" if what == "excused" else "present"
                evaluation = build.submit(enrolment, block, channel, attendance=attendance)
                if what.startswith("reopened"):
                    due_on = None if what.endswith("undated") else TODAY + draw.randrange(-20, 20) * DAY
                    Reopening.objects.create(
                        evaluation=evaluation,
                        kind="correction",
                        reason="Un motif.",
                        due_on=due_on,
                        opened_by=admin,
                        opened_at=build.EDITED_AT,
                    )
    if draw.random() < 0.3:
        make_acquired_block(enrolment.candidate, "BC1")
    return enrolment


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_each_channel_awaits(seed):
    draw, admin = random.Random(seed), make_admin()  # noqa: S311  (random data, the same each time)
    cohorts = [make_cohort(due_on=TODAY + days * DAY) for days in (-30, -8, 0, 10)] + [make_cohort()]
    for _ in range(8):
        make_random_enrolment(draw, cohorts, admin)

    for until in (TODAY - 7 * DAY, TODAY - DAY, TODAY + 14 * DAY):
        rows = owed(on=TODAY, until=until)
        for channel in ChannelCode:
            expected = Counter(
                (block.enrolment.cohort_id, block.enrolment.training_organisation_id, block.due_on)
                for block in awaited_blocks(channel, on=TODAY).select_related("enrolment")
                if block.due_on and block.due_on <= until
            )
            told = Counter()
            for row in rows:
                if row.channel == channel:
                    told[row.cohort_id, row.training_organisation_id, row.due_on] += row.count
            assert told == expected
    assert EnrolledBlock.objects.exists()


class TestInCharge:
    def held(self, person) -> int:
        rows = owed(on=TODAY, until=TODAY)
        return sum(row.count for row in by_person(rows, InPlace.read(rows, on=TODAY)).get(person, []))

    def test_every_member_the_referent_and_the_assessor(self):
        organisation = make_training_organisation()
        member, colleague = make_training_member(organisation), make_training_member(organisation)
        enrolment = make_enrolment(cohort=make_cohort(organisation=organisation, due_on=TODAY - DAY))
        assessor = build.assign(enrolment)
        build.submit(enrolment, "BC1", "company")

        assert self.held(member) == self.held(colleague) == self.held(assessor) == 7
        assert self.held(enrolment.referent) == 6
        assert self.held(make_training_member()) == 0

    def test_nobody_once_their_role_is_over(self):
        organisation = make_training_organisation()
        member = make_training_member(organisation)
        enrolment = make_enrolment(cohort=make_cohort(organisation=organisation, due_on=TODAY - DAY))
        assessor = build.assign(enrolment)
        Membership.objects.update(ends_on=TODAY)

        assert [self.held(person) for person in (member, assessor, enrolment.referent)] == [0, 0, 0]

    def test_nobody_whose_account_is_closed(self):
        enrolment = make_enrolment(cohort=make_cohort(due_on=TODAY - DAY))
        enrolment.referent.is_active = False
        enrolment.referent.save()

        assert self.held(enrolment.referent) == 0

    def test_a_referent_of_another_company_is_not_in_charge_here(self):
        enrolment = make_enrolment(cohort=make_cohort(due_on=TODAY - DAY))
        moved = make_referent(make_company())
        enrolment.referent = moved
        enrolment.save()

        assert self.held(moved) == 0


def test_many_cost_what_one_costs():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows = owed(on=timezone.localdate(), until=timezone.localdate())
            by_person(rows, InPlace.read(rows, on=timezone.localdate()))
        return len(captured)

    assessor = make_panel_assessor()
    build.assign(make_enrolment(cohort=make_cohort(due_on=TODAY)), assessor)
    for_one = queries()
    for _ in range(5):
        build.assign(make_enrolment(cohort=make_cohort(due_on=TODAY)), assessor)

    assert queries() == for_one == 5
