"""Jury members, and sessions brought to each of their states by the services themselves.

But for what thirteen members do alike, which nearly every test asks for and few are about: that they have no conflict
to declare, and how they vote. Those rows are written at once, and the guards of the database judge them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, repeat
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.models import JuryCollege
from candidates.models import Enrolment
from juries import services
from juries.approvals import approving_seats
from juries.enums import BallotChoice, Presence, SessionMeans, SessionState
from juries.models import Ballot, Deliberation, Dossier, JuryMember, JurySession, MinutesDraft, Ratification, Seat

from .candidates import current_version, make_enrolment
from .evaluations import submit_all
from .organisations import make_admin, make_training_organisation, make_user

HELD_ON = date(2021, 6, 15)
PREPARED_AT = datetime(2021, 5, 20, 8, 0, tzinfo=UTC)
CONVENED_AT = datetime(2021, 6, 1, 8, 0, tzinfo=UTC)
OPENED_AT = datetime(2021, 6, 15, 7, 30, tzinfo=UTC)
VOTED_AT = datetime(2021, 6, 15, 9, 0, tzinfo=UTC)
CLOSED_AT = datetime(2021, 6, 15, 15, 0, tzinfo=UTC)
SUBMITTED_AT = datetime(2021, 6, 15, 15, 10, tzinfo=UTC)
APPROVED_AT = datetime(2021, 6, 15, 15, 20, tzinfo=UTC)
SEALED_AT = datetime(2021, 6, 15, 15, 30, tzinfo=UTC)
RATIFIED_AT = datetime(2021, 7, 1, 10, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2021, 7, 2, 8, 0, tzinfo=UTC)
DECIDED_ON = date(2021, 6, 30)

_numbers = count(1)


def make_member(college: str = CollegeCode.UNION, user: User | None = None, **fields: Any) -> JuryMember:
    """In the training college, for an organisation of its own: of no candidate's, unless it is given."""
    fields = {"body": f"Mandant {next(_numbers)}", "starts_on": date(2019, 1, 1)} | fields
    if college == CollegeCode.TRAINING:
        fields.setdefault("training_organisation", make_training_organisation())
    return JuryMember.objects.create(user=user or make_user(), college=college, **fields)


def make_members(number: int = 13) -> list[JuryMember]:
    """As many as asked for, filling the seats of the standard in the order of its colleges."""
    colleges = JuryCollege.objects.filter(version=current_version()).order_by("position")
    places = [college.code for college in colleges for _ in range(college.seats)]
    return [make_member(college) for college in places[:number]]


def make_session(
    enrolments: Iterable[Enrolment] | None = None,
    state: str = SessionState.OPEN,
    *,
    members: Sequence[JuryMember] | None = None,
    substitutes: dict[int, JuryMember] | None = None,
    absent: Iterable[int] = (),
    declared: bool = True,
    complete: bool = True,
    by: User | None = None,
    **fields: Any,
) -> JurySession:
    """Seat 1 presides, seat 2 is the vice-chair.

    Once open, everybody is there but the seats `absent`, and nobody has a conflict to declare: unless `declared`, the
    chair alone has said so. That is written on the seats: the journal of an opened session has no entry of it, and a
    test about those entries calls `declare_nothing`. Without `enrolments`, one is made, evaluated favourably everywhere
    unless `complete=False`. Beyond "open" the session is deliberated: every block acquired by everybody's vote.
    """
    admin = by or make_admin()
    members = make_members() if members is None else members
    version = current_version()
    fields = {"held_on": HELD_ON, "place": "10 rue Auber, 75009 Paris", "means": SessionMeans.ON_SITE} | fields
    session = services.prepare_session(version=version, by=admin, at=PREPARED_AT, **fields)
    seatings = [
        services.Seating(
            member,
            substitute=(substitutes or {}).get(number),
            is_chair=number == 1,
            is_vice_chair=number == 2,
        )
        for number, member in enumerate(members, start=1)
    ]
    services.compose(session, seatings, by=admin, at=PREPARED_AT)
    agenda = [_evaluated(complete)] if enrolments is None else list(enrolments)
    services.add_dossiers(session, agenda, by=admin, at=PREPARED_AT)
    if state == SessionState.PREPARED:
        return session
    session = services.convene(session, by=admin, at=CONVENED_AT)
    if state == SessionState.CONVENED:
        return session
    session = opened(session, absent=absent, declared=declared)
    if state == SessionState.OPEN:
        return session
    deliberated(session)
    session = services.close_session(session, by=chair_of(session), at=CLOSED_AT)
    if state == SessionState.CLOSED:
        return session
    approved(session)
    services.seal_minutes(session, by=chair_of(session), at=SEALED_AT)
    session.refresh_from_db()
    if state == SessionState.SEALED:
        return session
    ratified(session, by=admin)
    return session if state == SessionState.RATIFIED else published(session, by=admin)


def _evaluated(complete: bool) -> Enrolment:
    enrolment = make_enrolment()
    if complete:
        submit_all(enrolment)
    return enrolment


def opened(session: JurySession, *, absent: Iterable[int] = (), declared: bool = True) -> JurySession:
    away = set(absent)
    presences = {
        number: Presence.ABSENT if number in away else Presence.PRESENT
        for number in session.seats.values_list("number", flat=True)
    }
    chair = chair_of(session)
    silent = session.seats.filter(conflicts_declared_at=None)
    silent.filter(is_chair=True).update(conflicts_declared_at=OPENED_AT)
    session = services.open_session(session, by=chair, at=OPENED_AT)
    services.record_presence(session, presences, by=chair, at=OPENED_AT)
    if declared:
        silent.update(conflicts_declared_at=OPENED_AT)
    return session


def declare_nothing(session: JurySession, *numbers: int) -> None:
    for number in numbers:
        member = seat(session, number)
        services.declare_conflicts(member, [], by=member.sitting.user, at=OPENED_AT)


def deliberated(session: JurySession, choice: str = BallotChoice.ACQUIRED) -> JurySession:
    """Every dossier voted on, everybody alike; what lacks an evaluation stays aside."""
    chair = chair_of(session)
    for dossier in session.dossiers.order_by("position"):
        for deliberation in services.open_votes(dossier, by=chair, at=VOTED_AT):
            vote(deliberation, choice)
        services.close_votes(dossier, by=chair, at=VOTED_AT + timedelta(minutes=5))
    return session


def vote(deliberation: Deliberation, *choices: str) -> None:
    """The voters of the dossier, in the order of their seats, vote so; the last choice is for all who remain.

    In a meeting only. In writing whoever votes is there from their first ballot on, which the service alone writes:
    there a test casts each ballot.
    """
    dossier = deliberation.dossier
    assert not dossier.session.is_written, "in writing each casts their ballot"
    recused = dossier.recusals.values("seat")
    voters = Seat.objects.filter(session=dossier.session).exclude(pk__in=recused).order_by("number")
    present = [seat for seat in voters if seat.is_present]
    given = [*choices, *repeat(choices[-1], len(present))]
    Ballot.objects.bulk_create(
        [
            Ballot(deliberation=deliberation, seat=seat, choice=BallotChoice(choice))
            for seat, choice in zip(present, given, strict=False)
        ],
        update_conflicts=True,
        unique_fields=["deliberation", "seat"],
        update_fields=["choice"],
    )


def approved(session: JurySession, incidents: Sequence[str] = ()) -> MinutesDraft:
    """The chair submits the minutes of a closed session, and one member of each college approves them."""
    draft = services.submit_minutes(session, by=chair_of(session), at=SUBMITTED_AT, incidents=incidents)
    approving: dict[str, User] = {}
    for each in approving_seats(session):
        if not each.is_chair:
            approving.setdefault(each.college, each.sitting.user)
    for member in approving.values():
        services.approve_minutes(session, submitted_at=SUBMITTED_AT, by=member, at=APPROVED_AT)
    return draft


def ratified(session: JurySession, *, by: User | None = None, **fields: Any) -> Ratification:
    fields = {"decided_on": DECIDED_ON, "chaired_by": "Camille Fontenay", "at": RATIFIED_AT} | fields
    return services.record_ratification(session, by=by or make_admin(), **fields)


def published(session: JurySession, *, by: User | None = None) -> JurySession:
    """Deliberated, closed, sealed, ratified whatever is not yet; then published."""
    session.refresh_from_db()
    if session.state == SessionState.OPEN:
        services.close_session(session, by=chair_of(session), at=CLOSED_AT)
        approved(session)
        services.seal_minutes(session, by=chair_of(session), at=SEALED_AT)
        session.refresh_from_db()
    if session.state == SessionState.SEALED:
        ratified(session, by=by)
    services.publish(session, by=by or make_admin(), at=PUBLISHED_AT)
    session.refresh_from_db()
    return session


def _seats(session: JurySession) -> QuerySet[Seat]:
    return Seat.objects.filter(session=session).select_related("session", "member__user", "substitute__user")


def seats_of(session: JurySession) -> list[Seat]:
    return list(_seats(session).order_by("number"))


def seat(session: JurySession, number: int) -> Seat:
    return _seats(session).get(number=number)


def chair_of(session: JurySession) -> User:
    return _seats(session).get(is_chair=True).sitting.user


def dossier_of(session: JurySession, position: int = 1) -> Dossier:
    return session.dossiers.select_related("session", "enrolment__candidate").get(position=position)


def deliberation_on(session: JurySession, block: str = "BC1", *, position: int = 1) -> Deliberation:
    rows = Deliberation.objects.select_related("dossier__session", "dossier__enrolment", "enrolled_block__block")
    return rows.get(dossier__session=session, dossier__position=position, enrolled_block__block__code=block)
