"""One block by one channel: typed, kept as a draft, read again, submitted for good."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from blocks.sentences import explanation

from ..content import EvaluationContent, content_of
from ..enums import Opinion
from ..forms import EvaluationForm
from ..models import Evaluation
from ..services import (
    AttachmentsChangedMeanwhile,
    EntryRefused,
    EvaluationChangedMeanwhile,
    EvaluationIncomplete,
    TypedTooMuch,
    opinion_of,
    save_draft,
    submit,
)
from .conflicts import conflict_of
from .desk import Desk, desk_or_404, missing_from, rail_or_404
from .signoff import reading_page


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    """One block by one channel: the form while it can be filled, the words once it cannot."""
    desk = desk_or_404(request, reference, block, channel)
    if request.method == "POST":
        if not desk.may_enter:
            raise Http404
        return _save(request, desk)
    if desk.is_open:
        return _form_page(request, desk, desk.form_shown, desk.content)
    return reading_page(request, desk)


@require_safe
def walk(request: SignedInRequest, reference: str, channel: str) -> HttpResponse:
    """The way in to an enrolment: the next block to fill by this channel."""
    stop = rail_or_404(request, reference, channel).first_to_fill
    if stop is None:
        raise Http404
    return redirect(stop.place.url)


def _save(request: SignedInRequest, desk: Desk) -> HttpResponse:
    form = desk.form(request.POST)
    typed = form.content_over(desk.content)
    try:
        draft = save_draft(
            desk.enrolled_block,
            desk.channel,
            typed,
            expected_revision=form.expected_revision,
            by=desk.user,
            at=desk.now,
            page=form.page_written,
            sequence=form.sequence_written,
        )
    except EvaluationChangedMeanwhile as conflict:
        return _conflict_page(request, desk, form, typed, conflict)
    except EntryRefused as refused:
        return _refused_page(request, desk, typed, refused)
    except TypedTooMuch as refused:
        return _form_page(request, desk, form, typed, status=422, refused=refused)
    return _after_saving(request, desk, form, draft)


def _after_saving(request: SignedInRequest, desk: Desk, form: EvaluationForm, draft: Evaluation) -> HttpResponse:
    content, action = content_of(draft), request.POST.get("action")
    missing = missing_from(desk, content) if action == "review" else ()
    if missing or content.unread:
        form.stand_on(draft.revision)
        form.show(missing)
        return _form_page(request, desk_or_404(request, *desk.place), form, content, status=422, is_saved=True)
    if action == "review":
        return redirect("evaluations:review", *desk.place)
    if action == "attach":
        return redirect("evaluations:attachments", *desk.place)
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
    if not desk.is_open or missing_from(desk, content):
        return redirect(desk.place.url)
    verdict = opinion_of(desk.enrolment, content)
    context = {
        "desk": desk,
        "reading": desk.read(content.as_submitted),
        "opinion": Opinion(verdict.answer) if verdict.answer else None,
        "ground": explanation(verdict.check.checks[-1]),
        "drops_levels": content != content.as_submitted,
        "following": desk.following(),
    }
    return render(request, "evaluations/review.html", context)


def _submit(request: SignedInRequest, desk: Desk) -> HttpResponse:
    try:
        submit(
            desk.enrolled_block,
            desk.channel,
            expected_revision=_revision(request),
            expected_attachments=request.POST.get("attachments", ""),
            by=desk.user,
            at=desk.now,
        )
    except EvaluationChangedMeanwhile:
        messages.warning(request, "Le brouillon a changé depuis votre relecture : relisez-le avant de le rendre.")
        return redirect("evaluations:review", *desk.place)
    except AttachmentsChangedMeanwhile as changed:
        messages.warning(request, changed.sentence)
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
    request: SignedInRequest,
    desk: Desk,
    form: EvaluationForm,
    content: EvaluationContent,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The form on this content, with the opinion that its ratings come to."""
    context |= {"desk": desk, "form": form, "opinion": desk.opinion_on(content)}
    context["missing"] = len(missing_from(desk, content))
    return render(request, "evaluations/enter.html", context, status=status)


def _conflict_page(
    request: SignedInRequest,
    desk: Desk,
    form: EvaluationForm,
    typed: EvaluationContent,
    met: EvaluationChangedMeanwhile,
) -> HttpResponse:
    """Both texts, field by field. What was typed stays in the form, which now stands on the stored revision."""
    form.stand_on(met.revision)
    return _form_page(request, desk, form, typed, status=409, conflict=conflict_of(desk, typed, met))


def _refused_page(
    request: SignedInRequest, desk: Desk, typed: EvaluationContent, refused: EntryRefused
) -> HttpResponse:
    context = {"desk": desk, "refused": refused, "reading": desk.read(typed)}
    return render(request, "evaluations/refused.html", context, status=409)
