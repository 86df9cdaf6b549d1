"""The certifier's pages on those who ask to be admitted to VAE."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from blocks.enums import RouteCode
from blocks.sentences import explanation
from organisations.permissions import access_of

from . import services
from .admissions import Admission, admissions
from .facts import admissibility_verdict, version_for
from .forms import AdmissibilityFilterForm, AdmissibilityRequestForm, CompleteForm, DecisionForm, VaeEnrolForm
from .models import AdmissibilityRequest, Enrolment
from .pages import attempt, decide, posted, render_form, require
from .permissions import may_decide_admissibility

PAGE_SIZE = 50
P = ParamSpec("P")


def certifier_only(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require(may_decide_admissibility(access_of(request.user)))
        return view(request, *args, **kwargs)

    return checked


@require_safe
@certifier_only
def requests(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    form = AdmissibilityFilterForm(request.GET, user=request.user, on=today)
    found = form.filtered().with_candidate().most_urgent_first(on=today)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "admissions": admissions(page.object_list, on=today),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "candidates/admissibility/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@certifier_only
def record(request: SignedInRequest) -> HttpResponse:
    form = AdmissibilityRequestForm(posted(request), today=timezone.localdate())
    if form.is_valid() and (
        recorded := attempt(request, form, services.record_admissibility_request, form.identity, **form.request)
    ):
        messages.success(request, f"Demande de {recorded.candidate} enregistrée.")
        return redirect("candidates:admissibility", recorded.pk)
    return render_form(request, "candidates/admissibility/record.html", form)


@require_safe
@certifier_only
def page(request: SignedInRequest, pk: int) -> HttpResponse:
    return _render_page(request, _request_or_404(request, pk))


@require_POST
@certifier_only
def complete(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = _request_or_404(request, pk)
    form = CompleteForm(request.POST)
    if form.is_valid() and decide(
        request, form, services.mark_complete, asked, on=form.cleaned_data["complete_on"], said="Le délai court."
    ):
        return redirect("candidates:admissibility", pk)
    return _render_page(request, asked, complete_form=form)


@require_POST
@certifier_only
def decision(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = _request_or_404(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid() and decide(
        request,
        form,
        services.decide_admissibility,
        asked,
        form.cleaned_data["decision"],
        on=form.cleaned_data["decided_on"],
        reason=form.cleaned_data["reason"],
        said=_told(asked),
    ):
        return redirect("candidates:admissibility", pk)
    return _render_page(request, asked, decision_form=form)


def _told(asked: AdmissibilityRequest) -> str:
    if asked.candidate.email:
        return "Décision enregistrée : le candidat en est averti par courriel."
    return "Décision enregistrée. Aucune adresse n’est connue : avertissez le candidat par courrier."


@require_http_methods(["GET", "HEAD", "POST"])
@certifier_only
def enrol(request: SignedInRequest, pk: int) -> HttpResponse:
    """The person and the day are those of the request; the rest is chosen here."""
    asked, today = _request_or_404(request, pk), timezone.localdate()
    [admission] = admissions([asked], on=today)
    if not admission.may_enrol or admission.answer.admitted_on is None:
        return redirect("candidates:admissibility", pk)
    admitted_on = admission.answer.admitted_on
    form = VaeEnrolForm(posted(request), admitted_on=admitted_on, user=request.user, today=today)
    if form.is_valid() and (enrolment := _enrol(request, form, asked, admitted_on)):
        messages.success(request, f"Dossier {enrolment.reference} : {enrolment.candidate}.")
        return redirect("candidates:dossier", enrolment.reference)
    return render_form(
        request,
        "candidates/admissibility/enrol.html",
        form,
        asked=asked,
        admission=admission,
        explained=explanation(admissibility_verdict(asked, on=today).check),
    )


def _enrol(
    request: SignedInRequest, form: VaeEnrolForm, asked: AdmissibilityRequest, admitted_on: date
) -> Enrolment | None:
    return attempt(
        request,
        form,
        services.enrol,
        asked.candidate.identity,
        **form.path,
        route=RouteCode.VAE,
        entered_on=admitted_on,
        admissibility=asked,
    )


def _request_or_404(request: SignedInRequest, pk: int) -> AdmissibilityRequest:
    return get_object_or_404(AdmissibilityRequest.objects.visible_to(request.user).with_candidate(), pk=pk)


def _render_page(
    request: SignedInRequest,
    asked: AdmissibilityRequest,
    *,
    complete_form: CompleteForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    verdict = admissibility_verdict(asked, on=today)
    refused = complete_form or decision_form
    context = {
        "asked": asked,
        "candidate": asked.candidate,
        "admission": Admission(asked, verdict.answer),
        "explained": explanation(verdict.check),
        "plan": _plan_of_vae(asked),
        "complete_form": complete_form or CompleteForm(initial={"complete_on": today}),
        "decision_form": decision_form or DecisionForm(initial={"decided_on": today}),
        "other_requests": _others(asked, on=today),
    }
    return render(request, "candidates/admissibility/page.html", context, status=422 if refused else 200)


def _plan_of_vae(asked: AdmissibilityRequest) -> dict[str, object]:
    """The channels that the jury will need, as the standard says for this route."""
    version = version_for(asked.admitted_on or asked.decided_on or asked.received_on)
    route = version.routes.get(code=RouteCode.VAE)
    return {"route": route, "channels": route.plan.prefetch_related("parts").order_by("position")}


def _others(asked: AdmissibilityRequest, *, on: date) -> list[Admission]:
    """What else this person asked."""
    others = asked.candidate.admissibility_requests.exclude(pk=asked.pk).with_candidate()
    return admissions(others.order_by("-received_on", "-pk"), on=on)
