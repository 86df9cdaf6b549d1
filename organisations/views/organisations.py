from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest

from .. import services
from ..enums import OrganisationKind
from ..forms import AccreditationForm, CompanyForm, PresidencyForm, TrainingOrganisationForm
from ..models import AwardingBody, Invitation, Membership, Organisation, TrainingOrganisation
from ..permissions import Access, access_of, may_administer, may_invite, may_name_managers, may_open_company
from .access import require, visible_organisation

SIRET_TAKEN = "Une organisation a déjà ce SIRET : cherchez-la dans la liste."


@require_safe
def organisation(request: SignedInRequest, kind: OrganisationKind, pk: int) -> HttpResponse:
    organisation = visible_organisation(request, kind, pk)
    access, at = access_of(request.user), timezone.now()
    today = timezone.localdate(at)
    people = Membership.objects.visible_to(request.user).held_in(organisation).select_related("user")
    people = people.order_by("user__last_name", "user__first_name", "pk")
    invitations = Invitation.objects.visible_to(request.user).held_in(organisation).unanswered().with_state(at)
    context = {
        "organisation": organisation,
        "members": people.lasting_beyond(today),
        "former_members": people.ended(today),
        "invitations": invitations.select_related("invited_by").order_by("-invited_at", "-pk"),
        "may_administer": may_administer(access),
        "may_invite": any(may_invite(access, role) for role in organisation.roles),
        "may_invite_referents": may_open_company(access),
        **_particulars(organisation, access, today),
    }
    return render(request, f"organisations/{organisation.column}.html", context)


def _particulars(organisation: Organisation, access: Access, today: date) -> dict[str, Any]:
    """What the page of this kind of organisation shows beside its people."""
    if isinstance(organisation, TrainingOrganisation):
        summary = TrainingOrganisation.objects.with_accreditation(today).get(pk=organisation.pk)
        return {
            "summary": summary,
            "accreditations": organisation.accreditations.order_by("-starts_on", "-pk"),
            "may_name_managers": may_name_managers(access, organisation.pk),
        }
    if isinstance(organisation, AwardingBody):
        return {"presidencies": organisation.presidencies.order_by("-starts_on", "-pk"), "today": today}
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
def open_training_organisation(request: SignedInRequest) -> HttpResponse:
    require(request, may_administer)
    form = TrainingOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.open_training_organisation(**form.cleaned_data, by=request.user, at=timezone.now())
        except services.SiretTaken:
            form.add_error("siret", SIRET_TAKEN)
        else:
            messages.success(request, "L’organisme est ouvert. Enregistrez son habilitation, puis invitez ses membres.")
            return redirect(opened)
    return render(request, "organisations/open_training_organisation.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def open_company(request: SignedInRequest) -> HttpResponse:
    require(request, may_open_company)
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.open_company(**form.cleaned_data, by=request.user, at=timezone.now())
        except services.SiretTaken:
            form.add_error("siret", SIRET_TAKEN)
        else:
            messages.success(request, "L’entreprise est ouverte. Inscrivez-y un candidat, puis invitez son référent.")
            return redirect(opened)
    return render(request, "organisations/open_company.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def accredit(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(TrainingOrganisation.objects.visible_to(request.user), pk=pk)
    require(request, may_administer)
    form = AccreditationForm(request.POST or None, initial=_next_period(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            services.accredit(organisation, **form.cleaned_data, by=request.user, at=timezone.now())
        except services.AccreditationOverlaps as refusal:
            form.add_error("starts_on", f"Une habilitation court déjà {refusal.other.period} : les deux se recouvrent.")
        else:
            messages.success(request, "L’habilitation est enregistrée.")
            return redirect(organisation)
    return render(request, "organisations/accredit.html", {"organisation": organisation, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def record_presidency(request: SignedInRequest, pk: int) -> HttpResponse:
    awarding_body = get_object_or_404(AwardingBody.objects.visible_to(request.user), pk=pk)
    require(request, may_administer)
    form = PresidencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_presidency(awarding_body, **form.cleaned_data, by=request.user, at=timezone.now())
        except services.PresidencyOverlaps as refusal:
            form.add_error("starts_on", f"{refusal.other.name} préside déjà {refusal.other.period}.")
        else:
            messages.success(request, "La présidence est enregistrée : elle signera les certificats de ces jours.")
            return redirect(awarding_body)
    return render(request, "organisations/record_presidency.html", {"organisation": awarding_body, "form": form})


def _next_period(organisation: TrainingOrganisation) -> dict[str, Any]:
    """The same certification, from the day after the last period."""
    last = organisation.accreditations.order_by("-starts_on", "-pk").first()
    if last is None:
        return {}
    return {"rncp_code": last.rncp_code, "starts_on": last.next_day}
