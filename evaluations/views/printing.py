"""Grids on paper: asked for here, drawn by a worker, fetched by whoever asked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode
from candidates.models import Cohort, Enrolment
from documents.uploads import download as downloaded
from organisations.permissions import access_of

from .. import services
from ..enums import GridContent
from ..models import GridJob
from ..papers import for_papers, printable_channels, printed_by

RECENT = 5


@require_http_methods(["GET", "HEAD", "POST"])
def cohort(request: SignedInRequest, pk: int) -> HttpResponse:
    """All the candidates of a cohort that this person prints; nobody else's cohort is told apart from none."""
    found = get_object_or_404(Cohort, pk=pk)
    printed = list(printed_by(request.user).filter(cohort=pk))
    offers = _offers(request, printed)
    if not printed and not Cohort.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    if request.method == "POST":
        return _asked(request, services.print_cohort, found, reverse("evaluations:print_cohort", args=[pk]))
    jobs = GridJob.objects.visible_to(request.user).filter(cohort=found)
    back = f"{reverse('evaluations:matrix')}?cohort={pk}"
    context = {"title": str(found), "offers": offers, "jobs": _recent(jobs), "back": back}
    return render(request, "evaluations/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate(request: SignedInRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(printed_by(request.user, withdrawn=True), reference=reference)
    offers = _offers(request, [found])
    if not any(offer["candidates"] for offer in offers):
        raise Http404
    if request.method == "POST":
        return _asked(
            request, services.print_candidate, found, reverse("evaluations:print_candidate", args=[reference])
        )
    jobs = GridJob.objects.visible_to(request.user).filter(enrolment=found)
    back = f"{reverse('evaluations:matrix')}?search={reference}"
    context = {"title": str(found.candidate), "offers": offers, "jobs": _recent(jobs), "enrolment": found, "back": back}
    return render(request, "evaluations/print.html", context)


def _offers(request: SignedInRequest, enrolments: list[Enrolment]) -> list[dict[str, Any]]:
    """Of each content, how many candidates and which channels this person would print."""
    access = access_of(request.user)
    offers = []
    for content in GridContent:
        printed = [channels for row in enrolments if (channels := printable_channels(access, row, content))]
        named = {channel for channels in printed for channel in channels}
        labels = [str(channel.label) for channel in ChannelCode if channel in named]
        offers.append({"content": content, "candidates": len(printed), "channels": labels})
    return offers


def _recent(jobs: Any) -> list[GridJob]:
    return list(jobs.select_related("cohort", "enrolment").order_by("-requested_at", "-pk")[:RECENT])


def _asked(request: SignedInRequest, service: Callable[..., GridJob], of: object, back: str) -> HttpResponse:
    content = request.POST.get("content", "")
    if content not in GridContent.values:
        messages.warning(request, "Choisissez des grilles vierges ou remplies.")
        return redirect(back)
    try:
        job = service(of, content, by=request.user, at=timezone.now())
    except services.NothingToPrint as refusal:
        messages.warning(request, refusal.message)
        return redirect(back)
    return redirect("evaluations:grid_job", job.pk)


@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "evaluations/grid_job.html", {"job": _job_or_404(request, pk)})


@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the page asks for every two seconds, until the job is over."""
    return render(request, "evaluations/parts/grid_progress.html", {"job": _job_or_404(request, pk)})


@require_safe
def download(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file, if all that is on it is still theirs to print today."""
    found = _job_or_404(request, pk)
    if not found.is_done:
        return redirect("evaluations:grid_job", pk)
    if not _is_still_theirs(request, found):
        messages.warning(request, "Vos droits ont changé depuis cette impression : demandez-la de nouveau.")
        return redirect("evaluations:grid_job", pk)
    return downloaded(found.file)


def _job_or_404(request: SignedInRequest, pk: int) -> GridJob:
    """To whoever asked for it, while they still print something of what it is about."""
    jobs = GridJob.objects.visible_to(request.user).select_related("cohort", "enrolment__candidate")
    found = get_object_or_404(jobs, pk=pk)
    of = {"cohort": found.cohort_id} if found.cohort_id else {"pk": found.enrolment_id}
    if not printed_by(request.user, withdrawn=True).filter(**of).exists():
        raise Http404
    return found


def _is_still_theirs(request: SignedInRequest, found: GridJob) -> bool:
    access = access_of(request.user)
    printed = dict(found.sheets.values_list("enrolment_id", "channels"))
    rows = for_papers(Enrolment.objects.filter(pk__in=printed))
    return all(set(printed[row.pk]) <= set(printable_channels(access, row, found.content)) for row in rows)
