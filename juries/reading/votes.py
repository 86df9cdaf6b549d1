"""What may be told of the vote on each block: how many have voted, never what, until it is counted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from blocks.sentences import Explained, explanation
from evaluations.facts import ProposalsByBlock, proposals_of
from rulebook.outcomes import Proposal as Proposed
from rulebook.verdict import Verdict

from ..enums import BallotChoice, DepartureGround, Proposal
from ..facts import Bench, bench_of, decision_verdict
from ..masking import masker_of
from ..models import Ballot, Deliberation, Dossier, Seat

FEW = 4  # to be called by name


@dataclass(frozen=True)
class VoteReading:
    """On one block, to one reader."""

    deliberation: Deliberation
    proposal: Proposal
    expected: int
    voted: int
    awaited: tuple[Seat, ...]
    my_choice: BallotChoice | None
    may_vote: bool
    is_current: bool
    departs: bool
    decision: Verdict[object] | None = field(repr=False, default=None)

    @property
    def code(self) -> str:
        return self.deliberation.code

    @property
    def chose_acquired(self) -> bool:
        return self.my_choice == BallotChoice.ACQUIRED

    @property
    def chose_not_acquired(self) -> bool:
        return self.my_choice == BallotChoice.NOT_ACQUIRED

    @property
    def chose_abstain(self) -> bool:
        return self.my_choice == BallotChoice.ABSTAIN

    @property
    def grounds(self) -> list[tuple[str, str]]:
        """What a departure from the proposal may rest on."""
        return DepartureGround.choices

    @property
    def is_incomplete(self) -> bool:
        return self.proposal == Proposal.INCOMPLETE

    @property
    def awaited_few(self) -> tuple[Seat, ...]:
        """Who has not voted, once they are few enough to be called by name."""
        return self.awaited if len(self.awaited) <= FEW else ()

    @property
    def signature(self) -> str:
        """Changes when the fragment would."""
        return (
            f"{self.deliberation.state}.{self.voted}.{self.my_choice or '-'}.{int(self.may_vote)}{int(self.is_current)}"
        )

    @property
    def decision_checks(self) -> tuple[Explained, ...]:
        return tuple(explanation(check) for check in self.decision.check.checks) if self.decision else ()


def deliberations_in_order() -> QuerySet[Deliberation]:
    """Block by block, each with its code and what the CPNEFP made of it."""
    rows = Deliberation.objects.select_related("enrolled_block__block", "ratification_exception")
    return rows.order_by("enrolled_block__block__position")


def read_votes(dossier: Dossier, seat: Seat | None, *, may_vote: bool) -> list[VoteReading]:
    return votes_of(dossier, seat, bench_of(dossier.session), proposals_of(dossier.enrolment), may_vote=may_vote)


def votes_of(
    dossier: Dossier, seat: Seat | None, bench: Bench, proposals: ProposalsByBlock, *, may_vote: bool
) -> list[VoteReading]:
    deliberations = list(deliberations_in_order().filter(dossier=dossier))
    mask = masker_of(dossier, seat)
    for deliberation in deliberations:
        deliberation.dossier = dossier
        deliberation.departure_reason = mask(deliberation.departure_reason)  # As read: nothing here is saved.
    ballots = _ballots(dossier, seat)
    current = _current(deliberations, ballots.mine) if may_vote else None
    return [
        _vote(row, proposals[row.code].answer, bench, ballots, may_vote=may_vote, is_current=row.pk == current)
        for row in deliberations
    ]


@dataclass(frozen=True, slots=True)
class _Ballots:
    seats: Mapping[int, set[int]]  # by deliberation, who has voted
    mine: Mapping[int, BallotChoice]


def _ballots(dossier: Dossier, seat: Seat | None) -> _Ballots:
    """The choices read are the reader's own, and nobody else's."""
    seats: defaultdict[int, set[int]] = defaultdict(set)
    rows = Ballot.objects.filter(deliberation__dossier=dossier)
    for deliberation_id, seat_id in rows.values_list("deliberation", "seat"):
        seats[deliberation_id].add(seat_id)
    mine = dict(rows.filter(seat=seat).values_list("deliberation", "choice")) if seat else {}
    return _Ballots(seats, {pk: BallotChoice(choice) for pk, choice in mine.items()})


def _current(deliberations: Iterable[Deliberation], mine: Mapping[int, BallotChoice]) -> int | None:
    """The block that the keys vote on: the first open one without the reader's vote, else the first open one."""
    open_ones = [row.pk for row in deliberations if row.is_open]
    return next((pk for pk in open_ones if pk not in mine), open_ones[0] if open_ones else None)


def _vote(
    deliberation: Deliberation,
    proposed: Proposed,
    bench: Bench,
    ballots: _Ballots,
    *,
    may_vote: bool,
    is_current: bool,
) -> VoteReading:
    has_voted = ballots.seats.get(deliberation.pk, set())
    voters = bench.voters(deliberation.dossier)
    decision = decision_verdict(deliberation, bench.standard.majority) if deliberation.is_counted else None
    return VoteReading(
        deliberation=deliberation,
        proposal=Proposal(deliberation.proposal or proposed),
        expected=len({seat.pk for seat in voters} | has_voted),
        voted=len(has_voted),
        awaited=tuple(seat for seat in voters if seat.pk not in has_voted),
        my_choice=ballots.mine.get(deliberation.pk),
        may_vote=may_vote and deliberation.is_open,
        is_current=is_current,
        departs=deliberation.is_closed and not deliberation.is_tie,
        decision=decision,
    )
