"""The minutes: as they are drafted, put to the members, approved and sealed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocks.sentences import sentence

from ..approvals import approvals_of, awaits_approval_of, draft_of, judge
from ..enums import SessionState
from ..forms import AddendumForm, ApprovalForm, IncidentsForm
from ..models import JurySession, MinutesFile, Seat
from ..permissions import (
    may_administer,
    may_approve,
    may_chair,
    may_declare,
    may_read_minutes,
    may_read_whole_minutes,
    seat_of,
)
from ..reading.minutes import addenda_of, read_minutes
from ..services import approve_minutes, seal_minutes, submit_minutes
from .access import load_chaired, load_session, refusals_told, signed_in
from .addenda import correctable


@require_safe
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """The sealed words; before them a draft, to those who deliberate: each reads it less their withdrawn dossiers."""
    session = load_session(request, reference)
    user = signed_in(request)
    seat = seat_of(user, session)
    if session.is_prepared:
        raise Http404
    if not may_read_minutes(user, session):
        if may_declare(seat):
            return redirect("juries:session", reference)
        raise PermissionDenied
    reading = read_minutes(session, user, seat)
    context = {
        "session": session,
        "seat": seat,
        "may_chair": may_chair(seat),
        "reading": reading,
        "minutes": reading.content,
        "is_sealed": session.is_sealed,
    }
    context |= _sealed(request, session, seat) if session.is_sealed else _approving(session, seat)
    return render(request, "juries/minutes.html", context)


def _sealed(request: HttpRequest, session: JurySession, seat: Seat | None) -> dict[str, Any]:
    user = signed_in(request)
    is_whole = may_read_whole_minutes(user, session)
    return {
        # Of the whole: with all the rest at hand, one could try what was decided of the dossier left out.
        "sha256": session.minutes.sha256 if is_whole else "",
        "is_whole": is_whole,
        "is_downloadable": is_whole and MinutesFile.objects.filter(minutes__session=session).exists(),
        "addenda": addenda_of(session, user),
        "addendum_form": AddendumForm(dossiers=correctable(session, request)) if seat and seat.presides else None,
        "may_extract": session.is_published and may_administer(user),
    }


def _approving(session: JurySession, seat: Seat | None) -> dict[str, Any]:
    """What is left to do of the minutes of a closed session: by the chair, by this member."""
    if session.state != SessionState.CLOSED:
        return {}
    draft = draft_of(session)
    if draft is None:
        return {"incidents": IncidentsForm()}
    verdict = judge(session, draft.sha256)
    return {
        "draft": draft,
        "approvals": approvals_of(session, draft.sha256),
        "may_seal": verdict.answer,
        "awaited": [sentence(reason) for reason in verdict.reasons],
        "may_approve": seat is not None and awaits_approval_of(seat),
        "approval_form": ApprovalForm(initial={"submitted_at": draft.submitted_at.isoformat()}),
        "incidents": IncidentsForm(initial={"incidents": "\n".join(draft.incidents)}),
    }


@require_safe
def minutes_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_session(request, reference)
    if not may_read_whole_minutes(signed_in(request), session):
        return redirect("juries:minutes", reference)
    file = get_object_or_404(MinutesFile, minutes__session=session)
    name = f"proces-verbal-{session.reference}.pdf"
    return HttpResponse(
        bytes(file.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@require_POST
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    form = IncidentsForm(request.POST)
    with refusals_told(request):
        if form.is_valid():
            submit_minutes(session, by=signed_in(request), at=timezone.now(), incidents=form.lines())
            messages.success(request, "Le procès-verbal est soumis aux membres, et vous l’approuvez.")
    return redirect("juries:minutes", reference)


@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_session(request, reference)
    user = signed_in(request)
    if not may_approve(seat_of(user, session)):
        raise PermissionDenied
    form = ApprovalForm(request.POST)
    with refusals_told(request):
        if form.is_valid():
            approve_minutes(session, by=user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Vous approuvez le procès-verbal.")
    return redirect("juries:minutes", reference)


@require_POST
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        seal_minutes(session, by=signed_in(request), at=timezone.now())
        messages.success(request, "Le procès-verbal est scellé. La CPNEFP peut décider.")
    return redirect("juries:minutes", reference)
