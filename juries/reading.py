"""A session as its pages show it: dossiers by what is left to do, their blocks, what may be told of each vote."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Prefetch, QuerySet
from django.db.models.enums import TextChoices

from accounts.models import User
from blocks.models import Channel
from blocks.sentences import Explained, explanation
from evaluations.divergences import DivergenceTable, table_of
from evaluations.enums import Opinion
from evaluations.facts import ProposalsByBlock, proposals_of, proposals_of_many
from evaluations.models import Attachment, CompetencyRating, Evaluation, PartResult, Reopening
from rulebook.divergence import BlockDivergence, compare_block
from rulebook.jury import may_adopt
from rulebook.outcomes import ChannelCode, Rating
from rulebook.outcomes import Opinion as GivenOpinion
from rulebook.outcomes import Proposal as Proposed
from rulebook.verdict import Check, Verdict

from .enums import BallotChoice, BlockOutcome, DepartureGround, Proposal
from .facts import Bench, bench_of, decision_verdict, leads, proposal_verdict, route_of
from .history import EarlierDecision, EarlierSession, History, history_of
from .masking import Masker, heading_of, is_masked, masker_of, whereabouts_of
from .models import Ballot, Deliberation, Dossier, JurySession, Recusal, Seat

FEW = 4


class Group(TextChoices):
    """Where a dossier stands on the agenda, by what it asks of the jury; in the order of the page."""

    VOTING = "voting", "Vote ouvert"
    TO_SETTLE = "to_settle", "À trancher par la présidence"
    TO_DISCUSS = "to_discuss", "À discuter"
    UNANIMOUS = "unanimous", "Unanimes"
    INCOMPLETE = "incomplete", "Incomplets"
    DECIDED = "decided", "Décidés"
    LAPSED = "lapsed", "Sans décision, faute de quorum"

    @property
    def one(self) -> str:
        """Of a single dossier: « Unanime »."""
        return str(self.label).removesuffix("s")


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A dossier in a list."""

    dossier: Dossier
    group: Group
    proposals: Mapping[Proposal, int]  # of the blocks not decided yet
    outcomes: Mapping[BlockOutcome, int]
    to_vote: int  # open blocks on which the reader has not voted
    open_count: int
    under_way: int  # open, or counted and not settled
    quorum: Verdict[bool]
    is_led: bool  # by the reader, who opens, closes and settles its votes

    @property
    def keeps_open(self) -> bool:
        """A vote is under way, or could be held: the session does not close yet."""
        if self.group in {Group.VOTING, Group.TO_SETTLE}:
            return True
        return self.quorum.answer and self.openable > 0

    @property
    def openable(self) -> int:
        """How many votes the chair may open, a quorum permitting."""
        return sum(self.proposals.values()) - self.proposals.get(Proposal.INCOMPLETE, 0) - self.under_way

    @property
    def is_adoptable(self) -> bool:
        """In one motion with others: what `services.propose_motion` looks for, as far as this page knows."""
        proposals = [Proposed(proposal) for proposal in self.proposals]
        return self.is_led and not self.under_way and self.quorum.answer and may_adopt(proposals)

    @property
    def decided_counts(self) -> list[tuple[BlockOutcome, str]]:
        return [(outcome, f"{number} {outcome.label}") for outcome, number in self.outcomes.items()]

    @property
    def proposed_counts(self) -> list[tuple[Proposal, str]]:
        """« 5 acquis », « 2 incomplets »"""
        return [(proposal, f"{number} {_words(proposal, number)}") for proposal, number in self.proposals.items()]


def _words(proposal: Proposal, number: int) -> str:
    return f"{proposal.label}s" if proposal == Proposal.INCOMPLETE and number > 1 else str(proposal.label)


@dataclass(frozen=True, slots=True)
class Agenda:
    lines: tuple[DossierLine, ...]
    withdrawn: int  # dossiers that the reader does not see
    leaderless: int = 0  # of these, those that neither the chair nor the vice-chair leads; told to the chair

    @property
    def groups(self) -> list[tuple[Group, list[DossierLine]]]:
        found = [(group, [line for line in self.lines if line.group == group]) for group in Group]
        return [(group, lines) for group, lines in found if lines]

    @property
    def to_vote(self) -> int:
        return sum(line.to_vote for line in self.lines)

    @property
    def led(self) -> int:
        """Dossiers whose votes are the reader's to open and close."""
        return sum(line.is_led for line in self.lines)

    @property
    def adoptable(self) -> int:
        """Dossiers that the reader may propose to adopt in one motion."""
        return sum(line.is_adoptable for line in self.lines)

    @property
    def to_decide(self) -> int:
        """Dossiers that keep the session open."""
        return sum(line.keeps_open for line in self.lines)


def agenda_of(session: JurySession, user: User, seat: Seat | None, bench: Bench | None = None) -> Agenda:
    """Ten queries or so, however long the agenda."""
    bench = bench or bench_of(session)
    dossiers = list(
        Dossier.objects.visible_to(user)
        .filter(session=session)
        .select_related("session", "enrolment__candidate", "enrolment__company", "enrolment__training_organisation")
        .prefetch_related(Prefetch("deliberations", _deliberations()))
        .order_by("position")
    )
    proposals = proposals_of_many([dossier.enrolment for dossier in dossiers])
    voted = set(Ballot.objects.filter(seat=seat).values_list("deliberation", flat=True)) if seat else set()
    lines = tuple(_line(dossier, proposals[dossier.enrolment_id], voted, seat, bench) for dossier in dossiers)
    leaderless = bench.leaderless if seat and seat.is_chair else 0
    return Agenda(lines, withdrawn=_withdrawn(session, seat), leaderless=leaderless)


def _deliberations() -> QuerySet[Deliberation]:
    return (
        Deliberation.objects.select_related("enrolled_block__block", "ratification_exception")
        .annotate(ballot_count=Count("ballots"))
        .order_by("enrolled_block__block__position")
    )


def _withdrawn(session: JurySession, seat: Seat | None) -> int:
    if seat is None:
        return 0
    return Recusal.objects.filter(dossier__session=session, seat=seat).values("dossier").distinct().count()


def _line(
    dossier: Dossier, proposals: ProposalsByBlock, voted: set[int], seat: Seat | None, bench: Bench
) -> DossierLine:
    deliberations = list(dossier.deliberations.all())
    undecided = [row for row in deliberations if not (row.is_decided or row.is_lapsed)]
    open_ones = [row for row in deliberations if row.is_open]
    proposed = Counter(Proposal(row.proposal or proposals[row.code].answer) for row in undecided)
    outcomes = Counter(BlockOutcome(str(row.outcome)) for row in deliberations if row.is_decided)
    may_vote = seat is not None and (seat.is_present or bench.is_written)
    return DossierLine(
        dossier=dossier,
        group=_group(deliberations, proposed),
        proposals={proposal: proposed[proposal] for proposal in Proposal if proposed[proposal]},
        outcomes={outcome: outcomes[outcome] for outcome in BlockOutcome if outcomes[outcome]},
        to_vote=sum(row.pk not in voted for row in open_ones) if may_vote else 0,
        open_count=len(open_ones),
        under_way=sum(not row.is_pending for row in undecided),
        quorum=bench.quorum(dossier),
        is_led=leads(seat, dossier, bench),
    )


def _group(deliberations: Sequence[Deliberation], undecided: Mapping[Proposal, int]) -> Group:
    if any(row.is_open for row in deliberations):
        return Group.VOTING
    if any(row.is_closed for row in deliberations):
        return Group.TO_SETTLE
    if undecided.get(Proposal.TO_DISCUSS):
        return Group.TO_DISCUSS
    if undecided.get(Proposal.ACQUIRED) or undecided.get(Proposal.NOT_ACQUIRED):
        return Group.UNANIMOUS
    if any(row.is_decided for row in deliberations):
        return Group.DECIDED
    return Group.INCOMPLETE if undecided else Group.LAPSED


# One dossier


@dataclass(frozen=True, slots=True)
class RatingReading:
    row: CompetencyRating
    comment: str


@dataclass(frozen=True, slots=True)
class EvaluationReading:
    """What one channel rated, wrote and joined; in an anonymous session less who, and less every name in it."""

    evaluation: Evaluation
    author: str
    comment: str
    ratings: tuple[RatingReading, ...]
    parts: tuple[PartResult, ...]
    attachments: tuple[Attachment, ...]
    withheld: int  # attachments that an anonymous session keeps back: a file may name the candidate


@dataclass(frozen=True, slots=True)
class ChannelReading:
    channel: Channel
    is_required: bool
    opinion: Opinion | None
    evaluation: Evaluation | None
    reopening: Reopening | None = None  # why it has to answer again, while it has not
    said: EvaluationReading | None = None

    @property
    def has_details(self) -> bool:
        return self.said is not None


@dataclass(frozen=True)
class VoteReading:
    """What may be told of the vote on one block: how many have voted, never what, until it is counted."""

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


@dataclass(frozen=True)
class BlockReading:
    vote: VoteReading
    channels: tuple[ChannelReading, ...]
    check: Check
    earlier: tuple[EarlierDecision, ...]  # what other juries decided of it, once published

    @property
    def deliberation(self) -> Deliberation:
        return self.vote.deliberation

    @cached_property
    def why(self) -> Explained:
        return explanation(self.check)

    @cached_property
    def divergence(self) -> DivergenceTable:
        heard = self._heard
        wordings = {row.competency.code: row.competency.wording for _, rows in heard.values() for row in rows}
        return table_of(self.comparison, wordings)

    @property
    def _heard(self) -> dict[ChannelCode, tuple[Opinion | None, list[CompetencyRating]]]:
        return {
            ChannelCode(row.channel.code): (row.opinion, list(row.evaluation.ratings.all()))
            for row in self.channels
            if row.is_required and row.evaluation
        }

    @cached_property
    def comparison(self) -> BlockDivergence:
        """Of the channels that the route requires, as the jury hears them."""
        heard = self._heard
        opinions = {channel: GivenOpinion(opinion) for channel, (opinion, _) in heard.items() if opinion}
        ratings = {
            channel: {row.competency.code: Rating(row.rating) if row.rating else None for row in rows}
            for channel, (_, rows) in heard.items()
        }
        return compare_block(opinions, ratings)


@dataclass(frozen=True)
class DossierReading:
    dossier: Dossier
    blocks: tuple[BlockReading, ...]
    quorum: Verdict[bool]
    channels: tuple[Channel, ...]
    plan: frozenset[int]  # the channels that the route requires
    history: History
    heading: str
    whereabouts: str
    is_masked: bool

    @property
    def earlier_sessions(self) -> tuple[EarlierSession, ...]:
        return self.history.sessions

    @property
    def votes(self) -> list[VoteReading]:
        return [block.vote for block in self.blocks]

    @property
    def openable(self) -> int:
        """How many votes the chair may open now."""
        return sum(vote.deliberation.is_pending and vote.proposal != Proposal.INCOMPLETE for vote in self.votes)

    @property
    def open_count(self) -> int:
        return sum(vote.deliberation.is_open for vote in self.votes)

    @property
    def quorum_check(self) -> Explained:
        return explanation(self.quorum.check)


def read_votes(dossier: Dossier, seat: Seat | None, *, may_vote: bool) -> list[VoteReading]:
    return _read_votes(dossier, seat, bench_of(dossier.session), proposals_of(dossier.enrolment), may_vote=may_vote)


def _read_votes(
    dossier: Dossier, seat: Seat | None, bench: Bench, proposals: ProposalsByBlock, *, may_vote: bool
) -> list[VoteReading]:
    deliberations = list(_deliberations().filter(dossier=dossier))
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


def read_dossier(dossier: Dossier, seat: Seat | None, *, may_vote: bool, bench: Bench | None = None) -> DossierReading:
    bench, proposals = bench or bench_of(dossier.session), proposals_of(dossier.enrolment)
    votes = _read_votes(dossier, seat, bench, proposals, may_vote=may_vote)
    evaluations, route = _evaluations(dossier), route_of(dossier.enrolment)
    channels = tuple(dossier.enrolment.version.channels.order_by("position"))
    plan = frozenset(channel.pk for channel in dossier.enrolment.route.plan.all())
    masked, mask = is_masked(dossier.session, seat), masker_of(dossier, seat)
    history = history_of(dossier, mask)
    blocks = tuple(
        BlockReading(
            vote=vote,
            channels=tuple(
                _said(_channel(channel, vote.deliberation, evaluations, plan), mask, masked=masked)
                for channel in channels
            ),
            check=proposal_verdict(vote.deliberation, proposals, route).check,
            earlier=history.of(vote.deliberation.enrolled_block.block.catalogue_block_id),
        )
        for vote in votes
    )
    return DossierReading(
        dossier,
        blocks,
        bench.quorum(dossier),
        channels=channels,
        plan=plan,
        history=history,
        heading=heading_of(dossier, seat),
        whereabouts=whereabouts_of(dossier, seat),
        is_masked=masked,
    )


def _said(reading: ChannelReading, mask: Masker, *, masked: bool) -> ChannelReading:
    evaluation = reading.evaluation
    if evaluation is None:
        return reading
    attachments = tuple(evaluation.attachments.all())
    said = EvaluationReading(
        evaluation=evaluation,
        author="" if masked else str(evaluation.submitted_by),
        comment=mask(evaluation.general_comment),
        ratings=tuple(RatingReading(row, mask(row.comment)) for row in evaluation.ratings.all()),
        parts=tuple(part for part in evaluation.parts.all() if part.held_on),
        attachments=() if masked else attachments,
        withheld=len(attachments) if masked else 0,
    )
    return replace(reading, said=said)


def _channel(
    channel: Channel,
    deliberation: Deliberation,
    evaluations: Mapping[tuple[int, str], Sequence[Evaluation]],
    plan: frozenset[int],
) -> ChannelReading:
    """As it was when the vote opened, or when the session closed without one; as it is now before that."""
    until = deliberation.opened_at or deliberation.dossier.session.closed_at
    attempts = evaluations.get((deliberation.enrolled_block_id, channel.code), ())
    latest = next((row for row in reversed(attempts) if until is None or _submitted_at(row) <= until), None)
    reopening = latest.reopening if latest and latest.is_reopened else None
    if reopening and (until is None or reopening.opened_at <= until):
        return ChannelReading(channel, channel.pk in plan, opinion=None, evaluation=None, reopening=reopening)
    heard = deliberation.opinions.get(channel.code) if deliberation.opened_at else latest and latest.opinion
    return ChannelReading(channel, channel.pk in plan, Opinion(heard) if heard else None, latest)


def _submitted_at(evaluation: Evaluation) -> datetime:
    assert evaluation.submitted_at is not None  # Held by the state's constraint.  # noqa: S101
    return evaluation.submitted_at


def _evaluations(dossier: Dossier) -> dict[tuple[int, str], list[Evaluation]]:
    """All that each channel submitted on each block, in order, with what it rated and wrote."""
    rows = (
        Evaluation.objects.submitted()
        .filter(enrolled_block__enrolment=dossier.enrolment)
        .select_related("channel", "submitted_by", "reopening")
        .prefetch_related(
            Prefetch("ratings", CompetencyRating.objects.select_related("competency").order_by("competency__position")),
            Prefetch("parts", PartResult.objects.select_related("part").order_by("part__position")),
            Prefetch("attachments", Attachment.objects.in_order()),
        )
        .order_by("attempt")
    )
    found: defaultdict[tuple[int, str], list[Evaluation]] = defaultdict(list)
    for row in rows:
        found[row.enrolled_block_id, row.channel.code].append(row)
    return found
