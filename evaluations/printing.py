"""Paper grids, which workers draw candidate by candidate."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from candidates.models import Enrolment
from documents.drawing import Drawing, DrawingRefused
from documents.press import Press
from organisations.permissions import access_of

from .enums import GridContent
from .models import GridJob, GridSheet
from .papers import draw_grids, for_papers, printable_channels

NOTHING_FILLED = "Aucune évaluation n’est encore saisie : il n’y a pas de grille remplie à imprimer."
NOTHING_LEFT = "Ces candidats détiennent déjà tous leurs blocs : aucune grille n’est à remplir."


class GridPress(Press[GridJob, GridSheet]):
    model = GridJob
    related = ("requested_by", "cohort", "enrolment")

    def draw(self, job: GridJob, sheet: GridSheet, at: datetime) -> Drawing | None:
        """A channel that was the author's when they asked may be so no longer."""
        enrolment = for_papers(Enrolment.objects.filter(pk=sheet.enrolment_id)).get()
        allowed = printable_channels(access_of(job.requested_by), enrolment, job.content)
        sheet.channels = [channel for channel in allowed if channel in sheet.channels]
        try:
            return draw_grids(enrolment, sheet.channels, job.content, at=at)
        except DrawingRefused as refusal:
            raise DrawingRefused([f"Dossier {enrolment.reference} :", *refusal.reasons]) from refusal

    def cover(self, job: GridJob, sheets: QuerySet[Any], at: datetime) -> Drawing:
        """None; and a file that would have no page is refused."""
        if not sheets.exists():
            raise DrawingRefused([NOTHING_FILLED if job.content == GridContent.FILLED else NOTHING_LEFT])
        return Drawing()

    def title(self, job: GridJob) -> str:
        return f"Grilles d’évaluation {job.get_content_display()}, {job.of}"


_press = GridPress()
draw_next = _press.draw_next


def discard_outlived(*, at: datetime) -> int:
    """What was asked for a day ago is thrown away."""
    return _press.throw_away(GridJob.objects.outlived(at).order_by("pk"), at=at)
