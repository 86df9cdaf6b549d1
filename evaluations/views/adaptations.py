"""Adapted exams: the requests of one's organisation, one more, the certifier's decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from blocks.models import Channel
from candidates.models import Enrolment
from candidates.permissions import may_follow
from documents.uploads import ACCEPT, UploadRefused, download, kept, optional_upload_in
from organisations.permissions import access_of

from ..adaptations import requests_in_force
from ..diagnoses import diagnosis_words
from ..enums import AdaptationState, Adjustment
from ..forms import AdaptationDecisionForm, AdaptationRequestForm
from ..models import AdaptationAdjustment, AdaptationEvidence, AdaptationRequest
from ..models.adaptations import EVIDENCE
from ..services import AdaptationRefusal, grant_adaptation, refuse_adaptation, request_adaptation
from .visitor import for_admins

ROWS = 30
_ORDER = {adjustment: rank for rank, adjustment in enumerate(Adjustment)}


@dataclass(frozen=True, slots=True)
class AdaptationReading:
    """A request in words."""

    request: AdaptationRequest
    asked: Sequence[AdaptationAdjustment]
    granted: Sequence[AdaptationAdjustment]
    is_in_force: bool = False

    @property
    def diagnosis_words(self) -> str:
        texts = [self.request.need, *(row.detail for row in self.asked)]
        return ", ".join(f"« {word} »" for word in diagnosis_words(" ".join(texts)))


def reading_of(request: AdaptationRequest, *, is_in_force: bool = False) -> AdaptationReading:
    """`request` as read with its adjustments."""
    rows = sorted(request.adjustments.all(), key=lambda row: _ORDER[Adjustment(row.adjustment)])
    asked = [row for row in rows if not row.is_granted]
    return AdaptationReading(request, asked, [row for row in rows if row.is_granted], is_in_force)


@require_safe
def adaptations(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, the oldest first; then what was decided, the last first."""
    access = access_of(request.user)
    if not (access.is_admin or access.is_training_member):
        raise Http404
    found = AdaptationRequest.objects.visible_to(request.user).with_enrolment().with_adjustments()
    waiting = found.to_decide().order_by("requested_at", "pk")
    decided = found.exclude(pk__in=waiting.values("pk")).order_by("-requested_at", "-pk")
    page = Paginator(decided, ROWS).get_page(request.GET.get("page"))
    context = {
        "is_admin": access.is_admin,
        "waiting": [reading_of(row) for row in waiting],
        "decided": [reading_of(row) for row in page.object_list],
        "page": page,
    }
    return render(request, "evaluations/adaptations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    """A request for one candidate, by the organisation that prepares them or by the secretariat."""
    user = request.user
    visible = Enrolment.objects.visible_to(user).select_related("candidate", "route")
    enrolment = get_object_or_404(visible, reference=reference)
    if not may_follow(access_of(user), enrolment):
        raise Http404
    form = AdaptationRequestForm(request.POST or None, request.FILES or None, channels=_plan(enrolment))
    if request.method == "POST" and form.is_valid():
        made = _ask(request, enrolment, form)
        if made:
            messages.success(request, "Demande envoyée : le secrétariat en décide, et vous l’écrit.")
            return redirect("evaluations:adaptation", made.pk)
    pending = AdaptationRequest.objects.visible_to(user).filter(enrolment=enrolment, state=AdaptationState.PENDING)
    context = {
        "enrolment": enrolment,
        "form": form,
        "pending": pending.first(),
        "accept": ACCEPT,
        "has_left": enrolment.withdrawn_on is not None,
    }
    return render(request, "evaluations/ask_adaptation.html", context, status=422 if form.errors else 200)


def _ask(request: SignedInRequest, enrolment: Enrolment, form: AdaptationRequestForm) -> AdaptationRequest | None:
    need, asked, by, at = form.cleaned_data["need"], form.wanted, request.user, timezone.now()
    try:
        upload = optional_upload_in(request, "evidence")
        if upload is None:
            return request_adaptation(enrolment, need, asked, by=by, at=at)
        with kept(upload, folder=EVIDENCE) as file:
            return request_adaptation(enrolment, need, asked, evidence=file, by=by, at=at)
    except UploadRefused as refused:
        form.add_error("evidence", refused.sentence)
    except AdaptationRefusal as refusal:
        form.add_error(None, refusal.sentence)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def adaptation(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: the certifier decides, the organisation reads."""
    user = request.user
    requests = AdaptationRequest.objects.visible_to(user).with_enrolment().with_adjustments()
    found = get_object_or_404(requests.select_related("requested_by", "decided_by", "evidence"), pk=pk)
    is_admin = access_of(user).is_admin
    if request.method == "POST" and not is_admin:
        raise Http404
    may_decide = is_admin and found.is_pending and found.enrolment.withdrawn_on is None
    reading = reading_of(found, is_in_force=requests_in_force().filter(pk=pk).exists())
    form = AdaptationDecisionForm(request.POST or None, channels=_plan(found.enrolment), wanted=reading.asked)
    if request.method == "POST" and form.is_valid() and _decide(request, found, form):
        return redirect("evaluations:adaptations")
    others = list(requests.filter(enrolment=found.enrolment).exclude(pk=pk).order_by("-requested_at", "-pk"))
    context = {
        "adaptation": found,
        "reading": reading,
        "form": form if may_decide else None,
        "others": [reading_of(row) for row in others],
        "in_force": _in_force(others) if is_admin else None,
        "evidence": getattr(found, "evidence", None),
        "is_admin": is_admin,
    }
    is_refused = request.method == "POST"
    return render(request, "evaluations/adaptation.html", context, status=422 if is_refused else 200)


def _in_force(others: Sequence[AdaptationRequest]) -> AdaptationRequest | None:
    return next((row for row in others if row.state == AdaptationState.GRANTED), None)


def _decide(request: SignedInRequest, found: AdaptationRequest, form: AdaptationDecisionForm) -> bool:
    reason, by, at = form.cleaned_data["reason"], request.user, timezone.now()
    try:
        if request.POST.get("action") == "refuse":
            refuse_adaptation(found, reason=reason, by=by, at=at)
            messages.success(request, f"Demande refusée pour {found.enrolment.candidate}.")
        else:
            grant_adaptation(found, form.wanted, reason=reason, by=by, at=at)
            messages.success(request, f"Aménagements accordés à {found.enrolment.candidate}.")
    except AdaptationRefusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


@require_safe
@for_admins
def evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the certifier alone: whoever sent the file does not read it again."""
    return download(get_object_or_404(AdaptationEvidence, request=pk).file)


def _plan(enrolment: Enrolment) -> list[Channel]:
    return list(enrolment.route.plan.order_by("position", "pk"))
