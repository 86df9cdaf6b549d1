"""The switch that stops all issuing, and what it is for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest

from ..forms import StopForm
from ..models import IssuingJob, IssuingStop
from ..services import PaperRefusal, resume_issuing, stop_issuing
from .access import require_admin

RECENT = 10


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SignedInRequest) -> HttpResponse:
    require_admin(request)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stop_issuing(reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except PaperRefusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, "La délivrance est arrêtée : plus aucun document ne se délivre ni ne se publie.")
        return redirect("certificates:stop")
    return _shown(request, form, status=400 if form.is_bound else 200)


@require_POST
def resume(request: SignedInRequest) -> HttpResponse:
    require_admin(request)
    try:
        resume_issuing(by=request.user, at=timezone.now())
    except PaperRefusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, "La délivrance reprend : ce qui attendait se poursuit.")
    return redirect("certificates:stop")


def _shown(request: SignedInRequest, form: StopForm, *, status: int) -> HttpResponse:
    stops = IssuingStop.objects.select_related("stopped_by", "resumed_by").order_by("-stopped_at", "-pk")
    context = {
        "form": form,
        "stop": stops.in_force().first(),
        "past": stops.filter(resumed_at__isnull=False)[:RECENT],
        "waiting": IssuingJob.objects.waiting_items(),
    }
    return render(request, "certificates/stop.html", context, status=status)
