"""The demonstration's jury sessions, conducted through the services by its fictitious thirteen."""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.timezone import localdate

from accounts.models import User
from candidates.models import Enrolment
from juries.approvals import approving_seats
from juries.enums import (
    BallotChoice,
    ConveningAnswer,
    DeliberationState,
    DepartureGround,
    Presence,
    Proposal,
    SessionMeans,
)
from juries.models import ConveningNotice, Deliberation, Dossier, JurySession, Seat
from juries.services import (
    Seating,
    add_dossiers,
    answer_convening,
    approve_minutes,
    cast_ballot,
    close_session,
    close_votes,
    compose,
    convene,
    decide,
    declare_conflicts,
    open_session,
    open_votes,
    prepare_session,
    publish,
    record_presence,
    record_ratification,
    seal_minutes,
    submit_minutes,
)

from .branch import Branch

EVERYBODY = range(1, 14)
ANSWERING = [number for number in EVERYBODY if number not in {5, 11}]
CPNEFP_CHAIR = "Bertrand Aubrac"
GROUND = DepartureGround.EVIDENCE
DEPARTURE = "Les éléments présentés en séance lèvent la réserve de la voie défavorable."
Opinionated = Callable[[Deliberation, int], BallotChoice]  # what the member of a seat votes


@dataclass(frozen=True, slots=True)
class Sitting:
    """One evening of the jury, its clock moving on by a minute at each act."""

    branch: Branch
    session: JurySession
    starts_at: datetime

    @property
    def chair(self):
        return self.branch.jury[0].user

    def opened(self, *, present: Iterable[int] = EVERYBODY, declared: Iterable[int] = EVERYBODY) -> "Sitting":
        present, declared = set(present), set(declared)
        coming = [number for number in ANSWERING if number in present]
        excused = [number for number in ANSWERING if number not in present]
        self.answered(coming, excused, at=self.starts_at - timedelta(days=10))
        self._open(declared & present)
        presences = {number: Presence.PRESENT if number in present else Presence.EXCUSED for number in EVERYBODY}
        record_presence(self.session, presences, by=self.chair, at=self.starts_at)
        return self

    def answered(self, coming: Collection[int], excused: Collection[int], *, at: datetime) -> "Sitting":
        """Each by the link of their notice, one after the other; whoever is in neither list never answers."""
        notices = ConveningNotice.objects.filter(seat__session=self.session, seat__number__in=[*coming, *excused])
        for notice in notices.select_related("seat__session", "member__user").order_by("seat__number"):
            number = notice.seat.number
            answer = ConveningAnswer.EXCUSED if number in excused else self._means_of(number)
            answer_convening(notice, answer, by=notice.member.user, at=at + timedelta(minutes=number), by_link=True)
        return self

    def _means_of(self, number: int) -> ConveningAnswer:
        """One in four attends from afar, where the session lets them choose."""
        is_afar = self.session.is_written or number % 4 == 0
        return ConveningAnswer.REMOTE if is_afar else ConveningAnswer.ROOM

    def _open(self, declared: Container[int]) -> None:
        strangers = self.session.dossiers.select_related("enrolment")  # namesakes, and no more
        at = self.starts_at - timedelta(hours=2)
        for seat in self._seats():
            if seat.number in declared:
                declare_conflicts(seat, [], dismissed=strangers, by=seat.member.user, at=at)
        open_session(self.session, by=self.chair, at=self.starts_at)

    def written(self, *, voting: Iterable[int]) -> "Sitting":
        """Of a vote in writing: everybody has declared, the window is open, and these have voted on everything."""
        self._open(EVERYBODY)
        for deliberation in Deliberation.objects.filter(dossier__session=self.session, state=DeliberationState.OPEN):
            self.ballots(deliberation, follow_proposal, at=self.starts_at + timedelta(hours=3), seats=voting)
        return self

    def begun(self) -> "Sitting":
        """The first dossier is put to the vote; some members have voted on its first block."""
        first, *_ = open_votes(
            self.session.dossiers.get(position=1), by=self.chair, at=self.starts_at + timedelta(minutes=5)
        )
        self.ballots(first, follow_proposal, at=self.starts_at + timedelta(minutes=7), seats=(3, 4, 8, 9, 12))
        return self

    def voted(self, dossier: Dossier, votes: Opinionated, *, at: datetime) -> None:
        """Open every block of the dossier, let those who may vote, close, and settle what the votes left open."""
        for deliberation in open_votes(dossier, by=self.chair, at=at):
            self.ballots(deliberation, votes, at=at + timedelta(minutes=2))
        close_votes(dossier, by=self.chair, at=at + timedelta(minutes=4))
        for deliberation in dossier.deliberations.filter(state=DeliberationState.CLOSED):
            decide(deliberation, by=self.chair, at=at + timedelta(minutes=5), ground=GROUND, reason=DEPARTURE)

    def ballots(
        self, deliberation: Deliberation, votes: Opinionated, *, at: datetime, seats: Iterable[int] = EVERYBODY
    ) -> None:
        recused = set(deliberation.dossier.recusals.values_list("seat", flat=True))
        voters = self._seats().filter(number__in=list(seats)).exclude(pk__in=recused)
        if not self.session.is_written:
            voters = voters.filter(presence=Presence.PRESENT)
        for seat in voters:
            cast_ballot(deliberation, seat, votes(deliberation, seat.number), by=seat.member.user, at=at)

    def _seats(self):
        return Seat.objects.filter(session=self.session).select_related("member__user", "session").order_by("number")


def follow_proposal(deliberation: Deliberation, number: int) -> BallotChoice:
    """Where the channels agree, so does the jury; a divergence divides it, to the candidate's advantage."""
    if deliberation.proposal == Proposal.NOT_ACQUIRED:
        return BallotChoice.NOT_ACQUIRED
    if deliberation.proposal == Proposal.TO_DISCUSS:
        return (BallotChoice.ACQUIRED, BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED, BallotChoice.ABSTAIN)[
            number % 4
        ]
    return BallotChoice.ACQUIRED


def convened(branch: Branch, enrolments: Sequence[Enrolment], *, on: date, place: str) -> Sitting:
    """A meeting of thirteen on these dossiers, convened three weeks ahead."""
    starts_at = datetime.combine(on, time(16), UTC)
    ahead = _weeks_before(starts_at)
    session = prepare_session(
        version=enrolments[0].version,
        held_on=on,
        place=place,
        means=SessionMeans.MIXED,
        starts_at=starts_at,
        expected_minutes=180,
        by=branch.admin,
        at=ahead,
    )
    return _convened(branch, session, enrolments, starts_at=starts_at, at=ahead)


def convened_in_writing(branch: Branch, enrolments: Sequence[Enrolment], *, opens_on: date, days: int) -> Sitting:
    """A vote in writing of thirteen on these dossiers, convened three weeks before its window opens."""
    opens_at = datetime.combine(opens_on, time(7), UTC)
    closes_at = opens_at + timedelta(days=days, hours=10)
    ahead = _weeks_before(opens_at)
    session = prepare_session(
        version=enrolments[0].version,
        held_on=localdate(closes_at),
        place="En ligne",
        means=SessionMeans.WRITTEN,
        written_opens_at=opens_at,
        written_closes_at=closes_at,
        by=branch.admin,
        at=ahead,
    )
    return _convened(branch, session, enrolments, starts_at=opens_at, at=ahead)


def _weeks_before(starts_at: datetime) -> datetime:
    return datetime.combine(starts_at.date() - timedelta(days=28), time(9), UTC)


def _convened(
    branch: Branch, session: JurySession, enrolments: Sequence[Enrolment], *, starts_at: datetime, at: datetime
) -> Sitting:
    """Prepared and composed `at`, convened a week later."""
    seatings = [
        Seating(member, is_chair=member == branch.jury[0], is_vice_chair=member == branch.jury[1])
        for member in branch.jury
    ]
    compose(session, seatings, by=branch.admin, at=at)
    add_dossiers(session, enrolments, by=branch.admin, at=at)
    session = convene(session, by=branch.admin, at=at + timedelta(days=7))
    return Sitting(branch, session, starts_at)


def concluded(sitting: Sitting, votes: Opinionated = follow_proposal) -> JurySession:
    """The session held, its minutes sealed, the CPNEFP's decision recorded, the results published."""
    at = sitting.starts_at
    for dossier in sitting.session.dossiers.order_by("position"):
        at += timedelta(minutes=10)
        sitting.voted(dossier, votes, at=at)
    session = close_session(sitting.session, by=sitting.chair, at=at + timedelta(minutes=10))
    _approved(session, by=sitting.chair, at=at + timedelta(minutes=12))
    seal_minutes(session, by=sitting.chair, at=at + timedelta(minutes=20))
    decided_on = session.held_on + timedelta(days=9)
    admin, recorded_at = sitting.branch.admin, datetime.combine(decided_on, time(15), UTC)
    record_ratification(session, decided_on=decided_on, chaired_by=CPNEFP_CHAIR, by=admin, at=recorded_at)
    publish(session, by=admin, at=recorded_at + timedelta(days=1))
    return session


def _approved(session: JurySession, *, by: User, at: datetime) -> None:
    """The chair submits the minutes; the first of each college who sat, besides the chair, approves them."""
    draft = submit_minutes(session, by=by, at=at)
    colleges: dict[str, Seat] = {}
    for seat in approving_seats(session):
        if not seat.is_chair:
            colleges.setdefault(seat.college, seat)
    for minutes, seat in enumerate(colleges.values(), start=1):
        member = seat.sitting.user
        approve_minutes(session, submitted_at=draft.submitted_at, by=member, at=at + timedelta(minutes=minutes))
