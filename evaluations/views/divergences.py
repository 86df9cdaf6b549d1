"""For the certifier: where channels diverge on blocks still to acquire, the strongest first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock, Enrolment

from ..divergences import DivergenceTable, DivergentBlock, divergent_blocks, table_of, wordings_of
from ..facts import DivergencesByBlock, divergences_of_many
from ..forms import DivergenceFilter
from ..permissions import enrolments_of
from ..progress import Place, blocks_to_evaluate
from .visitor import for_admins

ROWS = 25


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class DivergenceLine:
    enrolled_block: EnrolledBlock
    table: DivergenceTable
    url: str

    @property
    def whose(self) -> str:
        return f"{self.enrolled_block.enrolment.candidate}, {self.enrolled_block.block.code}"


@require_safe
@for_admins
def divergences(request: SignedInRequest) -> HttpResponse:
    form = DivergenceFilter(request.GET, enrolments=enrolments_of(request.user).active())
    blocks = blocks_to_evaluate().filter(enrolment__in=form.rows())
    found = form.among(divergent_blocks(blocks))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": _lines(list(page.object_list)),
        "bars": _bars(found),
        "channels": ChannelCode,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "evaluations/divergences.html", context)


def _lines(found: list[DivergentBlock]) -> list[DivergenceLine]:
    rows = (
        EnrolledBlock.objects.filter(pk__in=[row.pk for row in found])
        .select_related("block", "enrolment__candidate", "enrolment__cohort")
        .prefetch_related("block__competencies")
    )
    blocks = {row.pk: row for row in rows}
    divergences = divergences_of_many(Enrolment.objects.filter(pk__in={row.enrolment_id for row in rows}))
    return [_line(block, divergences) for row in found if (block := blocks.get(row.pk))]


def _line(block: EnrolledBlock, divergences: Mapping[int, DivergencesByBlock]) -> DivergenceLine:
    table = table_of(divergences[block.enrolment_id][block.block.code], wordings_of(block.block))
    place = Place(block.enrolment.reference, block.block.code, table.channels[0])
    return DivergenceLine(block, table, place.url)


def _bars(found: list[DivergentBlock]) -> list[Bar]:
    """How many candidates by block, whatever the page."""
    counted = Counter(row.code for row in found)
    return [Bar(code, counted[code]) for code in sorted(counted)]
