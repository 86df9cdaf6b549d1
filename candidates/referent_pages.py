"""For those who enrol: invite a referent, send the link again, take the access away."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from organisations.models import Company
from organisations.permissions import access_of

from . import services
from .forms.referents import ReferentForm
from .models import Enrolment, EnrolmentQuerySet
from .permissions import may_enrol, may_follow

OFFERED = 200  # candidates of one company on one page; the others are invited for from their dossier


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, reference: str) -> HttpResponse:
    """From a dossier: its candidate is ticked, those of the same company may be."""
    enrolment = _followed(request, reference)
    if enrolment.company is None:
        messages.warning(request, services.CompanyMissing.message)
        return redirect("candidates:follow_up", reference)
    return _invite(request, enrolment.company, ticked=[enrolment.pk], back=enrolment)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_in_company(request: SignedInRequest, pk: int) -> HttpResponse:
    """From a company: those who have nobody are ticked."""
    if not may_enrol(access_of(request.user)):
        raise PermissionDenied
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    without = _offered(request, company).filter(referent__isnull=True)
    return _invite(request, company, ticked=list(without.values_list("pk", flat=True)))


def _offered(request: SignedInRequest, company: Company) -> EnrolmentQuerySet:
    access = access_of(request.user)
    enrolments = Enrolment.objects.under_way().filter(company=company)
    if not access.is_admin:
        enrolments = enrolments.filter(training_organisation__in=access.training_organisation_ids)
    return enrolments.select_related("candidate", "referent").in_alphabetical_order()


def _invite(
    request: SignedInRequest, company: Company, *, ticked: Collection[int], back: Enrolment | None = None
) -> HttpResponse:
    offered = _offered(request, company)
    shown = Enrolment.objects.filter(pk__in=[*ticked, *offered.values_list("pk", flat=True)[:OFFERED]])
    form = ReferentForm(
        request.POST if request.method == "POST" else None,
        initial={"enrolments": ticked},
        enrolments=offered.filter(pk__in=shown.values("pk")),
    )
    if form.is_valid() and _is_invited(request, form):
        return redirect("candidates:dossier", back.reference) if back else redirect(company)
    context = {"form": form, "company": company, "enrolment": back, "has_candidates": offered.exists()}
    return render(request, "candidates/invite_referent.html", context, status=422 if form.is_bound else 200)


def _is_invited(request: SignedInRequest, form: ReferentForm) -> bool:
    """The same words whether or not the address was known."""
    try:
        services.invite_referent(form.chosen, **form.person, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        form.add_error("email" if isinstance(refusal, services.ReferentNotInvitable) else None, refusal.message)
        return False
    messages.success(request, f"Le lien part à {form.person['email']}.")
    return True


@require_POST
def send_link(request: SignedInRequest, reference: str) -> HttpResponse:
    return _act(request, reference, services.send_link_again, said="Un nouveau lien part à l’adresse du référent.")


@require_POST
def revoke(request: SignedInRequest, reference: str) -> HttpResponse:
    return _act(
        request,
        reference,
        services.revoke_access,
        said="L’accès est révoqué : les liens envoyés n’ouvrent plus rien, et ce qui était ouvert se ferme.",
    )


def _act(request: SignedInRequest, reference: str, service: Callable[..., Any], *, said: str) -> HttpResponse:
    enrolment = _followed(request, reference)
    try:
        service(enrolment, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("candidates:dossier", reference)


def _followed(request: SignedInRequest, reference: str) -> Enrolment:
    visible = Enrolment.objects.visible_to(request.user).select_related("company")
    enrolment = get_object_or_404(visible, reference=reference)
    if not may_follow(access_of(request.user), enrolment):
        raise PermissionDenied
    return enrolment
