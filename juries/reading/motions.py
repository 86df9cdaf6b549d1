"""The consent agenda and the written vote as their pages show them: how many have adopted or voted, never what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import User

from ..enums import DeliberationState, MotionState, Proposal
from ..facts import Bench, leads, votes_left, window_of
from ..masking import heading_of
from ..models import Ballot, Deliberation, Dossier, JurySession, Motion, MotionItem, Seat


@dataclass(frozen=True, slots=True)
class MotionLine:
    """A dossier of a motion, to a reader who sees it."""

    item: MotionItem
    heading: str
    proposals: tuple[tuple[str, Proposal], ...]  # of the votes still open, by block
    has_voted: bool  # the reader, on every one of them

    @property
    def dossier(self) -> Dossier:
        return self.item.dossier

    @property
    def refused(self) -> list[str]:
        """The blocks that the channels propose not to acquire."""
        return [code for code, proposal in self.proposals if proposal == Proposal.NOT_ACQUIRED]

    @property
    def acquired(self) -> int:
        return sum(proposal == Proposal.ACQUIRED for _, proposal in self.proposals)

    @property
    def is_open(self) -> bool:
        return bool(self.proposals)


@dataclass(frozen=True, slots=True)
class MotionReading:
    motion: Motion
    kept: tuple[MotionLine, ...]  # what refuses blocks comes first
    pulled: tuple[MotionLine, ...]
    adopted: int  # members who have voted on all that is kept
    expected: int
    may_vote: bool
    may_close: bool

    @property
    def to_adopt(self) -> int:
        """Dossiers on which the reader has not voted everywhere."""
        return sum(not line.has_voted for line in self.kept) if self.may_vote else 0

    @property
    def has_adopted(self) -> bool:
        return bool(self.kept) and all(line.has_voted for line in self.kept)

    @property
    def is_awaited(self) -> bool:
        """Somebody has not voted on all of it."""
        return self.adopted < self.expected

    @property
    def signature(self) -> str:
        """Changes when a dossier comes into the motion, or goes."""
        return f"{self.motion.pk}.{len(self.kept)}.{len(self.pulled)}"

    @property
    def refusing(self) -> int:
        return sum(bool(line.refused) for line in self.kept)


def read_motions(
    session: JurySession, user: User, seat: Seat | None, bench: Bench, *, may_vote: bool, only: Dossier | None = None
) -> list[MotionReading]:
    """Those under way, with the dossiers that this reader sees; a motion of which they see none is not there."""
    items = (
        MotionItem.objects.filter(
            motion__session=session,
            motion__state=MotionState.OPEN,
            dossier__in=Dossier.objects.visible_to(user).filter(session=session),
        )
        .select_related(
            "motion__seat",
            "dossier__session",
            "dossier__enrolment__candidate",
            "pulled_by__member__user",
            "pulled_by__substitute__user",
        )
        .order_by("motion", "dossier__position")
    )
    if only is not None:
        items = items.filter(dossier=only)
    by_motion: defaultdict[Motion, list[MotionItem]] = defaultdict(list)
    for item in items:
        by_motion[item.motion].append(item)
    votes = _open_votes(item.dossier_id for rows in by_motion.values() for item in rows)
    voted = set(Ballot.objects.filter(seat=seat).values_list("deliberation", flat=True)) if seat else set()
    return [_motion(motion, rows, votes, voted, seat, bench, may_vote=may_vote) for motion, rows in by_motion.items()]


def _open_votes(dossiers: Iterable[int]) -> Mapping[int, list[Deliberation]]:
    rows = Deliberation.objects.filter(dossier__in=list(dossiers), state=DeliberationState.OPEN)
    found: defaultdict[int, list[Deliberation]] = defaultdict(list)
    for row in rows.select_related("enrolled_block__block").order_by("enrolled_block__block__position"):
        found[row.dossier_id].append(row)
    return found


def _motion(
    motion: Motion,
    items: Sequence[MotionItem],
    votes: Mapping[int, list[Deliberation]],
    voted: Collection[int],
    seat: Seat | None,
    bench: Bench,
    *,
    may_vote: bool,
) -> MotionReading:
    lines = [_line(item, votes.get(item.dossier_id, []), voted, seat) for item in items]
    kept = [line for line in lines if line.is_open and not line.item.is_pulled]
    adopted, expected = _adopted([line.dossier for line in kept], votes, bench)
    return MotionReading(
        motion=motion,
        kept=tuple(sorted(kept, key=lambda line: not line.refused)),
        pulled=tuple(line for line in lines if line.item.is_pulled),
        adopted=adopted,
        expected=expected,
        may_vote=may_vote,
        may_close=seat is not None
        and (motion.seat_id == seat.pk or any(leads(seat, line.dossier, bench) for line in kept)),
    )


def _line(item: MotionItem, votes: Sequence[Deliberation], voted: Collection[int], seat: Seat | None) -> MotionLine:
    return MotionLine(
        item=item,
        heading=heading_of(item.dossier, seat),
        proposals=tuple((row.code, Proposal(str(row.proposal))) for row in votes),
        has_voted=bool(votes) and all(row.pk in voted for row in votes),
    )


def _adopted(dossiers: Sequence[Dossier], votes: Mapping[int, list[Deliberation]], bench: Bench) -> tuple[int, int]:
    """How many members have voted wherever they vote, among these dossiers, and how many vote somewhere."""
    ids = [row.pk for dossier in dossiers for row in votes[dossier.pk]]
    cast = dict(Ballot.objects.filter(deliberation__in=ids).values_list("seat").annotate(Count("pk")).order_by())
    owed: Counter[int] = Counter()
    for dossier in dossiers:
        for seat in bench.voters(dossier):
            owed[seat.pk] += len(votes[dossier.pk])
    return sum(cast.get(pk, 0) >= number for pk, number in owed.items()), len(owed)


@dataclass(frozen=True, slots=True)
class WrittenReading:
    """Where a vote in writing stands: until when, and how many members have voted everywhere."""

    opens_at: datetime
    closes_at: datetime
    is_over: bool
    done: int  # members who have voted on everything that is open to them
    expected: int
    open_votes: int  # of the dossiers that the reader leads


def read_written(session: JurySession, seat: Seat, bench: Bench, *, at: datetime) -> WrittenReading | None:
    if not session.is_written:
        return None
    window = window_of(session)
    left = votes_left(session, bench)
    dossiers = [dossier for dossier in session.dossiers.all() if leads(seat, dossier, bench)]
    return WrittenReading(
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        is_over=window.is_over(at),
        done=sum(number == 0 for number in left.values()),
        expected=len(left),
        open_votes=Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.OPEN).count(),
    )
