"""A referent's candidates: of each, what is handed in, what is left, and which entry comes next. A constant number of
queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Enrolment
from organisations.permissions import access_of

from .enums import EvaluationState, Mark
from .matrix import MatrixRow, for_matrix, matrix_of
from .models import Evaluation
from .permissions import entered_by
from .progress import Place

COMPANY = ChannelCode.COMPANY
WAITING = frozenset({Mark.EXPECTED, Mark.DRAFT, Mark.LATE})


@dataclass(frozen=True, slots=True)
class Step:
    """One block to evaluate, or that was."""

    place: Place
    title: str
    is_done: bool
    is_begun: bool

    @property
    def verb(self) -> str:
        return "Reprendre" if self.is_begun else "Saisir"


@dataclass(frozen=True, slots=True)
class Followed:
    enrolment: Enrolment
    due_on: date | None
    steps: Sequence[Step]

    @property
    def left(self) -> list[Step]:
        """What was begun comes first."""
        return sorted((step for step in self.steps if not step.is_done), key=lambda step: not step.is_begun)

    @property
    def done(self) -> list[Step]:
        return [step for step in self.steps if step.is_done]

    @property
    def next(self) -> Step | None:
        return next(iter(self.left), None)

    @property
    def others(self) -> list[Step]:
        return self.left[1:]


def followed(user: User, *, on: date) -> list[Followed]:
    """Those of whom something is left to enter first, the earliest due date before the others."""
    access = access_of(user)
    mine = for_matrix(Enrolment.objects.active().filter(entered_by(access, COMPANY)))
    enrolments = list(mine.order_by("candidate__search_key", "pk"))
    drafts = Evaluation.objects.visible_to(user).filter(
        state=EvaluationState.DRAFT, channel__code=COMPANY, enrolled_block__enrolment__in=enrolments
    )
    begun = set(drafts.values_list("enrolled_block__enrolment__reference", "enrolled_block__block__code"))
    rows = [_followed(row, begun) for row in matrix_of(enrolments, access, on=on).rows]
    return sorted(rows, key=lambda row: (not row.left, row.due_on is None, row.due_on or date.max))


def _followed(row: MatrixRow, begun: set[tuple[str, str]]) -> Followed:
    index = list(ChannelCode).index(COMPANY)
    reference = row.enrolment.reference
    steps = [
        Step(
            Place(reference, square.code, COMPANY),
            square.title,
            is_done=square.marks[index] == Mark.SUBMITTED,
            is_begun=(reference, square.code) in begun,
        )
        for square in row.squares
        if square and square.marks[index] in WAITING | {Mark.SUBMITTED}
    ]
    return Followed(row.enrolment, row.due_on, steps)
