"""What a dossier comes with: the blocks that the person holds, and what earlier juries decided on any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from candidates.models import AcquiredBlock

from ..enums import AppealOutcome, BlockOutcome, DeliberationState, SessionState
from ..masking import Masker
from ..models import Appeal, Deliberation, Dossier, JurySession


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """Of one block by an earlier jury, once published."""

    deliberation: Deliberation
    is_sent_back: bool  # by the CPNEFP
    reason: str = ""  # why it sent the block back, as the reader may read it

    @property
    def code(self) -> str:
        return self.deliberation.code

    @property
    def session(self) -> JurySession:
        return self.deliberation.dossier.session

    @property
    def state(self) -> str:
        """The word that gives its icon and colour."""
        if self.is_sent_back or self.deliberation.is_lapsed:
            return str(BlockOutcome.DEFERRED)
        return str(self.deliberation.outcome)

    @property
    def words(self) -> str:
        if self.is_sent_back:
            return "renvoyé par la CPNEFP"
        if self.deliberation.is_lapsed:
            return str(DeliberationState.LAPSED.label)
        return self.deliberation.get_outcome_display()


@dataclass(frozen=True, slots=True)
class EarlierSession:
    """All that one earlier jury decided of this person."""

    session: JurySession
    decisions: tuple[EarlierDecision, ...]
    upheld_on: tuple[date, ...]  # the appeals of the candidate that were upheld since


@dataclass(frozen=True, slots=True)
class History:
    held: Mapping[int, AcquiredBlock]  # by block of the catalogue
    decisions: tuple[EarlierDecision, ...]
    _upheld: Mapping[int, Sequence[date]] = field(repr=False)  # by dossier

    def of(self, catalogue_block_id: int) -> tuple[EarlierDecision, ...]:
        """A block is the same one across enrolments and versions of the standard."""
        return tuple(
            decision
            for decision in self.decisions
            if decision.deliberation.enrolled_block.block.catalogue_block_id == catalogue_block_id
        )

    @property
    def sessions(self) -> tuple[EarlierSession, ...]:
        by_dossier: dict[int, list[EarlierDecision]] = {}
        for decision in self.decisions:
            by_dossier.setdefault(decision.deliberation.dossier_id, []).append(decision)
        return tuple(
            EarlierSession(decisions[0].session, tuple(decisions), tuple(self._upheld.get(dossier_id, ())))
            for dossier_id, decisions in by_dossier.items()
        )


def history_of(dossier: Dossier, mask: Masker) -> History:
    """Three queries, whatever the past. Of other sessions nothing but what was published before this one."""
    held = AcquiredBlock.objects.filter(candidate=dossier.enrolment.candidate_id)
    rows = list(
        Deliberation.objects.filter(
            dossier__enrolment__candidate=dossier.enrolment.candidate_id,
            dossier__session__state=SessionState.PUBLISHED,
            dossier__session__held_on__lte=dossier.session.held_on,
            state__in=(DeliberationState.DECIDED, DeliberationState.LAPSED),
        )
        .exclude(dossier=dossier)
        .select_related("dossier__session", "enrolled_block__block", "ratification_exception")
        .prefetch_related(
            Prefetch("dossier__appeals", Appeal.objects.filter(outcome=AppealOutcome.UPHELD).order_by("outcome_on"))
        )
        .order_by("dossier__session__held_on", "dossier_id", "enrolled_block__block__position", "pk")
    )
    upheld = {
        row.dossier_id: [day for appeal in row.dossier.appeals.all() if (day := appeal.outcome_on)] for row in rows
    }
    decisions = tuple(_decision(row, mask) for row in rows)
    return History({row.catalogue_block_id: row for row in held}, decisions, upheld)


def _decision(row: Deliberation, mask: Masker) -> EarlierDecision:
    if not hasattr(row, "ratification_exception"):
        return EarlierDecision(row, is_sent_back=False)
    return EarlierDecision(row, is_sent_back=True, reason=mask(row.ratification_exception.reason))
