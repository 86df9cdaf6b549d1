"""What was submitted, in words, with its history; the secretariat reads where channels diverge, and reopens."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from organisations.permissions import access_of

from ..divergences import table_of, wordings_of
from ..facts import divergences_of
from ..forms import ReopeningForm
from ..services import ReopeningRefused, obstacle_to_reopening, reopen
from .desk import Desk, desk_or_404
from .visitor import for_admins

DAYS_TO_ANSWER = 14  # proposed when the channel's deadline has passed


def reading_page(
    request: SignedInRequest, desk: Desk, *, reopening_form: ReopeningForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"desk": desk, "following": desk.following() if desk.may_enter else None}
    if access_of(desk.user).is_admin:
        context |= _for_the_secretariat(desk, reopening_form)
    return render(request, "evaluations/read.html", context, status=status)


def _for_the_secretariat(desk: Desk, form: ReopeningForm | None) -> dict[str, Any]:
    """Where the channels diverge on the block, and whether this evaluation may be reopened."""
    block = desk.enrolled_block.block
    context: dict[str, Any] = {
        "divergence": table_of(divergences_of(desk.enrolment)[block.code], wordings_of(block)),
        "is_secretariat": True,
    }
    if desk.latest and desk.latest.is_heard:
        context["obstacle"] = obstacle_to_reopening(desk.latest, desk.enrolled_block)
        context["reopening_form"] = form or ReopeningForm(initial={"due_on": _proposed_day(desk)})
    return context


def _proposed_day(desk: Desk) -> Any:
    """None while the channel's own deadline is still to come: it holds for the new attempt."""
    today = timezone.localdate(desk.now)
    return today + timedelta(days=DAYS_TO_ANSWER) if desk.due_on is None or desk.due_on < today else None


@require_POST
@for_admins
def reopen_evaluation(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    desk = desk_or_404(request, reference, block, channel)
    if desk.latest is None:
        raise Http404
    form = ReopeningForm(request.POST)
    if not form.is_valid():
        return reading_page(request, desk, reopening_form=form, status=422)
    try:
        reopen(desk.latest, **form.cleaned_data, by=desk.user, at=desk.now)
    except ReopeningRefused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, "Évaluation rouverte : un nouveau passage est attendu.")
    return redirect(desk.place.url)
