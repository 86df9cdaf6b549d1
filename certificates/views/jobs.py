"""Issuing in a batch: what it would give, then how far it has come."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from blocks.models import Block
from candidates.models import Enrolment
from juries.enums import SessionState
from juries.models import JurySession

from .. import dry_run as dry_runs
from .. import pipeline
from ..enums import ItemState, PaperKind
from ..forms import DryRunForm
from ..models import IssuingJob, IssuingStop
from ..permissions import may_issue_to
from ..services import PaperRefusal, Wanted, request_issuing
from .access import require_admin

SHOWN = 200  # of a job's lines: the register has the rest


@dataclass(frozen=True, slots=True)
class Selection:
    """What the page is about: a session, the whole list, or what was ticked in it."""

    label: str
    enrolments: list[Enrolment]
    query: list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: SignedInRequest) -> HttpResponse:
    require_admin(request)
    if request.method == "POST":
        return _requested(request)
    form = DryRunForm(request.GET)
    form.full_clean()
    selection = _selection(request)
    kind, reason = form.kind_asked, form.cleaned_data.get("confirmed_reason", "")
    outcome = dry_runs.dry_run(selection.enrolments, kind, on=timezone.localdate(), confirmed_reason=reason)
    context = {"selection": selection, "outcome": outcome, "form": form, "reason": reason, "kinds": _kinds(selection)}
    return render(request, "certificates/dry_run.html", context | {"stop": IssuingStop.objects.in_force().first()})


def _selection(request: SignedInRequest) -> Selection:
    """Of people whose results are no secret to whoever looks: the list has only those published."""
    if reference := request.GET.get("session"):
        sessions = JurySession.objects.visible_to(request.user).filter(state=SessionState.PUBLISHED)
        session = get_object_or_404(sessions, reference=reference)
        enrolments = [row for row in dry_runs.of_session(session) if may_issue_to(request.user, row)]
        return Selection(f"Session {session.reference}", enrolments, [("session", reference)])
    ticked = request.GET.getlist("enrolment")
    if ticked:
        enrolments = list(pipeline.to_issue().filter(reference__in=ticked))
        return Selection("Dossiers choisis", enrolments, [("enrolment", row.reference) for row in enrolments])
    return Selection("Tous les dossiers prêts", list(pipeline.to_issue()), [])


def _kinds(selection: Selection) -> list[tuple[PaperKind, str]]:
    """Each kind of paper with the address of its dry run."""
    address = reverse("certificates:dry_run")
    return [(kind, f"{address}?{urlencode([*selection.query, ('kind', kind)])}") for kind in PaperKind]


def _requested(request: SignedInRequest) -> HttpResponse:
    form = DryRunForm(request.POST)
    form.full_clean()
    try:
        job = request_issuing(
            _wanted(request),
            by=request.user,
            at=timezone.now(),
            confirmed_reason=form.cleaned_data.get("confirmed_reason", ""),
        )
    except PaperRefusal as refusal:
        messages.error(request, refusal.message)
        return redirect("certificates:to_issue")
    return redirect("certificates:job", job.pk)


def _wanted(request: SignedInRequest) -> list[Wanted]:
    """In the order of the page. A line that names nothing of ours is nobody's paper."""
    asked = [value.partition("/") for value in request.POST.getlist("line")]
    references = {reference for reference, _, _ in asked}
    rows = Enrolment.objects.visible_to(request.user).filter(reference__in=references).select_related("version")
    enrolments = {row.reference: row for row in rows if may_issue_to(request.user, row)}
    versions = {row.version_id for row in enrolments.values()}
    blocks = {(block.version_id, block.code): block for block in Block.objects.filter(version__in=versions)}
    wanted = []
    for reference, _, code in dict.fromkeys(asked):
        enrolment = enrolments.get(reference)
        if enrolment and not code:
            wanted.append(Wanted(enrolment))
        elif enrolment and (enrolment.version_id, code) in blocks:
            wanted.append(Wanted(enrolment, blocks[enrolment.version_id, code]))
    return wanted


@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "certificates/job.html", _job_context(request, pk))


@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the page asks for every two seconds, until the job is over and its papers published."""
    return render(request, "certificates/parts/job_progress.html", _job_context(request, pk))


def _job_context(request: SignedInRequest, pk: int) -> dict[str, object]:
    require_admin(request)
    found = get_object_or_404(IssuingJob.objects.visible_to(request.user).with_counts(), pk=pk)
    items = found.items.select_related("enrolment__candidate", "catalogue_block", "certificate").order_by("position")
    return {
        "job": found,
        "stop": IssuingStop.objects.in_force().first(),
        "refused": items.filter(state=ItemState.REFUSED)[:SHOWN],
        "undrawn": items.exclude(certificate__last_error="").filter(certificate__isnull=False)[:SHOWN],
        "issued": items.filter(state=ItemState.ISSUED)[:SHOWN],
    }
