"""One block by one channel: typed, kept as a draft, read again, submitted for good."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from blocks.sentences import explanation

from ..completeness import gaps
from ..content import EvaluationContent, content_of
from ..enums import Opinion
from ..forms import EvaluationForm, initial_of
from ..models import Evaluation
from ..reading import differences
from ..services import (
    EntryRefused,
    EvaluationChangedMeanwhile,
    EvaluationIncomplete,
    demands_of,
    opinion_of,
    save_draft,
    submit,
)
from .desk import Desk, desk_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    """One block by one channel: the form while it can be filled, the words once it cannot."""
    desk = desk_or_404(request, reference, block, channel)
    if request.method == "POST":
        if not desk.may_enter:
            raise Http404
        return _save(request, desk)
    if desk.is_open:
        initial = {**initial_of(desk.content), "revision": desk.revision}
        return _form_page(request, desk, desk.form(initial=initial))
    return _reading_page(request, desk)


def _save(request: SignedInRequest, desk: Desk) -> HttpResponse:
    form = desk.form(request.POST)
    if not form.is_valid():
        return _form_page(request, desk, form, status=422)
    try:
        draft = save_draft(
            desk.enrolled_block,
            desk.channel,
            form.content,
            expected_revision=form.cleaned_data["revision"],
            by=desk.user,
            at=desk.now,
        )
    except EvaluationChangedMeanwhile as conflict:
        return _conflict_page(request, desk, form, conflict)
    except EntryRefused as refused:
        return _refused_page(request, desk, form.content, refused)
    return _after_saving(request, desk, form, draft)


def _after_saving(request: SignedInRequest, desk: Desk, form: EvaluationForm, draft: Evaluation) -> HttpResponse:
    action = request.POST.get("action")
    if action == "review":
        missing = gaps(form.content, demands_of(desk.enrolment, desk.channel, at=desk.now))
        if not missing:
            return redirect("evaluations:review", *desk.place)
        form.stand_on(draft.revision)
        form.show(missing)
        return _form_page(request, desk_or_404(request, *desk.place), form, status=422, is_saved=True)
    messages.success(request, "Brouillon enregistré.")
    following = desk.following() if action == "next" else None
    return redirect((following.place if following else desk.place).url)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    """Read again, in words, what is about to be submitted for good."""
    desk = desk_or_404(request, reference, block, channel)
    if not desk.may_enter:
        raise Http404
    if request.method == "POST":
        return _submit(request, desk)
    content = desk.content
    if not desk.is_open or gaps(content, demands_of(desk.enrolment, desk.channel, at=desk.now)):
        return redirect(desk.place.url)
    verdict = opinion_of(desk.enrolment, content)
    context = {
        "desk": desk,
        "reading": desk.read(content),
        "opinion": Opinion(verdict.answer) if verdict.answer else None,
        "ground": explanation(verdict.check.checks[-1]),
        "drops_ratings": content.rated and not content.is_present,
        "following": desk.following(),
    }
    return render(request, "evaluations/review.html", context)


def _submit(request: SignedInRequest, desk: Desk) -> HttpResponse:
    try:
        submit(
            desk.enrolled_block,
            desk.channel,
            expected_revision=_revision(request),
            by=desk.user,
            at=desk.now,
        )
    except EvaluationChangedMeanwhile:
        messages.warning(request, "Le brouillon a changé depuis votre relecture : relisez-le avant de le rendre.")
        return redirect("evaluations:review", *desk.place)
    except EvaluationIncomplete:
        messages.warning(request, "Il manque des réponses : complétez l’évaluation, puis relisez-la.")
        return redirect(desk.place.url)
    except EntryRefused as refused:
        messages.warning(request, refused.sentence)
        return redirect(desk.place.url)
    block = desk.enrolled_block.block.code
    messages.success(request, f"Évaluation de {block} rendue pour {desk.enrolment.candidate}.")
    following = desk.following() if request.POST.get("action") == "next" else None
    return redirect((following.place if following else desk.place).url)


def _revision(request: SignedInRequest) -> int:
    """That of the draft read again; one that nobody can have read when the field was tampered with."""
    revision = request.POST.get("revision", "")
    return int(revision) if revision.isdecimal() and len(revision) < 10 else -1


def _form_page(
    request: SignedInRequest, desk: Desk, form: EvaluationForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"desk": desk, "form": form}
    return render(request, "evaluations/enter.html", context, status=status)


def _conflict_page(
    request: SignedInRequest, desk: Desk, form: EvaluationForm, conflict: EvaluationChangedMeanwhile
) -> HttpResponse:
    """Both texts, field by field. What was typed stays in the form, which now stands on the stored revision."""
    changed = differences(desk.read(form.content), desk.read(conflict.content))
    form.stand_on(conflict.revision)
    return _form_page(request, desk, form, status=409, conflict=conflict, differences=changed)


def _refused_page(
    request: SignedInRequest, desk: Desk, typed: EvaluationContent, refused: EntryRefused
) -> HttpResponse:
    context = {"desk": desk, "refused": refused, "reading": desk.read(typed)}
    return render(request, "evaluations/refused.html", context, status=409)


def _reading_page(request: SignedInRequest, desk: Desk) -> HttpResponse:
    following = desk.following() if desk.may_enter else None
    readings = [(row, desk.read(content_of(row))) for row in desk.attempts]
    context = {"desk": desk, "readings": readings, "following": following}
    return render(request, "evaluations/read.html", context)
