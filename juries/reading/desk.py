"""The presidency's desk: what is on the table, how far its votes are, who has voted and never what, who comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..facts import Bench
from ..live import LiveReading
from ..models import Seat
from .agenda import Agenda, DossierLine, Group
from .votes import VoteReading, read_votes

DONE = (Group.DECIDED, Group.INCOMPLETE, Group.LAPSED)


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who votes on the dossier at hand, and on how many of its open blocks they have not."""

    seat: Seat
    awaited: int


@dataclass(frozen=True, slots=True)
class Desk:
    """For whoever leads: the line on the table is theirs to see, not always theirs to lead."""

    line: DossierLine | None
    votes: tuple[VoteReading, ...]
    voters: tuple[Voter, ...]
    following: DossierLine | None

    @property
    def to_settle(self) -> list[VoteReading]:
        return [vote for vote in self.votes if vote.deliberation.is_closed]

    @property
    def have_voted(self) -> int:
        return sum(not voter.awaited for voter in self.voters)


def desk_of(live: LiveReading, agenda: Agenda, bench: Bench) -> Desk:
    line = next((line for line in agenda.lines if line.dossier == live.dossier), None) if live.dossier else None
    following = _following(agenda.lines, line)
    if line is None:
        return Desk(None, (), (), following)
    votes = tuple(read_votes(line.dossier, live.seat, may_vote=False))
    under_way = [{seat.pk for seat in vote.awaited} for vote in votes if vote.deliberation.is_open]
    voters = tuple(
        Voter(seat, awaited=sum(seat.pk in awaited for awaited in under_way)) for seat in bench.voters(line.dossier)
    )
    return Desk(line, votes, voters if under_way else (), following)


def _following(lines: Sequence[DossierLine], current: DossierLine | None) -> DossierLine | None:
    """The next that the reader leads and that asks something of the jury, then those passed over."""
    position = current.dossier.position if current else 0
    waiting = [line for line in lines if line.is_led and line.group not in DONE and line is not current]
    after = [line for line in waiting if line.dossier.position > position]
    return next(iter(after or waiting), None)
