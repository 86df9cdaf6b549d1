"""A whole pile read again, in words, then submitted for good, each evaluation by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from candidates.models import EnrolledBlock

from ..grid import GridRow, drafts_of, reread, tables_of
from ..services import (
    AttachmentsChangedMeanwhile,
    EntryRefused,
    EvaluationChangedMeanwhile,
    EvaluationIncomplete,
    submit,
)
from .grid import GridDesk, grid_desk_or_404, named_rows

READ_AT_ONCE = 100
UNREAD = -1  # the revision of what nobody can have read
CHANGED = "Le brouillon a changé depuis votre relecture : relisez-le."
INCOMPLETE = "Il manque des réponses."


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, channel: str, block: str) -> HttpResponse:
    """Every complete draft of the filter, in words, to be submitted together; what the others lack."""
    desk = grid_desk_or_404(request, channel, block)
    if request.method == "POST":
        return _submit_ticked(request, desk)
    page = Paginator(_drafts(desk), READ_AT_ONCE).get_page(request.GET.get("page"))
    tables = tables_of(list(page.object_list), desk.channel, at=desk.now)
    piles = reread(table.complete for table in tables)
    context = {
        "desk": desk,
        "page": page,
        "tables": piles,
        "total": sum(len(pile.evaluations) for pile in piles),
        "incomplete": [row for table in tables for row in table.rows if not row.is_complete],
    }
    return render(request, "evaluations/grid_review.html", context)


def _drafts(desk: GridDesk) -> QuerySet[EnrolledBlock]:
    today = timezone.localdate(desk.now)
    return drafts_of(desk.enrolments, desk.channel, desk.block, desk.filters.wanted, on=today)


def _submit_ticked(request: SignedInRequest, desk: GridDesk) -> HttpResponse:
    ticked = request.POST.getlist("evaluation")[:READ_AT_ONCE]
    rows = named_rows(desk, ticked)
    left: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        files = request.POST.get(f"{row.reference}-attachments", "")
        reason = _submit(desk, row, _revision(request, row), files)
        if reason:
            left[reason].append(str(row.enrolment.candidate))
    submitted = len(rows) - sum(map(len, left.values()))
    _report(request, desk, submitted, left, strangers=len(set(ticked)) - len(rows))
    return redirect(desk.review_url if left or _drafts(desk).exists() else desk.filtered_url)


def _submit(desk: GridDesk, row: GridRow, revision: int, files: str) -> str:
    """Why it is left, if it is."""
    try:
        submit(
            row.enrolled_block,
            row.channel,
            expected_revision=revision,
            expected_attachments=files,
            by=desk.user,
            at=desk.now,
        )
    except EvaluationChangedMeanwhile:
        return CHANGED
    except AttachmentsChangedMeanwhile as changed:
        return changed.sentence
    except EvaluationIncomplete:
        return INCOMPLETE
    except EntryRefused as refused:
        return refused.sentence
    return ""


def _revision(request: SignedInRequest, row: GridRow) -> int:
    revision = request.POST.get(f"{row.reference}-revision", "")
    return int(revision) if revision.isdecimal() and len(revision) < 10 else UNREAD


def _report(
    request: SignedInRequest, desk: GridDesk, submitted: int, left: Mapping[str, Sequence[str]], *, strangers: int
) -> None:
    if submitted:
        messages.success(request, f"{_counted(submitted, 'rendue')}, {desk.block}.")
    for reason, names in left.items():
        messages.warning(request, f"{_counted(len(names), 'laissée')} : {', '.join(names)}. {reason}")
    if strangers:
        messages.warning(request, f"{_counted(strangers, 'laissée')} : ce candidat n’est plus entre vos mains.")
    if not submitted and not left and not strangers:
        messages.warning(request, "Cochez au moins une évaluation à rendre.")


def _counted(count: int, participle: str) -> str:
    """« 1 évaluation rendue », « 38 évaluations rendues »"""
    return f"1 évaluation {participle}" if count == 1 else f"{count} évaluations {participle}s"
