"""The bulk grid: one block by one channel, a row per candidate, each row saved alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock, EnrolmentQuerySet
from organisations.permissions import Access, access_of

from ..content import EvaluationContent, part_field
from ..enums import Attendance, GridFilter
from ..forms import EvaluationForm, FillForm, RowFilter, values_of
from ..grid import (
    GridRow,
    blocks_of,
    channels_entered,
    enrolments_entered,
    grid_blocks,
    left_by_block,
    named_blocks,
    reread,
    tables_of,
)
from ..models import Evaluation
from ..reading import Difference, differences, reading_of
from ..services import EntryRefused, EvaluationChangedMeanwhile, TypedTooMuch, save_draft
from .conflicts import Choice, Conflict
from .grid_lines import WORDS, Line, Outcomes, Typed, fields_of, lined, mark_of_values

ROWS = 30


@dataclass(frozen=True, slots=True)
class Tab:
    """Another block, or another channel: the same page elsewhere."""

    label: str
    title: str
    url: str
    is_current: bool
    left: int = 0

    @property
    def invitation(self) -> str:
        return f"Saisir {self.label}, {self.left} à évaluer"


@dataclass(frozen=True)
class GridDesk:
    """Whose grid this is, of which block and channel, narrowed by the filters of the address."""

    user: User
    now: datetime
    access: Access
    channel: ChannelCode
    block: str
    blocks: Mapping[str, str]
    filters: RowFilter
    query: QueryDict

    @property
    def title(self) -> str:
        return self.blocks[self.block]

    @cached_property
    def enrolments(self) -> EnrolmentQuerySet:
        return self.filters.rows()

    @property
    def shows_submitted(self) -> bool:
        return self.filters.wanted == GridFilter.DONE

    @property
    def is_filtered(self) -> bool:
        return any(self.query.get(name) for name in self.filters.fields)

    @property
    def url(self) -> str:
        return self._url_of("evaluations:grid", self.block, filtered=False)

    @property
    def filtered_url(self) -> str:
        return self._url_of("evaluations:grid", self.block)

    @property
    def review_url(self) -> str:
        return self._url_of("evaluations:grid_review", self.block)

    @cached_property
    def _left(self) -> dict[str, int]:
        return left_by_block(self.enrolments, self.channel, on=timezone.localdate(self.now))

    @property
    def left(self) -> int:
        return self._left.get(self.block, 0)

    @cached_property
    def tabs(self) -> list[Tab]:
        return [
            Tab(code, title, self._url_of("evaluations:grid", code), code == self.block, self._left.get(code, 0))
            for code, title in self.blocks.items()
        ]

    @property
    def next_tab(self) -> Tab | None:
        """The next block on which something is left, from the first again after the last."""
        here = next(index for index, tab in enumerate(self.tabs) if tab.is_current)
        return next((tab for tab in [*self.tabs[here + 1 :], *self.tabs[:here]] if tab.left), None)

    @property
    def channels(self) -> list[Tab]:
        return [
            Tab(
                str(channel.label).capitalize(),
                "",
                reverse("evaluations:grid", args=[channel, self.block]),
                channel == self.channel,
            )
            for channel in channels_entered(self.access)
        ]

    def _url_of(self, name: str, block: str, *, filtered: bool = True) -> str:
        """The same filters elsewhere, from the first page."""
        return reverse(name, args=[self.channel, block]) + (self._query if filtered else "")

    @cached_property
    def _query(self) -> str:
        return query_of(self.filters, "cohort", "state", "search")


def query_of(filters: forms.Form, *names: str) -> str:
    """These filters as an address says them; what they do not offer is not said again."""
    filters.is_valid()
    given = {name: filters.cleaned_data.get(name) for name in names}
    kept = {name: getattr(value, "pk", value) for name, value in given.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def grid_desk_or_404(request: SignedInRequest, channel: str, block: str) -> GridDesk:
    """Only to whoever enters this channel, and on a block of their candidates' standard."""
    user, now = request.user, timezone.now()
    access = access_of(user)
    if channel not in channels_entered(access):
        raise Http404
    entered = enrolments_entered(access, channel)
    blocks = blocks_of(entered)
    if block not in blocks:
        raise Http404
    filters = RowFilter(request.GET, enrolments=entered)
    return GridDesk(user, now, access, ChannelCode(channel), block, blocks, filters, request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: SignedInRequest, channel: str, block: str) -> HttpResponse:
    """One block by one channel, a row per candidate: what is left to enter, or what is submitted."""
    desk = grid_desk_or_404(request, channel, block)
    if request.method == "POST":
        return _save(request, desk)
    return _page(request, desk)


def _page(
    request: SignedInRequest,
    desk: GridDesk,
    outcomes: Outcomes | None = None,
    *,
    fill: FillForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = _paginated(request, desk)
    tables = tables_of(list(page.object_list), desk.channel, at=desk.now, submitted=desk.shows_submitted)
    context = {"desk": desk, "page": page, "outcomes": outcomes, "fill": fill}
    if desk.shows_submitted:
        context["tables"] = reread(tables)
    else:
        context |= WORDS | {"tables": lined(tables, outcomes or Outcomes())}
    return render(request, "evaluations/grid.html", context, status=status)


def _paginated(request: SignedInRequest, desk: GridDesk) -> Page[EnrolledBlock]:
    today = timezone.localdate(desk.now)
    rows = grid_blocks(desk.enrolments, desk.channel, desk.block, desk.filters.wanted, on=today)
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))


# Saving a page without its script, or a row with it


def _save(request: SignedInRequest, desk: GridDesk) -> HttpResponse:
    """Each row that somebody typed in is saved alone: some may be refused while others are saved."""
    named = request.POST.getlist("row")[:ROWS]
    rows = named_rows(desk, named)
    data, fill = _filled(request.POST, rows)
    outcomes = _outcomes(desk, rows, data, strangers=len(set(named)) - len(rows))
    if outcomes.is_troubled or (fill and fill.errors):
        return _page(request, desk, outcomes, fill=fill, status=409 if outcomes.kept else 422)
    saved = len(outcomes.saved)
    if saved:
        messages.success(request, "1 ligne enregistrée." if saved == 1 else f"{saved} lignes enregistrées.")
    elif request.POST.get("action") == "save" or fill:
        messages.info(request, "Rien n’a changé : tout est déjà enregistré.")
    return redirect(_following(request, desk))


def _following(request: SignedInRequest, desk: GridDesk) -> str:
    action = request.POST.get("action")
    if action == "review":
        return desk.review_url
    page = _paginated(request, desk).number + (action == "next")
    if page == 1:
        return desk.filtered_url
    return f"{desk.filtered_url}{'&' if '?' in desk.filtered_url else '?'}page={page}"


def named_rows(desk: GridDesk, references: Sequence[str]) -> list[GridRow]:
    """Whatever the filters: what was typed in a row is for that row, even when it is no longer listed."""
    entered = enrolments_entered(desk.access, desk.channel)
    tables = tables_of(list(named_blocks(entered, desk.block, references)), desk.channel, at=desk.now)
    return [row for table in tables for row in table.rows]


def _filled(data: QueryDict, rows: Sequence[GridRow]) -> tuple[QueryDict, FillForm | None]:
    """What was sent, and in the empty fields of one part the day and the means that go for all."""
    part = data.get("fill", "")
    if not part:
        return data, None
    fill = FillForm(data, prefix=f"fill-{part}")
    if not fill.is_valid():
        return data, fill
    filled = data.copy()
    for row in rows:
        if data.get(f"{row.reference}-attendance") != Attendance.PRESENT:
            continue
        for name, value in fill.values.items():
            field = f"{row.reference}-{part_field(part, name)}"
            if data.get(field) == "":
                filled[field] = value
    return filled, fill


def _outcomes(desk: GridDesk, rows: Sequence[GridRow], data: QueryDict, *, strangers: int) -> Outcomes:
    saved: dict[str, GridRow] = {}
    kept: dict[str, Typed] = {}
    for row in rows:
        if mark_of_values(row, _sent(row, data)) == data.get(f"{row.reference}-shown"):
            continue
        outcome = _save_row(desk, row, data)
        if isinstance(outcome, Typed):
            kept[row.reference] = outcome
        else:
            saved[row.reference] = row
    return Outcomes(saved, kept, strangers)


def _sent(row: GridRow, data: QueryDict) -> dict[str, str]:
    return {name: data.get(f"{row.reference}-{name}", "") for name in fields_of(row)}


def _save_row(desk: GridDesk, row: GridRow, data: QueryDict) -> Evaluation | Typed:
    """The draft that is kept; else what was typed, and why it is not."""
    form = EvaluationForm(data, prefix=row.reference, block=row.enrolled_block.block, channel=row.channel)
    typed = form.content_over(row.content)
    try:
        return save_draft(
            row.enrolled_block,
            row.channel,
            typed,
            expected_revision=form.expected_revision,
            by=desk.user,
            at=desk.now,
            page=form.page_written,
            sequence=form.sequence_written,
        )
    except EvaluationChangedMeanwhile as met:
        return Typed(row, _sent(row, data), conflict=_conflict(desk, row, typed, met))
    except (EntryRefused, TypedTooMuch) as refused:
        return Typed(row, _sent(row, data), refused=refused, words=_differences(row, typed, row.content))


def _differences(row: GridRow, typed: EvaluationContent, stored: EvaluationContent) -> list[Difference]:
    block, channel = row.enrolled_block.block, row.channel
    return differences(reading_of(typed, block, channel), reading_of(stored, block, channel))


def _conflict(desk: GridDesk, row: GridRow, typed: EvaluationContent, met: EvaluationChangedMeanwhile) -> Conflict:
    values = values_of(met.content)
    return Conflict(
        stored=met.stored,
        revision=met.revision,
        choices=[Choice(one, values[one.field]) for one in _differences(row, typed, met.content)],
        is_by_oneself=met.stored is not None and met.stored.edited_by_id == desk.user.pk,
    )


@require_POST
def grid_row(request: SignedInRequest, channel: str, block: str, reference: str) -> HttpResponse:
    """Keep one row as it is typed. 200 its state, 409 both texts, 403 why nothing can be, 422 what is too long."""
    desk = grid_desk_or_404(request, channel, block)
    rows = named_rows(desk, [reference])
    if not rows:
        raise Http404
    row = rows[0]
    outcome = _save_row(desk, row, request.POST)
    if isinstance(outcome, Evaluation):
        return JsonResponse(_answer(desk, outcome, reference))
    if outcome.refused:
        status = 422 if isinstance(outcome.refused, TypedTooMuch) else 403
        return JsonResponse({"sentence": outcome.refused.sentence}, status=status)
    return render(request, "evaluations/parts/grid_conflict.html", {"line": Line(row, outcome)}, status=409)


def _answer(desk: GridDesk, kept: Evaluation, reference: str) -> dict[str, Any]:
    (row,) = named_rows(desk, [reference])
    return {
        "revision": kept.revision,
        "saved_at": clock(kept.edited_at),
        "state": render_to_string("evaluations/parts/grid_state.html", {"line": Line(row, is_saved=True)}),
    }


def clock(moment: datetime) -> str:
    """« 14 h 02 »"""
    local = timezone.localtime(moment)
    return f"{local:%H} h {local:%M}"
