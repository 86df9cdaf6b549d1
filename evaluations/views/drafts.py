"""What a page saves by itself while somebody types."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest

from ..content import content_of
from ..forms import EvaluationForm
from ..models import Evaluation
from ..services import EntryRefused, EvaluationChangedMeanwhile, TypedTooMuch, save_draft
from .conflicts import conflict_of
from .desk import Desk, desk_or_404, missing_from


@require_POST
def draft(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    """Keep the draft as it is typed. 200 what is kept, 409 both texts, 403 why nothing can be, 422 what is too long."""
    desk = desk_or_404(request, reference, block, channel)
    if not desk.may_enter:
        raise Http404
    form = desk.form(request.POST)
    typed = form.content_over(desk.content)
    try:
        kept = save_draft(
            desk.enrolled_block,
            desk.channel,
            typed,
            expected_revision=form.expected_revision,
            by=desk.user,
            at=desk.now,
            page=form.page_written,
            sequence=form.sequence_written,
        )
    except EvaluationChangedMeanwhile as met:
        conflict = conflict_of(desk, typed, met)
        return render(request, "evaluations/parts/conflict.html", {"desk": desk, "conflict": conflict}, status=409)
    except EntryRefused as refused:
        return JsonResponse({"sentence": refused.sentence}, status=403)
    except TypedTooMuch as refused:
        return JsonResponse({"sentence": refused.sentence}, status=422)
    return JsonResponse(_answer(desk, form, kept))


def _answer(desk: Desk, form: EvaluationForm, kept: Evaluation) -> dict[str, Any]:
    content = content_of(kept)
    missing, opinion = missing_from(desk, content), desk.opinion_on(content)
    return {
        "revision": kept.revision,
        "saved_at": _hour(kept),
        "unread": {name: _reason(form, name) for name in content.unread},
        "missing": len(missing),
        "opinion": str(opinion.label) if opinion else None,
        "opinion_html": render_to_string("evaluations/parts/opinion.html", {"opinion": opinion}),
    }


def _hour(kept: Evaluation) -> str:
    """« 14 h 32 », Paris time."""
    return timezone.localtime(kept.edited_at).strftime("%H\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}%M")


def _reason(form: EvaluationForm, name: str) -> str:
    errors = form.errors.get(name)
    return str(errors[0]) if errors else ""
