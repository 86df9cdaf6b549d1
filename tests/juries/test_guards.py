"""What the database itself refuses, whoever writes. Each guard is broken once, past the services."""

import pytest
from django.db import IntegrityError, connection, transaction

from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock
from juries import services
from juries.enums import BallotChoice, BlockOutcome, DeliberationState, Presence, SessionState
from juries.models import (
    Ballot,
    Deliberation,
    Dossier,
    JuryMember,
    JurySession,
    Minutes,
    MinutesApproval,
    MinutesDraft,
    MinutesFile,
    Ratification,
    RatificationException,
    Recusal,
    Seat,
)
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
YES, NO = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED
UNIQUE = "(?i)unique"


def refused(write, message):
    """The write is refused, for this reason; what came before it stands."""
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        write()


def _opened(session=None, block="BC1"):
    session = session or build.make_session()
    return services.open_vote(build.deliberation_on(session, block), by=build.chair_of(session), at=AT)


def _insert(deliberation, number):
    seat = build.seat(deliberation.dossier.session, number)
    Ballot.objects.create(deliberation=deliberation, seat=seat, choice=YES)


def test_a_ballot_is_taken_when_nothing_stands_against_it():
    deliberation = _opened()

    _insert(deliberation, 2)

    assert deliberation.ballots.count() == 1


def test_a_ballot_after_the_close():
    deliberation = _opened()
    build.vote(deliberation, YES)
    services.close_vote(deliberation, by=build.chair_of(deliberation.dossier.session), at=AT)

    refused(lambda: Ballot.objects.filter(deliberation=deliberation).update(choice=NO), "recevable")
    refused(lambda: _insert(deliberation, 2), "recevable")


def test_a_ballot_before_the_vote():
    deliberation = build.deliberation_on(build.make_session())

    refused(lambda: _insert(deliberation, 2), "recevable")


def test_a_ballot_from_an_absent_member():
    deliberation = _opened(build.make_session(absent=[5]))

    refused(lambda: _insert(deliberation, 5), "recevable")


def test_a_ballot_from_a_recused_member():
    deliberation = _opened()
    seat = build.seat(deliberation.dossier.session, 5)
    services.declare_conflicts(seat, [services.Conflict(deliberation.dossier)], by=seat.sitting.user, at=AT)

    refused(lambda: _insert(deliberation, 5), "recevable")


def test_a_ballot_from_another_session():
    deliberation, other = _opened(), build.make_session()
    seat = build.seat(other, 2)

    refused(lambda: Ballot.objects.create(deliberation=deliberation, seat=seat, choice=YES), "recevable")


def test_a_second_ballot():
    deliberation = _opened()
    _insert(deliberation, 2)

    refused(lambda: _insert(deliberation, 2), UNIQUE)


def test_a_ballot_taken_back():
    deliberation = _opened()
    _insert(deliberation, 2)

    refused(lambda: deliberation.ballots.all()._raw_delete(using="default"), "retire")


def test_twelve_seats_convened():
    session = build.make_session(state=SessionState.PREPARED, members=build.make_members(12))

    refused(lambda: _convene(session), "treize")


def test_thirteen_seats_of_other_colleges_convened():
    members = [*build.make_members(12), build.make_member("expert")]
    session = build.make_session(state=SessionState.PREPARED, members=members)

    refused(lambda: _convene(session), "treize")


def test_a_jury_without_chair_convened():
    session = build.make_session(state=SessionState.PREPARED)
    session.seats.update(is_chair=False)

    refused(lambda: _convene(session), "treize")


def _convene(session):
    JurySession.objects.filter(pk=session.pk).update(state=SessionState.CONVENED, convened_at=build.CONVENED_AT)


def test_seats_of_a_convened_jury():
    session = build.make_session(state=SessionState.CONVENED)
    seat, stranger = build.seat(session, 2), build.make_member("union")

    refused(lambda: Seat.objects.filter(pk=seat.pk).update(member=stranger), "sièges")
    refused(lambda: Seat.objects.filter(pk=seat.pk)._raw_delete(using="default"), "sièges")
    refused(lambda: Seat.objects.create(session=session, number=12, college="union", member=stranger), "sièges")


def test_two_chairs():
    session = build.make_session(state=SessionState.PREPARED)

    refused(lambda: session.seats.filter(number=3).update(is_chair=True), UNIQUE)


def test_two_vice_chairs():
    session = build.make_session(state=SessionState.PREPARED)

    refused(lambda: session.seats.filter(number=3).update(is_vice_chair=True), UNIQUE)


def test_a_member_in_two_seats():
    session = build.make_session(state=SessionState.PREPARED, members=build.make_members(12))
    member = JuryMember.objects.first()

    refused(lambda: Seat.objects.create(session=session, number=13, college="training", member=member), UNIQUE)


def test_a_substitute_who_sits_and_is_nobody():
    session = build.make_session()

    refused(lambda: session.seats.filter(number=2).update(is_substituted=True), "juries_seat_substituted")


def test_the_agenda_of_a_convened_jury():
    session = build.make_session(state=SessionState.CONVENED)
    enrolment = make_enrolment()

    refused(lambda: Dossier.objects.create(session=session, enrolment=enrolment, position=2), "ordre du jour")
    refused(lambda: session.dossiers.update(position=9), "ordre du jour")


def test_a_vote_opened_outside_of_the_session():
    session = build.make_session(state=SessionState.CONVENED)
    row = build.deliberation_on(session)
    values = {"state": DeliberationState.OPEN, "opened_at": AT, "proposal": "acquired", "quorum_count": 13}
    values |= {"presided_by": JuryMember.objects.first()}

    refused(lambda: Deliberation.objects.filter(pk=row.pk).update(**values), "pendant la session")


def test_a_vote_opened_without_its_proposal():
    row = build.deliberation_on(build.make_session())

    values = {"state": DeliberationState.OPEN, "opened_at": AT}

    refused(lambda: Deliberation.objects.filter(pk=row.pk).update(**values), "juries_deliberation_state")


def test_a_decided_deliberation_changed():
    deliberation = _opened()
    build.vote(deliberation, YES)
    services.close_vote(deliberation, by=build.chair_of(deliberation.dossier.session), at=AT)
    rows = Deliberation.objects.filter(pk=deliberation.pk)

    refused(lambda: rows.update(outcome=BlockOutcome.NOT_ACQUIRED), "décidée")
    refused(lambda: rows._raw_delete(using="default"), "décidée")


def test_a_count_changed_before_the_decision():
    deliberation = _opened()
    build.vote(deliberation, NO)
    services.close_vote(deliberation, by=build.chair_of(deliberation.dossier.session), at=AT)
    rows = Deliberation.objects.filter(pk=deliberation.pk)

    refused(lambda: rows.update(acquired_count=13), "clos")
    refused(lambda: rows.update(state=DeliberationState.OPEN, closed_at=None), "clos")


def test_a_casting_vote_without_a_tie():
    deliberation = _opened()
    build.vote(deliberation, NO)
    services.close_vote(deliberation, by=build.chair_of(deliberation.dossier.session), at=AT)

    rows = Deliberation.objects.filter(pk=deliberation.pk)

    refused(lambda: rows.update(casting_vote="acquired"), "juries_deliberation_casting_vote_on_tie")


def test_a_session_closed_on_an_open_vote():
    session = _opened().dossier.session

    refused(
        lambda: JurySession.objects.filter(pk=session.pk).update(state=SessionState.CLOSED, closed_at=build.CLOSED_AT),
        "se clôt",
    )


def test_a_recusal_taken_back():
    deliberation = _opened()
    seat = build.seat(deliberation.dossier.session, 5)
    services.declare_conflicts(seat, [services.Conflict(deliberation.dossier)], by=seat.sitting.user, at=AT)

    refused(lambda: Recusal.objects.all()._raw_delete(using="default"), "déport")


def test_a_state_that_skips_its_dates():
    session = build.make_session(state=SessionState.CONVENED)

    refused(lambda: JurySession.objects.filter(pk=session.pk).update(state=SessionState.OPEN), "juries_session_state")


def test_dates_out_of_order():
    session = build.make_session()

    rows = JurySession.objects.filter(pk=session.pk)

    refused(lambda: rows.update(opened_at=build.PREPARED_AT), "juries_session_order")


def test_sealed_minutes_and_their_paper(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = build.make_session(state=SessionState.SEALED)

    refused(lambda: Minutes.objects.update(context={}), "scellé")
    refused(lambda: Minutes.objects.all()._raw_delete(using="default"), "scellé")
    refused(lambda: MinutesFile.objects.update(sha256="0" * 64), "scellé")
    refused(lambda: MinutesDraft.objects.update(incidents=["Autre chose."]), "approuvé")
    refused(lambda: session.seats.update(presence=Presence.EXCUSED), "scellé")


def test_an_approval_and_a_paper_of_the_session(django_capture_on_commit_callbacks):
    session = build.make_session(state=SessionState.SEALED)
    with django_capture_on_commit_callbacks(execute=True):
        services.add_addendum(session, corrects="Un.", text="Deux.", by=build.chair_of(session), at=build.SEALED_AT)

    for table, column in (
        ("juries_minutesapproval", "sha256"),
        ("juries_sessionpaper", "sha256"),
        ("juries_sessionpaperfile", "sha256"),
    ):
        refused(lambda table=table, column=column: _run(f"UPDATE {table} SET {column} = 'x'"), "ne (se|change)")
        refused(lambda table=table: _run(f"DELETE FROM {table}"), "ne (se|change)")


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_approval_of_what_was_not_submitted():
    session = build.make_session(state=SessionState.CLOSED)
    seat = build.seat(session, 3)
    words = {"session": session, "seat": seat, "member": seat.member, "approved_at": AT}

    refused(lambda: MinutesApproval.objects.create(sha256="0" * 64, **words), "soumis")

    draft = build.approved(session)
    services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)
    late = build.seat(session, 5)
    refused(
        lambda: MinutesApproval.objects.create(sha256=draft.sha256, **words | {"seat": late, "member": late.member}),
        "soumis",
    )


def test_minutes_sealed_without_the_approval_of_the_chair():
    session = build.make_session(state=SessionState.CLOSED)
    words = {"context": {}, "sha256": "0" * 64, "template_version": "2"}

    refused(
        lambda: Minutes.objects.create(session=session, sealed_by=build.chair_of(session), sealed_at=AT, **words),
        "approuvé",
    )


def test_a_recorded_decision_of_the_cpnefp():
    session = build.make_session(state=SessionState.SEALED)
    build.ratified(session, exceptions={build.deliberation_on(session): "À revoir."})

    refused(lambda: Ratification.objects.update(decided_on=build.HELD_ON), "CPNEFP")
    refused(lambda: RatificationException.objects.all()._raw_delete(using="default"), "CPNEFP")


def test_a_published_session_changed():
    session = build.make_session(state=SessionState.PUBLISHED)

    refused(lambda: JurySession.objects.filter(pk=session.pk).update(place="ailleurs"), "publiée")


def test_a_block_acquired_without_a_published_decision():
    session = build.make_session(state=SessionState.RATIFIED)
    row = build.deliberation_on(session)

    refused(lambda: _acquire(row), "publiée")


def test_a_block_acquired_although_sent_back():
    session = build.make_session(state=SessionState.SEALED)
    row = build.deliberation_on(session)
    build.ratified(session, exceptions={row: "À revoir."})
    build.published(session)

    refused(lambda: _acquire(row), "publiée")


def _acquire(row):
    AcquiredBlock.objects.create(
        candidate=row.dossier.enrolment.candidate,
        catalogue_block=row.enrolled_block.block.catalogue_block,
        enrolled_block=row.enrolled_block,
        acquired_on=build.DECIDED_ON,
        origin=AcquisitionOrigin.JURY,
        recorded_by=make_admin(),
        recorded_at=build.PUBLISHED_AT,
    )
