"""The secretariat's pages on appeals: what is contested, until when, and what became of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ..aftermath import contestable
from ..facts import appeal_deadline
from ..forms import AppealFilter, AppealForm, SettleForm
from ..models import Appeal, Dossier
from ..services import JuryRefusal, record_appeal, settle_appeal
from .access import load_administered, require_admin, signed_in, told

ROWS = 50


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    user = require_admin(request)
    filters = AppealFilter(request.GET)
    found = filters.apply(Appeal.objects.visible_to(user)).select_related(
        "dossier__session", "dossier__enrolment__candidate"
    )
    page = Paginator(found.order_by("outcome_on", "-received_on", "-pk"), ROWS).get_page(request.GET.get("page"))
    return render(request, "juries/appeals.html", {"appeals": page, "filters": filters})


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session)
    form = AppealForm(request.POST or None, dossiers=dossiers, initial=_initial(request))
    context = {"session": session, "form": form}
    if session.is_published:
        context["deadline_on"] = appeal_deadline(session)
    if not form.is_valid():
        return render(request, "juries/appeal_form.html", context, status=422 if form.is_bound else 200)
    try:
        appeal = record_appeal(**form.cleaned_data, by=signed_in(request), at=timezone.now())
    except JuryRefusal as refusal:
        form.add_error(None, told(refusal))
        return render(request, "juries/appeal_form.html", context, status=422)
    messages.success(request, "Le recours est enregistré.")
    return redirect("juries:appeal", appeal.pk)


def _initial(request: HttpRequest) -> dict[str, object]:
    asked = request.GET.get("dossier", "")
    return {"received_on": timezone.localdate(), "dossier": int(asked) if asked.isdecimal() else None}


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    rows = Appeal.objects.visible_to(user).select_related(
        "dossier__session__version", "dossier__enrolment__candidate", "recorded_by", "settled_by"
    )
    found = get_object_or_404(rows, pk=pk)
    form = SettleForm(request.POST or None, initial={"outcome_on": timezone.localdate()})
    context = {"appeal": found, "form": form, "refused": contestable(found.dossier)}
    if not form.is_valid():
        return render(request, "juries/appeal.html", context, status=422 if form.is_bound else 200)
    try:
        settle_appeal(found, **form.cleaned_data, by=user, at=timezone.now())
    except JuryRefusal as refusal:
        form.add_error(None, told(refusal))
        return render(request, "juries/appeal.html", context, status=422)
    messages.success(request, "L’issue du recours est enregistrée.")
    return redirect("juries:appeal", pk)
