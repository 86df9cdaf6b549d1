"""`manage.py verify`: silent on what the services wrote, and each doubt found once its guard is lifted."""

from datetime import timedelta

import pytest
from django.db import connection

from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock
from journal.canonical import sha256_of
from journal.guards import all_guards
from juries import services
from juries.enums import BallotChoice, SessionState
from juries.invariants import INVARIANTS
from juries.models import (
    Ballot,
    Deliberation,
    JuryMember,
    JurySession,
    Minutes,
    MinutesApproval,
    MinutesFile,
    Recusal,
    Seat,
    SessionPaper,
    SessionPaperFile,
)
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db


def _doubts():
    return {invariant.code for invariant in INVARIANTS if list(invariant.find())}


@pytest.fixture
def published(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return build.make_session(state=SessionState.PUBLISHED, absent=[13])


@pytest.fixture
def unguarded(published):
    """Somebody with the right to drop triggers; PostgreSQL wants no foreign key left to check before that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for guard in all_guards():
        guard.remove(connection)
    return published


def test_what_the_services_wrote_raises_no_doubt(published):
    assert _doubts() == set()


def test_a_conflict_found_after_the_vote_raises_no_doubt():
    session = build.make_session()
    build.deliberated(session)
    seat = build.seat(session, 3)
    conflict = services.Conflict(build.dossier_of(session))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=build.CLOSED_AT)

    assert _doubts() == set()


def _first():
    return Deliberation.objects.order_by("pk").first()


def _change_a_seat():
    Seat.objects.filter(number=13).update(college="expert")


def _change_a_ballot():
    Ballot.objects.filter(pk=Ballot.objects.first().pk).update(choice=BallotChoice.ABSTAIN)


def _forge_a_ballot_from_the_absent():
    deliberation = _first()
    Ballot.objects.create(deliberation=deliberation, seat=Seat.objects.get(number=13), choice=BallotChoice.ACQUIRED)
    Deliberation.objects.filter(pk=deliberation.pk).update(acquired_count=13)


def _recuse_who_voted():
    seat = Seat.objects.get(number=3)
    Recusal.objects.create(
        dossier=_first().dossier, seat=seat, member=seat.member, reason="employer", recorded_at=build.OPENED_AT
    )


def _lower_the_quorum():
    Deliberation.objects.filter(pk=_first().pk).update(quorum_count=6)


def _turn_a_decision():
    Deliberation.objects.filter(pk=_first().pk).update(outcome="not_acquired", departure_reason="Motif.")


def _leave_a_vote_open():
    Deliberation.objects.filter(pk=_first().pk).update(state="open", closed_at=None, outcome=None, decided_at=None)


def _rewrite_the_minutes():
    Minutes.objects.update(context={"chair": "quelqu’un d’autre"})


def _rewrite_the_paper():
    MinutesFile.objects.update(content=b"%PDF-1.7 autre chose")


def _approve_something_else():
    """As if what was sealed were not what the members had read."""
    minutes = Minutes.objects.get()
    context = minutes.context | {"incidents": ["Une pause."]}
    Minutes.objects.update(context=context, sha256=sha256_of(context))


def _take_an_approval_back():
    MinutesApproval.objects.filter(seat__college="employer").delete()


def _add_a_signature():
    minutes = Minutes.objects.get()
    context = minutes.context | {"approvals": [*minutes.context["approvals"], minutes.context["approvals"][0]]}
    Minutes.objects.update(context=context, sha256=sha256_of(context))


def _rewrite_an_addendum():
    paper = _add_addendum()
    SessionPaper.objects.filter(pk=paper.pk).update(context=paper.context | {"text": "Autre chose."})


def _rewrite_the_file_of_an_addendum():
    digest = "0" * 64
    SessionPaperFile.objects.create(paper=_add_addendum(), content=b"%PDF", sha256=digest, drawn_at=build.SEALED_AT)


def _add_addendum():
    session = JurySession.objects.get()
    chair = build.chair_of(session)
    return services.add_addendum(session, corrects="Un.", text="Deux.", by=chair, at=build.PUBLISHED_AT)


def _acquire_without_a_jury():
    enrolled = make_enrolment().enrolled_blocks.first()
    AcquiredBlock.objects.create(
        candidate=enrolled.enrolment.candidate,
        catalogue_block=enrolled.block.catalogue_block,
        enrolled_block=enrolled,
        acquired_on=build.DECIDED_ON,
        origin=AcquisitionOrigin.JURY,
        recorded_by=make_admin(),
        recorded_at=build.PUBLISHED_AT,
    )


def _acquire_before_the_decision():
    AcquiredBlock.objects.filter(pk=AcquiredBlock.objects.first().pk).update(acquired_on=build.HELD_ON)


def _take_a_block_back():
    AcquiredBlock.objects.first().delete()


def _mandate_twice():
    build.make_member("expert", user=JuryMember.objects.first().user, starts_on=build.HELD_ON)


def _end_a_mandate_too_early():
    JuryMember.objects.filter(seats__number=3).update(ends_on=build.HELD_ON - timedelta(days=1))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (_mandate_twice, "juries.mandates"),
        (_end_a_mandate_too_early, "juries.mandated"),
        (_change_a_seat, "juries.seats"),
        (_change_a_ballot, "juries.tally"),
        (_forge_a_ballot_from_the_absent, "juries.ballots"),
        (_recuse_who_voted, "juries.ballots"),
        (_lower_the_quorum, "juries.quorum"),
        (_turn_a_decision, "juries.decisions"),
        (_leave_a_vote_open, "juries.finished"),
        (_rewrite_the_minutes, "juries.minutes"),
        (_rewrite_the_paper, "juries.minutes"),
        (_approve_something_else, "juries.approvals"),
        (_take_an_approval_back, "juries.approvals"),
        (_add_a_signature, "juries.approvals"),
        (_rewrite_an_addendum, "juries.papers"),
        (_rewrite_the_file_of_an_addendum, "juries.papers"),
        (_acquire_without_a_jury, "juries.acquired"),
        (_acquire_before_the_decision, "juries.acquired"),
        (_take_a_block_back, "juries.published"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_each_doubt_is_found(unguarded, tamper, code):
    tamper()

    assert code in _doubts()


def test_a_sealed_session_without_minutes_is_a_doubt(unguarded):
    JurySession.objects.create(
        reference="JURY-2021-07-01",
        version=unguarded.version,
        held_on=build.HELD_ON,
        place="Paris",
        means="remote",
        state=SessionState.SEALED,
        convened_at=build.CONVENED_AT,
        opened_at=build.OPENED_AT,
        closed_at=build.CLOSED_AT,
        sealed_at=build.SEALED_AT,
        created_by=make_admin(),
    )

    assert _doubts() == {"juries.seats", "juries.minutes"}
