"""A session as a list of dossiers, by what each asks of the jury."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.db.models.enums import TextChoices

from accounts.models import User
from evaluations.facts import ProposalsByBlock, proposals_of_many
from rulebook.jury import may_adopt
from rulebook.outcomes import Proposal as Proposed
from rulebook.verdict import Verdict

from ..enums import BlockOutcome, Proposal
from ..facts import Bench, bench_of, leads
from ..models import Ballot, Deliberation, Dossier, JurySession, Recusal, Seat
from .votes import deliberations_in_order


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
        .prefetch_related(Prefetch("deliberations", deliberations_in_order()))
        .order_by("position")
    )
    proposals = proposals_of_many([dossier.enrolment for dossier in dossiers])
    voted = set(Ballot.objects.filter(seat=seat).values_list("deliberation", flat=True)) if seat else set()
    lines = tuple(_line(dossier, proposals[dossier.enrolment_id], voted, seat, bench) for dossier in dossiers)
    leaderless = bench.leaderless if seat and seat.is_chair else 0
    return Agenda(lines, withdrawn=_withdrawn(session, seat), leaderless=leaderless)


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
