"""Every attempt of one channel at one block, as it was said, and why the next one followed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from blocks.models import Block, Channel

from .content import content_of
from .models import Evaluation, Reopening
from .reading import Reading, reading_of


@dataclass(frozen=True, slots=True)
class Attempt:
    evaluation: Evaluation
    reading: Reading

    @property
    def number(self) -> int:
        return self.evaluation.attempt

    @property
    def reopening(self) -> Reopening | None:
        """Why it no longer answers for its channel, when it does not."""
        return self.evaluation.reopening if self.evaluation.is_reopened else None


def history_of(attempts: Iterable[Evaluation], block: Block, channel: Channel) -> tuple[Attempt, ...]:
    """In the order in which they were made; `attempts` as read with their `reopening`."""
    rows = sorted(attempts, key=lambda row: row.attempt)
    prefetch_related_objects(rows, "ratings", "parts")
    return tuple(Attempt(row, reading_of(content_of(row), block, channel)) for row in rows)
