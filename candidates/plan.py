"""The blocks of the standard, as one enrolment lives them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from blocks.models import Block

from .models import AcquiredBlock, Enrolment


class PlanState(StrEnum):
    ACQUIRED = "acquired"  # in this enrolment
    CARRIED = "carried"  # before it, or outside of it
    TO_EVALUATE = "to_evaluate"
    NOT_CHOSEN = "not_chosen"


@dataclass(frozen=True, slots=True)
class PlanLine:
    block: Block
    is_enrolled: bool
    acquired: AcquiredBlock | None
    is_carried: bool

    @property
    def state(self) -> PlanState:
        if self.acquired:
            return PlanState.CARRIED if self.is_carried else PlanState.ACQUIRED
        return PlanState.TO_EVALUATE if self.is_enrolled else PlanState.NOT_CHOSEN


def plan_of(enrolment: Enrolment) -> list[PlanLine]:
    """All the blocks of the standard, the options not chosen too: a third option may be held. Three queries."""
    blocks = enrolment.version.blocks.order_by("position", "pk")
    enrolled = {row.block_id: row.pk for row in enrolment.enrolled_blocks.all()}
    acquired = {row.catalogue_block_id: row for row in enrolment.candidate.acquired_blocks.all()}
    return [
        _line(block, enrolled.get(block.pk), acquired.get(block.catalogue_block_id), enrolled.values())
        for block in blocks
    ]


def _line(block: Block, enrolled_id: int | None, acquired: AcquiredBlock | None, own: Iterable[int]) -> PlanLine:
    is_carried = acquired is not None and acquired.enrolled_block_id not in set(own)
    return PlanLine(block, is_enrolled=enrolled_id is not None, acquired=acquired, is_carried=is_carried)
