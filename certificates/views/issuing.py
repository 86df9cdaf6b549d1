"""Issuing: who holds all it takes, one dossier and why not yet."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from blocks.models import Block
from candidates.models import Enrolment

from .. import pipeline
from ..dossier import dossier_of
from ..dry_run import sessions_to_issue
from ..forms import IssueForm
from ..models import IssuingJob, IssuingStop
from ..papers import SignatoryMissing
from ..services import CertificateRefused, PaperRefusal, issue_block_statement, issue_certificate
from .access import administered_enrolment, in_words, require_admin

PAGE_SIZE = 50
RECENT = 5


@require_GET
def to_issue(request: SignedInRequest) -> HttpResponse:
    """Everybody who holds all it takes. What is chosen here is looked at once more, then issued by a job."""
    require_admin(request)
    context = {
        "page": Paginator(pipeline.to_issue(), PAGE_SIZE).get_page(request.GET.get("page")),
        "sessions": sessions_to_issue(),
        "jobs": IssuingJob.objects.visible_to(request.user).with_counts().order_by("-requested_at", "-pk")[:RECENT],
        "stop": IssuingStop.objects.in_force().first(),
    }
    return render(request, "certificates/to_issue.html", context)


@require_GET
def dossier(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = administered_enrolment(request, reference)
    return _render_dossier(request, enrolment, IssueForm())


@require_POST
def issue(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = administered_enrolment(request, reference)
    form = IssueForm(request.POST)
    form.full_clean()
    try:
        issued = issue_certificate(
            enrolment, by=request.user, at=timezone.now(), confirmed_reason=form.cleaned_data["confirmed_reason"]
        )
    except CertificateRefused as refusal:
        form.add_error("confirmed_reason" if form.cleaned_data["confirmed_reason"] else None, in_words(refusal))
        return _render_dossier(request, enrolment, form, status=409)
    except (SignatoryMissing, PaperRefusal) as refusal:
        form.add_error(None, str(refusal))
        return _render_dossier(request, enrolment, form, status=409)
    return redirect("certificates:certificate", issued.number)


@require_POST
def issue_statement(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    enrolment = administered_enrolment(request, reference)
    block = get_object_or_404(Block, version=enrolment.version, code=code)
    try:
        issued = issue_block_statement(enrolment, block, by=request.user, at=timezone.now())
    except (CertificateRefused, SignatoryMissing, PaperRefusal) as refusal:
        messages.error(request, in_words(refusal) if isinstance(refusal, CertificateRefused) else str(refusal))
        return redirect("certificates:dossier", enrolment.reference)
    return redirect("certificates:certificate", issued.number)


def _render_dossier(request: SignedInRequest, enrolment: Enrolment, form: IssueForm, status: int = 200) -> HttpResponse:
    context = {"dossier": dossier_of(enrolment, on=timezone.localdate()), "enrolment": enrolment, "form": form}
    return render(request, "certificates/dossier.html", context, status=status)
