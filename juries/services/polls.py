"""What a vote, a motion and a written session share: blocks opened and counted, however many at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from evaluations.facts import OpinionsByBlock, ProposalsByBlock, opinions_of_many, proposals_of_many
from rulebook import jury, outcomes
from rulebook.jury import MajorityRule, Tally, may_count_in_writing, may_decide, needs_reason, tally
from rulebook.transitions import DELIBERATION, may_move
from rulebook.verdict import Verdict

from ..enums import BlockOutcome, DeliberationState, Presence
from ..facts import Bench, window_of
from ..models import Ballot, Deliberation, JurySession, Seat
from .presence import write_presence
from .refusals import BlockIncomplete, JuryRefusal, NotQuorate, VoteNotSettled, WindowNotOver, WrongMoment
from .steps import note

OPENING = ["state", "proposal", "opinions", "presided_by_id", "quorum_count", "opened_at"]
COUNTING = [
    "state",
    "closed_at",
    "quorum_count",
    "acquired_count",
    "not_acquired_count",
    "abstain_count",
    "outcome",
    "decided_at",
]


def lock_votes(session: JurySession, ids: Iterable[int], *, target: DeliberationState) -> list[Deliberation]:
    """The deliberations that may move to `target`, waiting for the ballots being cast on them."""
    rows = (
        Deliberation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__session__version", "dossier__enrolment", "enrolled_block__block")
        .filter(dossier__session=session, pk__in=list(ids))
        .order_by("pk")
    )
    found = list(rows)
    if not found or not all(_may_move(deliberation, target) for deliberation in found):
        raise WrongMoment
    return found


def _may_move(deliberation: Deliberation, target: DeliberationState) -> bool:
    return may_move(DELIBERATION, outcomes.DeliberationState(deliberation.state), outcomes.DeliberationState(target))


# Opening


@dataclass(frozen=True, slots=True)
class Heard:
    """What the channels say now of the blocks of some dossiers, and what it proposes."""

    proposals: Mapping[int, ProposalsByBlock]
    opinions: Mapping[int, OpinionsByBlock]

    @classmethod
    def on(cls, deliberations: Iterable[Deliberation]) -> Self:
        """Read once these are locked: a reopening under way is waited for, and seen."""
        enrolments = {row.dossier.enrolment_id: row.dossier.enrolment for row in deliberations}.values()
        return cls(proposals_of_many(enrolments), opinions_of_many(enrolments))

    def proposal(self, row: Deliberation) -> Verdict[outcomes.Proposal]:
        return self.proposals[row.dossier.enrolment_id][row.code]

    def said(self, row: Deliberation) -> Mapping[Any, str]:
        return self.opinions.get(row.dossier.enrolment_id, {}).get(row.code, {})


def put_to_vote(
    deliberations: Sequence[Deliberation],
    heard: Heard,
    bench: Bench,
    *,
    by: User,
    at: datetime,
    by_the_clock: bool = False,
) -> None:
    """Open the vote on these locked blocks, each led by whoever leads its dossier."""
    for row in deliberations:
        proposal, leader = heard.proposal(row), bench.leader(row.dossier)
        assert leader is not None  # Whoever opens has been found to lead.  # noqa: S101
        if not may_decide(proposal.answer):
            raise BlockIncomplete(proposal.reasons)
        row.state = DeliberationState.OPEN
        row.proposal = proposal.answer
        row.opinions = heard.said(row)
        row.presided_by = leader.sitting
        row.quorum_count = len(bench.voters(row.dossier))
        row.opened_at = at
    _write(deliberations, OPENING)
    for rows in _by_dossier(deliberations):
        leader = bench.leader(rows[0].dossier)
        seat = leader.number if leader else None
        note_votes("vote_opened", rows, by=by, at=at, by_the_clock=by_the_clock, presided_by=seat)


# Voting


def attend_in_writing(seat: Seat, *, by: User, at: datetime) -> None:
    """Whoever votes in writing is there, from their first ballot on. Of a seat that is locked."""
    if seat.session.is_written and not seat.is_present:
        write_presence(seat.session, {seat: Presence.PRESENT}, by=by, at=at)


# Counting


def voted_on(deliberations: Iterable[Deliberation]) -> Mapping[int, set[int]]:
    """By deliberation, the seats that have voted."""
    return _Ballots.on(deliberations).seats


@dataclass(frozen=True, slots=True)
class Count:
    """What came of counting several votes: those left open keep why."""

    closed: tuple[Deliberation, ...]
    left: tuple[tuple[Deliberation, JuryRefusal], ...]

    @property
    def dossiers_left(self) -> int:
        return len({row.dossier_id for row, _ in self.left})


def count_votes(deliberations: Sequence[Deliberation], bench: Bench, *, by: User, at: datetime) -> Count:
    """Count these locked votes, and decide in the same breath what the votes alone settle.

    A tie then waits for the casting vote, a departure from the proposal for its reason. Left open are those that would
    leave nothing to decide (nobody for or against, no majority), and those that lack a quorum.
    """
    ballots, closed, left = _Ballots.on(deliberations), [], []
    for row in deliberations:
        try:
            _check_countable(row, bench, ballots.seats[row.pk], at=at)
            _count(row, bench.standard.majority, ballots.tally(row), at=at)
        except JuryRefusal as refusal:
            left.append((row, refusal))
        else:
            if bench.is_written:
                row.quorum_count = len(ballots.seats[row.pk])
            closed.append(row)
    _write(closed, COUNTING)
    for rows in _by_dossier(closed):
        tallies = {row.code: _tally_of(row) for row in rows}
        note_votes("vote_closed", rows, by=by, at=at, tallies=tallies)
    return Count(tuple(closed), tuple(left))


@dataclass(frozen=True, slots=True)
class _Ballots:
    seats: Mapping[int, set[int]]  # by deliberation, who has voted
    choices: Mapping[int, list[outcomes.BallotChoice]]  # by deliberation, what: never with who

    @classmethod
    def on(cls, deliberations: Iterable[Deliberation]) -> Self:
        seats: defaultdict[int, set[int]] = defaultdict(set)
        choices: defaultdict[int, list[outcomes.BallotChoice]] = defaultdict(list)
        rows = Ballot.objects.filter(deliberation__in=[row.pk for row in deliberations])
        for deliberation_id, seat_id, choice in rows.values_list("deliberation", "seat", "choice"):
            seats[deliberation_id].add(seat_id)
            choices[deliberation_id].append(outcomes.BallotChoice(choice))
        return cls(seats, choices)

    def tally(self, row: Deliberation) -> Tally:
        return tally(self.choices[row.pk])


def _check_countable(row: Deliberation, bench: Bench, voted: set[int], *, at: datetime) -> None:
    if bench.is_written:
        awaited = {seat.pk for seat in bench.voters(row.dossier)} - voted
        if not may_count_in_writing(window_of(row.dossier.session), awaited=len(awaited), at=at):
            raise WindowNotOver
    quorum = bench.quorum_of_vote(row.dossier, voted)
    if not quorum.answer:
        raise NotQuorate(quorum.reasons)


def _count(row: Deliberation, rule: MajorityRule, votes: Tally, *, at: datetime) -> None:
    decision = jury.decide(votes, rule)
    awaits_casting_vote = rule.casting_vote and rule.is_tie(votes)
    if decision.answer is None and not awaits_casting_vote:
        raise VoteNotSettled(decision.reasons)
    row.state, row.closed_at = DeliberationState.CLOSED, at
    row.acquired_count, row.not_acquired_count, row.abstain_count = votes.acquired, votes.not_acquired, votes.abstain
    if decision.answer and not departs(row, decision.answer):
        settle(row, decision.answer, at=at)


def _tally_of(row: Deliberation) -> dict[str, object]:
    return {
        "acquired": row.acquired_count,
        "not_acquired": row.not_acquired_count,
        "abstain": row.abstain_count,
        "outcome": row.outcome,
    }


def departs(deliberation: Deliberation, outcome: outcomes.BlockOutcome) -> bool:
    return needs_reason(outcomes.Proposal(str(deliberation.proposal)), outcome)


def settle(deliberation: Deliberation, outcome: outcomes.BlockOutcome, *, at: datetime) -> None:
    deliberation.state = DeliberationState.DECIDED
    deliberation.outcome = BlockOutcome(outcome)
    deliberation.decided_at = at


# Writing


def _write(deliberations: Iterable[Deliberation], fields: Sequence[str]) -> None:
    """One statement for all the rows that are written alike: in a motion, nearly all of them are."""
    alike: defaultdict[str, list[Deliberation]] = defaultdict(list)
    for row in deliberations:
        alike[json.dumps([getattr(row, field) for field in fields], cls=DjangoJSONEncoder)].append(row)
    for rows in alike.values():
        values = {field: getattr(rows[0], field) for field in fields}
        Deliberation.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def _by_dossier(deliberations: Iterable[Deliberation]) -> list[list[Deliberation]]:
    found: defaultdict[int, list[Deliberation]] = defaultdict(list)
    for row in deliberations:
        found[row.dossier_id].append(row)
    return sorted(found.values(), key=lambda rows: rows[0].dossier.position)


def note_votes(
    action: str,
    deliberations: Sequence[Deliberation],
    *,
    by: User,
    at: datetime,
    by_the_clock: bool = False,
    **facts: object,
) -> None:
    """One entry for the blocks of one dossier, which it names: who is recused from it is never told of the entry."""
    dossier = deliberations[0].dossier
    blocks = [deliberation.code for deliberation in deliberations]
    after = {"enrolment": dossier.enrolment.reference, "blocks": blocks, **facts}
    note(dossier.session, action, by=by, at=at, by_the_clock=by_the_clock, after=after)
