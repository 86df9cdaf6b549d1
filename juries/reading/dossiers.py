"""One dossier: its blocks, what the channels say of each, what is proposed and why, what earlier juries decided."""

from dataclasses import dataclass
from functools import cached_property

from blocks.models import Channel
from blocks.sentences import Explained, explanation
from evaluations.divergences import DivergenceTable, table_of
from evaluations.enums import Opinion
from evaluations.facts import proposals_of
from evaluations.models import CompetencyRating
from rulebook.divergence import BlockDivergence, compare_block
from rulebook.outcomes import ChannelCode, Rating
from rulebook.outcomes import Opinion as GivenOpinion
from rulebook.verdict import Check, Verdict

from ..enums import Proposal
from ..facts import Bench, bench_of, proposal_verdict, route_of
from ..masking import heading_of, is_masked, masker_of, whereabouts_of
from ..models import Deliberation, Dossier, Seat
from .channels import ChannelReading, channels_of
from .history import EarlierDecision, EarlierSession, History, history_of
from .votes import VoteReading, votes_of


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


def read_dossier(dossier: Dossier, seat: Seat | None, *, may_vote: bool, bench: Bench | None = None) -> DossierReading:
    bench, proposals = bench or bench_of(dossier.session), proposals_of(dossier.enrolment)
    votes, route = votes_of(dossier, seat, bench, proposals, may_vote=may_vote), route_of(dossier.enrolment)
    channels = tuple(dossier.enrolment.version.channels.order_by("position"))
    plan = frozenset(channel.pk for channel in dossier.enrolment.route.plan.all())
    masked, mask = is_masked(dossier.session, seat), masker_of(dossier, seat)
    said = channels_of(dossier, [vote.deliberation for vote in votes], channels, plan, mask, masked=masked)
    history = history_of(dossier, mask)
    blocks = tuple(
        BlockReading(
            vote=vote,
            channels=said[vote.deliberation.pk],
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
