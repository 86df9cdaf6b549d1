"""The minutes: put to the members, approved, sealed."""

from datetime import timedelta

import pytest

from accounts.todo import ToDo
from correspondence.models import Mail
from journal.canonical import sha256_of
from journal.models import Entry
from juries import services
from juries.enums import Presence, SessionState
from juries.models import MinutesApproval, MinutesDraft
from juries.papers import approved_content
from juries.services import refusals
from juries.todo import to_do
from rulebook.verdict import CheckCode
from tests.builders import juries as build
from tests.builders.juries import APPROVED_AT, SEALED_AT, SUBMITTED_AT

pytestmark = pytest.mark.django_db

UNION, EMPLOYER, EXPERT, TRAINING = 3, 6, 11, 13  # a seat of each college, besides the chair and the vice-chair


@pytest.fixture
def closed():
    return build.make_session(state=SessionState.CLOSED)


def submit(session, *incidents, at=SUBMITTED_AT):
    return services.submit_minutes(session, by=build.chair_of(session), at=at, incidents=incidents)


def approve(session, *numbers, submitted_at=SUBMITTED_AT, at=APPROVED_AT):
    for number in numbers:
        member = build.seat(session, number).sitting.user
        services.approve_minutes(session, submitted_at=submitted_at, by=member, at=at)


def seal(session, at=SEALED_AT):
    return services.seal_minutes(session, by=build.chair_of(session), at=at)


def awaited(refusal):
    return [reason.facts.get("college", reason.code) for reason in refusal.value.reasons]


# Submitting


def test_the_chair_submits_and_thereby_approves(closed):
    draft = submit(closed, "Coupure de dix minutes.")

    assert draft.incidents == ["Coupure de dix minutes."]
    assert MinutesApproval.objects.get().sha256 == draft.sha256
    assert Entry.objects.get(action="session.minutes_submitted").after == {"sha256": draft.sha256}
    assert Entry.objects.get(action="session.minutes_approved").after == {"seat": 1, "sha256": draft.sha256}


def test_submitting_again_unchanged_changes_nothing(closed):
    submit(closed)
    approve(closed, UNION)
    again = submit(closed, at=SUBMITTED_AT + timedelta(hours=1))

    assert again.submitted_at == SUBMITTED_AT
    assert MinutesApproval.objects.filter(sha256=again.sha256).count() == 2
    assert Entry.objects.filter(action="session.minutes_submitted").count() == 1


def test_a_correction_makes_other_minutes_that_nobody_else_has_approved(closed):
    first = submit(closed)
    approve(closed, UNION, EMPLOYER, EXPERT, TRAINING)
    corrected = submit(closed, "Une pause.", at=SUBMITTED_AT + timedelta(minutes=1))

    assert MinutesDraft.objects.get().sha256 == corrected.sha256 != first.sha256
    with pytest.raises(refusals.MinutesNotApproved) as refusal:
        seal(closed)
    assert awaited(refusal) == ["union", "employer", "expert", "training"]


@pytest.mark.parametrize("state", [SessionState.CONVENED, SessionState.OPEN, SessionState.SEALED])
def test_the_minutes_are_submitted_between_the_close_and_the_seal(state):
    session = build.make_session(state=state)

    with pytest.raises(refusals.WrongMoment):
        submit(session)


def test_only_the_chair_submits(closed):
    with pytest.raises(refusals.NotTheChair):
        services.submit_minutes(closed, by=build.seat(closed, 2).sitting.user, at=SUBMITTED_AT)


def test_every_other_member_who_sat_is_written_to_once_and_reads_no_candidate():
    session = build.make_session(state=SessionState.OPEN, absent=[13])
    build.deliberated(session)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    submit(session)
    submit(session)

    mails = Mail.objects.filter(kind="juries.minutes")
    members = {seat.sitting.user.email for seat in build.seats_of(session)[1:12]}
    assert {mail.to for mail in mails} == members
    assert len(mails) == 11


# Approving


def test_an_approval_is_kept_once(closed):
    submit(closed)
    approve(closed, UNION)
    approve(closed, UNION, at=APPROVED_AT + timedelta(minutes=1))

    approval = MinutesApproval.objects.get(seat__number=UNION)
    assert approval.approved_at == APPROVED_AT
    assert Entry.objects.filter(action="session.minutes_approved").count() == 2


def test_what_has_changed_since_it_was_read_is_not_approved(closed):
    submit(closed)
    submit(closed, "Une pause.", at=SUBMITTED_AT + timedelta(minutes=1))

    with pytest.raises(refusals.MinutesChanged):
        approve(closed, UNION, submitted_at=SUBMITTED_AT)


def test_what_another_chair_would_sign_is_submitted_again(closed):
    submit(closed)
    services.hand_over_chair(build.seat(closed, EMPLOYER), by=build.chair_of(closed), at=SUBMITTED_AT)

    with pytest.raises(refusals.MinutesChanged):
        approve(closed, UNION)
    with pytest.raises(refusals.MinutesOutdated):
        seal(closed)


def test_nothing_is_approved_before_it_is_submitted(closed):
    with pytest.raises(refusals.MinutesNotSubmitted):
        approve(closed, UNION)
    with pytest.raises(refusals.MinutesNotSubmitted):
        seal(closed)


def test_who_did_not_sit_does_not_approve():
    session = build.make_session(state=SessionState.OPEN, absent=[TRAINING])
    build.deliberated(session)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    submit(session)

    with pytest.raises(refusals.NotOfTheSitting):
        approve(session, TRAINING)
    with pytest.raises(refusals.NotOfTheSitting):
        services.approve_minutes(session, submitted_at=SUBMITTED_AT, by=session.created_by, at=APPROVED_AT)


def test_a_college_that_did_not_sit_is_not_awaited():
    session = build.make_session(state=SessionState.OPEN, absent=[TRAINING])
    build.deliberated(session)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    submit(session)
    approve(session, UNION, EMPLOYER, EXPERT)

    assert seal(session).context["seats"][12]["presence"] == Presence.ABSENT.label


# Sealing


@pytest.mark.parametrize(
    ("approving", "expected"),
    [
        pytest.param([], ["union", "employer", "expert", "training"], id="the-chair-alone"),
        pytest.param([UNION, EMPLOYER, EXPERT], ["training"], id="a-college-is-missing"),
        pytest.param([EMPLOYER, EXPERT, TRAINING], ["union"], id="the-chair-s-own-college"),
    ],
)
def test_the_minutes_are_not_sealed_before_every_college_has_approved(closed, approving, expected):
    submit(closed)
    approve(closed, *approving)

    with pytest.raises(refusals.MinutesNotApproved) as refusal:
        seal(closed)

    assert awaited(refusal) == expected
    assert CheckCode.MINUTES_CHAIR not in awaited(refusal)


def test_the_approvals_are_frozen_with_what_they_approve(closed):
    draft = submit(closed, "Une pause.")
    approve(closed, UNION, EMPLOYER, EXPERT, TRAINING)
    minutes = seal(closed)

    approvals = minutes.context["approvals"]
    assert [row["name"] for row in approvals] == [
        build.seat(closed, number).sitting.user.full_name for number in (1, UNION, EMPLOYER, EXPERT, TRAINING)
    ]
    assert approvals[0] | {"name": ""} == {
        "name": "",
        "college": build.seat(closed, 1).get_college_display(),
        "is_chair": True,
        "approved_at": SUBMITTED_AT.isoformat(),
    }
    assert sha256_of(approved_content(minutes.context)) == draft.sha256


def test_the_minutes_are_sealed_once(closed):
    build.approved(closed)
    seal(closed)

    with pytest.raises(refusals.WrongMoment):
        seal(closed)


# To do


def labels(user, session) -> list[str]:
    return [todo.label for todo in to_do(user, on=session.held_on) if isinstance(todo, ToDo) and todo.count]


def test_the_minutes_are_left_to_whoever_has_not_approved_them(closed):
    member = build.seat(closed, UNION).sitting.user
    assert labels(build.chair_of(closed), closed) == ["Procès-verbal à relire et à soumettre"]
    assert labels(member, closed) == []

    submit(closed)
    assert labels(build.chair_of(closed), closed) == []
    assert labels(member, closed) == ["Procès-verbal à approuver"]

    approve(closed, UNION, EMPLOYER, EXPERT, TRAINING)
    assert labels(build.chair_of(closed), closed) == ["Procès-verbal à sceller"]
    assert labels(member, closed) == []
    assert labels(build.seat(closed, 4).sitting.user, closed) == ["Procès-verbal à approuver"]
