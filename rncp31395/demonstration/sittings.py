"""The demonstration's jury sessions, conducted through the services by its fictitious thirteen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from candidates.models import Enrolment
from juries.enums import BallotChoice, DeliberationState, Presence, Proposal, SessionMeans
from juries.models import Deliberation, Dossier, JurySession, Seat
from juries.services import (
    Seating,
    add_dossiers,
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
)

from .branch import Branch

EVERYBODY = range(1, 14)
CPNEFP_CHAIR = "Bertrand Aubrac"
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
        for seat in self._seats():
            if seat.number in declared & present:
                declare_conflicts(seat, [], by=seat.member.user, at=self.starts_at - timedelta(hours=2))
        open_session(self.session, by=self.chair, at=self.starts_at)
        presences = {number: Presence.PRESENT if number in present else Presence.EXCUSED for number in EVERYBODY}
        record_presence(self.session, presences, by=self.chair, at=self.starts_at)
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
            decide(deliberation, by=self.chair, at=at + timedelta(minutes=5), reason=DEPARTURE)

    def ballots(
        self, deliberation: Deliberation, votes: Opinionated, *, at: datetime, seats: Iterable[int] = EVERYBODY
    ) -> None:
        recused = set(deliberation.dossier.recusals.values_list("seat", flat=True))
        for seat in self._seats().filter(presence=Presence.PRESENT, number__in=list(seats)).exclude(pk__in=recused):
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
    """A session of thirteen with these dossiers, convened three weeks ahead."""
    ahead = datetime.combine(on - timedelta(days=28), time(9), UTC)
    session = prepare_session(
        version=enrolments[0].version, held_on=on, place=place, means=SessionMeans.MIXED, by=branch.admin, at=ahead
    )
    seatings = [Seating(member, is_chair=member == branch.jury[0]) for member in branch.jury]
    compose(session, seatings, by=branch.admin, at=ahead)
    add_dossiers(session, enrolments, by=branch.admin, at=ahead)
    session = convene(session, by=branch.admin, at=ahead + timedelta(days=7))
    return Sitting(branch, session, datetime.combine(on, time(16), UTC))


def concluded(sitting: Sitting, votes: Opinionated = follow_proposal) -> JurySession:
    """The session held, its minutes sealed, the CPNEFP's decision recorded, the results published."""
    at = sitting.starts_at
    for dossier in sitting.session.dossiers.order_by("position"):
        at += timedelta(minutes=10)
        sitting.voted(dossier, votes, at=at)
    session = close_session(sitting.session, by=sitting.chair, at=at + timedelta(minutes=10))
    seal_minutes(session, by=sitting.chair, at=at + timedelta(minutes=20))
    decided_on = session.held_on + timedelta(days=9)
    admin, recorded_at = sitting.branch.admin, datetime.combine(decided_on, time(15), UTC)
    record_ratification(session, decided_on=decided_on, chaired_by=CPNEFP_CHAIR, by=admin, at=recorded_at)
    publish(session, by=admin, at=recorded_at + timedelta(days=1))
    return session
