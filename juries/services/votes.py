"""A vote on one block: opened by the chair, cast by each member, counted once, decided once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from evaluations.facts import ProposalsByBlock, opinions_of, proposals_of
from rulebook import jury, outcomes
from rulebook.jury import MajorityRule, may_decide, needs_reason
from rulebook.transitions import DELIBERATION, may_move
from rulebook.verdict import Verdict

from ..enums import BallotChoice, BlockOutcome, DeliberationState, SessionState
from ..facts import ballot_verdict, bench_of, count_ballots, counted, majority_of
from ..models import Ballot, Deliberation, Dossier, Seat
from ..permissions import may_read_dossiers
from .refusals import (
    BallotRefused,
    BlockIncomplete,
    CastingVoteAwaited,
    ConflictsNotDeclared,
    NotQuorate,
    ReasonMissing,
    VoteNotSettled,
    WrongMoment,
)
from .steps import conduct, lock, note

OPENING = ["state", "proposal", "opinions", "presided_by", "quorum_count", "opened_at"]

# Opening


@transaction.atomic(durable=True)
def open_vote(deliberation: Deliberation, *, by: User, at: datetime) -> Deliberation:
    _open(deliberation.dossier, [deliberation.pk], by=by, at=at)
    deliberation.refresh_from_db()
    return deliberation


@transaction.atomic(durable=True)
def open_votes(dossier: Dossier, *, by: User, at: datetime) -> list[Deliberation]:
    """Every block of the dossier that can be decided now."""
    proposals = proposals_of(dossier.enrolment)
    pending = dossier.deliberations.filter(state=DeliberationState.PENDING).select_related("enrolled_block__block")
    ready = [row.pk for row in pending if may_decide(_proposal(proposals, row).answer)]
    if not ready:
        raise BlockIncomplete if pending else WrongMoment
    return _open(dossier, ready, by=by, at=at)


def _open(dossier: Dossier, ids: Iterable[int], *, by: User, at: datetime) -> list[Deliberation]:
    lock(dossier.session, SessionState.OPEN)
    chair = conduct(dossier, by)
    bench = bench_of(dossier.session)
    quorum = bench.quorum(dossier)
    if not quorum.answer:
        raise NotQuorate(quorum.reasons)
    deliberations = _lock(dossier, ids, target=DeliberationState.OPEN)
    proposals, opinions = proposals_of(dossier.enrolment), opinions_of(dossier.enrolment)
    for deliberation in deliberations:
        proposal = _proposal(proposals, deliberation)
        if not may_decide(proposal.answer):
            raise BlockIncomplete(proposal.reasons)
        deliberation.state = DeliberationState.OPEN
        deliberation.proposal = proposal.answer
        deliberation.opinions = opinions[deliberation.code]
        deliberation.presided_by = chair.sitting
        deliberation.quorum_count = len(bench.voters(dossier))
        deliberation.opened_at = at
        deliberation.save(update_fields=OPENING)
    _note(dossier, "vote_opened", deliberations, by=by, at=at)
    return deliberations


def _proposal(proposals: ProposalsByBlock, deliberation: Deliberation) -> Verdict[outcomes.Proposal]:
    return proposals[deliberation.code]


def _lock(dossier: Dossier, ids: Iterable[int], *, target: DeliberationState) -> list[Deliberation]:
    """The deliberations that may move to `target`, waiting for the ballots being cast on them."""
    rows = (
        Deliberation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__session__version", "enrolled_block__block")
        .filter(dossier=dossier, pk__in=list(ids))
        .order_by("pk")
    )
    found = list(rows)
    if not found or not all(_may_move(deliberation, target) for deliberation in found):
        raise WrongMoment
    return found


def _may_move(deliberation: Deliberation, target: DeliberationState) -> bool:
    return may_move(DELIBERATION, outcomes.DeliberationState(deliberation.state), outcomes.DeliberationState(target))


# Voting


@transaction.atomic(durable=True)
def cast_ballot(deliberation: Deliberation, seat: Seat, choice: BallotChoice, *, by: User, at: datetime) -> Ballot:
    """Record the vote of whoever sits here; they may change it until the close.

    The database judges last: it refuses the ballot that a close, an absence or a recusal has overtaken. The journal
    keeps that the seat has voted, never what.
    """
    seat = Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)
    deliberation = Deliberation.objects.select_related("dossier__session", "enrolled_block__block").get(
        pk=deliberation.pk
    )
    _check_ballot(deliberation, seat, by)
    ballot = Ballot(deliberation=deliberation, seat=seat, choice=choice)
    try:
        with transaction.atomic():
            Ballot.objects.bulk_create(
                [ballot], update_conflicts=True, unique_fields=["deliberation", "seat"], update_fields=["choice"]
            )
    except IntegrityError as refused:
        deliberation.refresh_from_db(fields=["state"])
        _check_ballot(deliberation, seat, by)
        raise BallotRefused from refused
    _note(deliberation.dossier, "ballot_cast", [deliberation], by=by, at=at, seat=seat.number)
    return Ballot.objects.get(deliberation=deliberation, seat=seat)


def _check_ballot(deliberation: Deliberation, seat: Seat, by: User) -> None:
    is_seated = Seat.objects.of(by).filter(pk=seat.pk).exists()
    is_member = is_seated and seat.session_id == deliberation.dossier.session_id
    verdict = ballot_verdict(deliberation, seat, is_member=is_member)
    if not verdict.answer:
        raise BallotRefused(verdict.reasons)
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared


# Counting and deciding


@transaction.atomic(durable=True)
def close_vote(deliberation: Deliberation, *, by: User, at: datetime) -> Deliberation:
    """Count, and decide in the same breath unless the votes alone do not settle it.

    A tie then waits for the casting vote, a departure from the proposal for its reason. What would leave nothing to
    decide keeps the vote open: nobody for or against, no majority.
    """
    dossier = deliberation.dossier
    lock(dossier.session, SessionState.OPEN)
    conduct(dossier, by)
    (deliberation,) = _lock(dossier, [deliberation.pk], target=DeliberationState.CLOSED)
    _close(dossier, deliberation, majority_of(dossier.session), by=by, at=at)
    return deliberation


@transaction.atomic(durable=True)
def close_votes(dossier: Dossier, *, by: User, at: datetime) -> list[Deliberation]:
    """Every vote of the dossier that settles something; the others stay open, and if none settles it is refused."""
    lock(dossier.session, SessionState.OPEN)
    conduct(dossier, by)
    ids = dossier.deliberations.filter(state=DeliberationState.OPEN).values_list("pk", flat=True)
    rule = majority_of(dossier.session)
    closed, refusals = [], []
    for deliberation in _lock(dossier, ids, target=DeliberationState.CLOSED):
        try:
            _close(dossier, deliberation, rule, by=by, at=at)
        except VoteNotSettled as refusal:
            refusals.append(refusal)
        else:
            closed.append(deliberation)
    if not closed:
        raise refusals[0]
    return closed


def _close(dossier: Dossier, deliberation: Deliberation, rule: MajorityRule, *, by: User, at: datetime) -> None:
    votes = count_ballots(deliberation)
    decision = jury.decide(votes, rule)
    awaits_casting_vote = rule.casting_vote and rule.is_tie(votes)
    if decision.answer is None and not awaits_casting_vote:
        raise VoteNotSettled(decision.reasons)
    deliberation.state = DeliberationState.CLOSED
    deliberation.closed_at = at
    deliberation.acquired_count, deliberation.not_acquired_count = votes.acquired, votes.not_acquired
    deliberation.abstain_count = votes.abstain
    if decision.answer and not _departs(deliberation, decision.answer):
        _settle(deliberation, decision.answer, at=at)
    deliberation.save()
    tally = {"acquired": votes.acquired, "not_acquired": votes.not_acquired, "abstain": votes.abstain}
    _note(dossier, "vote_closed", [deliberation], by=by, at=at, **tally, outcome=deliberation.outcome)


def _departs(deliberation: Deliberation, outcome: outcomes.BlockOutcome) -> bool:
    return needs_reason(outcomes.Proposal(str(deliberation.proposal)), outcome)


def _settle(deliberation: Deliberation, outcome: outcomes.BlockOutcome, *, at: datetime) -> None:
    deliberation.state = DeliberationState.DECIDED
    deliberation.outcome = BlockOutcome(outcome)
    deliberation.decided_at = at


@transaction.atomic(durable=True)
def decide(
    deliberation: Deliberation, *, by: User, at: datetime, casting: BallotChoice | None = None, reason: str = ""
) -> Deliberation:
    """Settle what the count left open: by the casting vote on a tie, with the reason of a departure."""
    dossier = deliberation.dossier
    lock(dossier.session, SessionState.OPEN)
    conduct(dossier, by)
    (deliberation,) = _lock(dossier, [deliberation.pk], target=DeliberationState.DECIDED)
    chosen = outcomes.BallotChoice(casting) if casting and deliberation.is_tie else None
    decision = jury.decide(counted(deliberation), majority_of(dossier.session), chosen)
    if decision.answer is None:
        raise CastingVoteAwaited(decision.reasons)
    departs = _departs(deliberation, decision.answer)
    if departs and not reason.strip():
        raise ReasonMissing
    deliberation.casting_vote = chosen
    deliberation.departure_reason = reason.strip() if departs else ""
    _settle(deliberation, decision.answer, at=at)
    deliberation.save()
    facts = {"outcome": decision.answer, "by_casting_vote": chosen is not None, "departs": departs}
    _note(dossier, "decided", [deliberation], by=by, at=at, **facts)
    return deliberation


def _note(
    dossier: Dossier, action: str, deliberations: Iterable[Deliberation], *, by: User, at: datetime, **facts: object
) -> None:
    blocks = [deliberation.code for deliberation in deliberations]
    after = {"enrolment": dossier.enrolment.reference, "blocks": blocks, **facts}
    note(dossier.session, action, by=by, at=at, after=after)
