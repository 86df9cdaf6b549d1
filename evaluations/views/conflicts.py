"""Two texts of one evaluation, typed at the same time: side by side, for whoever comes second to choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User

from ..content import EvaluationContent
from ..enums import Version
from ..forms import chosen_field, values_of
from ..models import Evaluation
from ..reading import Difference, differences
from ..services import EvaluationChangedMeanwhile
from .desk import Desk


@dataclass(frozen=True, slots=True)
class Choice:
    """One field on which the two texts differ, and what taking the stored one would put in it."""

    difference: Difference
    value: str

    @property
    def name(self) -> str:
        return chosen_field(self.difference.field)


@dataclass(frozen=True, slots=True)
class Conflict:
    stored: Evaluation | None
    revision: int
    choices: Sequence[Choice]
    is_by_oneself: bool
    versions = Version

    @property
    def author(self) -> User | None:
        return self.stored.edited_by if self.stored else None


def conflict_of(desk: Desk, typed: EvaluationContent, met: EvaluationChangedMeanwhile) -> Conflict:
    values = values_of(met.content)
    return Conflict(
        stored=met.stored,
        revision=met.revision,
        choices=[
            Choice(difference, values[difference.field])
            for difference in differences(desk.read(typed), desk.read(met.content))
        ],
        is_by_oneself=met.stored is not None and met.stored.edited_by_id == desk.user.pk,
    )
