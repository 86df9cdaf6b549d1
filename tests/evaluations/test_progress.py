"""What the SQL says of progress, held against the rulebook and against the matrix on random data."""

from datetime import date, timedelta
from random import Random

import pytest

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock, Enrolment
from evaluations.enums import Attendance, Mark, ProgressFilter, Rating
from evaluations.facts import proposals_of_many
from evaluations.matrix import for_matrix, matrix_of
from evaluations.permissions import enrolments_of
from evaluations.progress import (
    Awaited,
    ChannelProgress,
    Place,
    awaited_blocks,
    awaited_from,
    blocks_to_evaluate,
    cohort_progress,
    fully_evaluated,
    in_progress,
    next_after,
    with_progress,
    workloads_of,
)
from organisations.permissions import access_of
from rulebook.outcomes import Proposal
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)
DUE = {
    "past": TODAY - timedelta(days=1),
    "today": TODAY,
    "later": TODAY + timedelta(days=30),
}


class Branch:
    """Enrolments of every kind, in every state, drawn at random from a seed."""

    def __init__(self, seed: int, *, enrolments: int = 9) -> None:
        self.draw = Random(seed)  # noqa: S311  (repeatable, not secret)
        self.reopened = Random(-seed)  # noqa: S311
        self.member = make_training_member()
        self.organisation = self.member.memberships.get().training_organisation
        self.company = make_company()
        self.referent = make_referent(self.company)
        self.assessor = make_panel_assessor()
        self.cohorts = [make_cohort(organisation=self.organisation, due_on=due_on) for due_on in DUE.values()]
        for _ in range(enrolments):
            self._enrol()

    @property
    def people(self) -> list[User]:
        return [self.member, self.referent, self.assessor, make_admin(), make_user()]

    def _enrol(self) -> None:
        is_vae = self.draw.random() < 0.25
        candidate = make_candidate()
        if self.draw.random() < 0.3:
            make_acquired_block(candidate, self.draw.choice(["BC1", "BC6", "BC8"]))
        enrolment = make_enrolment(
            route="vae" if is_vae else "apprenticeship",
            candidate=candidate,
            organisation=None if is_vae else self.organisation,
            company=self.company,
            referent=self.referent,
            cohort=self.draw.choice([None, *self.cohorts]),
            entered_on=self.draw.choice([date(2020, 9, 14), TODAY, TODAY + timedelta(days=1)]),
            withdrawn_on=self.draw.choice([None, None, None, date(2021, 12, 1)]),
        )
        if self.draw.random() < 0.7:
            build.assign(enrolment, self.assessor)
        is_busy = self.draw.random()
        for block in enrolment.enrolled_blocks.order_by("pk"):
            for channel in enrolment.route.plan.order_by("position"):
                self._evaluate(enrolment, block.block.code, channel.code, is_busy)

    def _evaluate(self, enrolment: Enrolment, block: str, channel: str, is_busy: float) -> None:
        by = {"training": self.member, "company": self.referent, "panel": self.assessor}[channel]
        attempt = 1
        if self.reopened.random() < 0.15:
            evaluation = build.submit(enrolment, block, channel, self.reopened.choice(list(Rating)), by=by)
            build.reopen(evaluation, due_on=self.reopened.choice([None, *DUE.values()]), by=by)
            attempt = 2
        if self.draw.random() < 0.1:
            build.submit(enrolment, block, channel, by=by, attendance=Attendance.EXCUSED, attempt=attempt)
            attempt += 1
        if self.draw.random() > 0.9:
            build.draft(enrolment, block, channel, by=by, attempt=attempt)
        elif is_busy > 0.4 or self.draw.random() < is_busy:
            build.submit(enrolment, block, channel, self.draw.choice(list(Rating)), by=by, attempt=attempt)


@pytest.fixture(params=[1, 2], ids=lambda seed: f"seed {seed}")
def branch(request) -> Branch:
    return Branch(request.param)


def test_nothing_is_left_exactly_when_no_proposal_is_incomplete(branch):
    open_blocks = set(blocks_to_evaluate().values_list("enrolment_id", "block__code"))
    proposals = proposals_of_many(Enrolment.objects.all())

    for enrolment in with_progress(Enrolment.objects.all()):
        answers = [
            verdict.answer for block, verdict in proposals[enrolment.pk].items() if (enrolment.pk, block) in open_blocks
        ]
        is_complete = enrolment.evaluations_heard == enrolment.evaluations_expected
        assert is_complete == (Proposal.INCOMPLETE not in answers)
        assert enrolment.evaluations_expected == len(answers) * enrolment.route.plan.count()
        assert 0 <= enrolment.evaluations_heard <= enrolment.evaluations_expected
    assert {len(proposals[pk]) for pk in proposals} == {7}


def test_fully_evaluated_is_what_progress_counts_as_such(branch):
    enrolments = Enrolment.objects.all()
    counted = {row for row in with_progress(enrolments) if row.evaluations_heard == row.evaluations_expected}

    assert set(fully_evaluated(enrolments)) == counted
    assert 0 < len(counted) < enrolments.count()


def test_the_matrix_and_the_awaited_blocks_say_the_same(branch):
    admin = access_of(make_admin())
    waiting = {Mark.EXPECTED, Mark.DRAFT, Mark.LATE}
    shown = {
        (row.enrolment.pk, square.code, channel)
        for row in matrix_of(list(for_matrix(Enrolment.objects.all())), admin, on=TODAY).rows
        for square in row.squares
        for channel, mark in zip(ChannelCode, square.marks, strict=True)
        if mark in waiting
    }

    awaited = {
        (*key, channel)
        for channel in ChannelCode
        for key in awaited_blocks(channel, on=TODAY).values_list("enrolment_id", "block__code")
    }

    assert awaited == shown
    assert awaited


@pytest.mark.parametrize("wanted", [ProgressFilter.TO_DO, ProgressFilter.LATE, ProgressFilter.DRAFT])
def test_the_filters_find_the_rows_whose_own_marks_say_so(branch, wanted):
    marks = {
        ProgressFilter.TO_DO: {Mark.EXPECTED, Mark.DRAFT, Mark.LATE},
        ProgressFilter.LATE: {Mark.LATE},
        ProgressFilter.DRAFT: {Mark.DRAFT},
    }[wanted]
    own = {branch.member: "training", branch.referent: "company", branch.assessor: "panel"}

    for user, channel in own.items():
        rows = matrix_of(list(for_matrix(Enrolment.objects.active())), access_of(user), on=TODAY).rows
        place = list(ChannelCode).index(ChannelCode(channel))
        expected = {
            row.enrolment.pk
            for row in rows
            if any(square.url and square.marks[place] in marks for square in row.squares)
        }
        found = set(
            in_progress(Enrolment.objects.all(), wanted, access_of(user), on=TODAY).values_list("pk", flat=True)
        )
        if wanted == ProgressFilter.DRAFT:  # A late draft is shown as late.
            assert expected <= found
        else:
            assert found == expected


def test_the_earliest_date_of_a_row_is_that_of_what_its_reader_still_owes(branch):
    seen = set()
    for user, channel in {branch.member: "training", branch.referent: "company", branch.assessor: "panel"}.items():
        theirs = enrolments_of(user).active()
        rows = matrix_of(list(for_matrix(theirs)), access_of(user), on=TODAY).rows
        owed = awaited_blocks(channel, on=TODAY).filter(enrolment__in=theirs, due_on__isnull=False)

        dates = dict(owed.order_by("-due_on").values_list("enrolment_id", "due_on"))
        assert {row.enrolment.pk: row.due_on for row in rows if row.due_on} == dates
        seen |= set(dates.values())
    assert len(seen) > 1


def test_done_and_to_do_share_the_active_enrolments(branch):
    for user in branch.people:
        access, everyone = access_of(user), Enrolment.objects.all()
        to_do = set(in_progress(everyone, ProgressFilter.TO_DO, access, on=TODAY))
        done = set(in_progress(everyone, ProgressFilter.DONE, access, on=TODAY))

        assert not to_do & done
        assert to_do | done == set(Enrolment.objects.active())


def test_each_is_awaited_on_their_own_channel_the_earliest_date_first(branch):
    for user in branch.people:
        awaited = awaited_from(user, on=TODAY)
        dates = [entry.due_on or date.max for entry in awaited]

        assert dates == sorted(dates)
        assert len(set(awaited)) == len(awaited)
        assert awaited_from(user, on=TODAY, limit=1) == awaited[:1]
        for load in workloads_of(user, on=TODAY):
            mine = [entry for entry in awaited if entry.place.channel == load.channel]
            drafts = [entry for entry in mine if entry.is_draft]
            assert (load.count, load.drafts) == (len(mine), len(drafts))
            assert load.first == next(iter(mine), None)
            assert load.due_on == min((entry.due_on for entry in mine if entry.due_on), default=None)
            assert load.drafts_due_on == min((entry.due_on for entry in drafts if entry.due_on), default=None)


def test_nobody_but_those_in_charge_is_awaited(branch):
    assert awaited_from(make_admin(), on=TODAY) == []
    assert awaited_from(make_user(), on=TODAY) == []
    assert {entry.place.channel for entry in awaited_from(branch.member, on=TODAY)} == {ChannelCode.TRAINING}


def test_a_cohort_counts_what_its_candidates_still_there_are_owed(branch):
    for cohort in branch.cohorts:
        progress = cohort_progress(branch.cohorts)[cohort.pk]
        present = Enrolment.objects.active().filter(cohort=cohort)

        assert sum(channel.expected for channel in progress.values()) == sum(
            row.evaluations_expected for row in with_progress(present)
        )
        assert sum(channel.heard for channel in progress.values()) == sum(
            row.evaluations_heard for row in with_progress(present)
        )


def test_a_cohort_says_its_deadline():
    cohort = make_cohort(due_on=TODAY)
    make_enrolment(cohort=cohort)

    assert cohort_progress([cohort])[cohort.pk][ChannelCode.PANEL] == ChannelProgress(7, 0, TODAY)
    assert EnrolledBlock.objects.count() == 7


class TestTheNext:
    ENTRIES = [
        Awaited(Place("2020-000001", block, ChannelCode.TRAINING), "Zoé", None, False)
        for block in ("BC1", "BC2", "BC3")
    ]

    @pytest.mark.parametrize(("here", "following"), [("BC1", "BC2"), ("BC2", "BC3"), ("BC3", "BC1"), ("BC8", "BC1")])
    def test_it_follows_in_order_and_starts_again(self, here, following):
        found = next_after(self.ENTRIES, Place("2020-000001", here, ChannelCode.TRAINING))

        assert found
        assert found.place.block == following

    def test_it_is_never_the_same(self):
        assert next_after(self.ENTRIES[:1], self.ENTRIES[0].place) is None
