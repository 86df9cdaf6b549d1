"""A dossier at a glance: the eight blocks of the standard, what each channel says of them, what is decided."""

from dataclasses import dataclass

from blocks.french import day
from blocks.models import Block, Channel
from candidates.models import EnrolledBlock
from rulebook.outcomes import ChannelCode

from .channels import ChannelReading
from .dossiers import BlockReading, DossierReading


@dataclass(frozen=True, slots=True)
class OverviewCell:
    """What one channel says of one block: a word and the state that gives its icon and colour, or nothing asked."""

    channel: Channel
    state: str = ""
    words: str = ""
    is_apart: bool = False  # from what most channels say


@dataclass(frozen=True, slots=True)
class OverviewRow:
    block: Block
    cells: tuple[OverviewCell, ...]
    reading: BlockReading | None = None
    absence: str = ""  # why this jury does not decide it


@dataclass(frozen=True, slots=True)
class Overview:
    channels: tuple[Channel, ...]
    rows: tuple[OverviewRow, ...]

    @property
    def to_discuss(self) -> int:
        return sum(any(cell.is_apart for cell in row.cells) for row in self.rows)


def overview_of(reading: DossierReading) -> Overview:
    enrolment = reading.dossier.enrolment
    readings = {row.deliberation.enrolled_block.block_id: row for row in reading.blocks}
    chosen = set(EnrolledBlock.objects.filter(enrolment=enrolment).values_list("block", flat=True))
    rows = []
    for block in enrolment.version.blocks.order_by("position"):
        row = readings.get(block.pk)
        if row is None:
            cells = tuple(OverviewCell(channel) for channel in reading.channels)
            rows.append(OverviewRow(block, cells, absence=_absence(block, chosen, reading)))
        else:
            rows.append(OverviewRow(block, tuple(_cell(channel, row) for channel in row.channels), row))
    return Overview(reading.channels, tuple(rows))


def _absence(block: Block, chosen: set[int], reading: DossierReading) -> str:
    if held := reading.history.held.get(block.catalogue_block_id):
        return f"déjà acquis, le {day(held.acquired_on)}"
    return "pas à l’ordre du jour" if block.pk in chosen else "option non choisie"


def _cell(channel: ChannelReading, block: BlockReading) -> OverviewCell:
    if channel.opinion:
        is_apart = ChannelCode(channel.channel.code) in block.comparison.opinions.apart
        return OverviewCell(channel.channel, str(channel.opinion), str(channel.opinion.label), is_apart)
    if channel.reopening:
        return OverviewCell(channel.channel, "pending", "attendu de nouveau")
    if channel.is_required:
        return OverviewCell(channel.channel, "pending", "pas encore rendu")
    return OverviewCell(channel.channel)
