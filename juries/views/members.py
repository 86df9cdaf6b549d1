"""The secretariat's list of those who may sit: mandate somebody, end a mandate."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from .. import services
from ..forms import EndMandateForm, MandateFilter, MandateForm
from ..models import JuryMember, JurySession
from ..roster import rosters
from ..services import JuryRefusal, refusals
from .access import require_admin, told

REFUSED_FIELDS: dict[type[JuryRefusal], str] = {
    refusals.AccountClosed: "email",
    refusals.MandateOverlaps: "starts_on",
    refusals.MandatePeriodInverted: "ends_on",
    refusals.TrainingOrganisationMisplaced: "training_organisation",
}


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    require_admin(request)
    today = timezone.localdate()
    filters = MandateFilter(request.GET)
    colleges = rosters(filters.apply(JuryMember.objects.all(), on=today), on=today)
    context = {
        "filters": filters,
        "today": today,
        "rosters": colleges,
        "listed": sum(len(roster.members) for roster in colleges),
    }
    return render(request, "juries/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: HttpRequest) -> HttpResponse:
    """From the list, or from the composition of a session that lacks members: there one goes back."""
    user, today = require_admin(request), timezone.localdate()
    session = JurySession.objects.visible_to(user).filter(reference=request.GET.get("session", "")).first()
    form = MandateForm(request.POST or None, user=user, initial=_proposed(request, session, today))
    if request.method == "POST" and form.is_valid():
        try:
            member = services.mandate(**form.cleaned_data, by=user, at=timezone.now())
        except JuryRefusal as refusal:
            form.add_error(REFUSED_FIELDS[type(refusal)], told(refusal))
        else:
            messages.success(request, _mandated(member))
            return redirect("juries:administration", session.reference) if session else redirect("juries:members")
    return render(request, "juries/mandate.html", {"form": form, "session": session})


def _proposed(request: HttpRequest, session: JurySession | None, today: date) -> dict[str, Any]:
    """The college asked for, and a mandate that holds on the day of the session."""
    starts_on = min(session.held_on, today) if session else today
    return {"college": request.GET.get("college"), "starts_on": starts_on}


def _mandated(member: JuryMember) -> str:
    if member.user.has_usable_password():
        return f"{member} est membre du jury, avec son compte : {member.user.email}."
    return f"{member} est membre du jury. Un message part à {member.user.email} pour choisir un mot de passe."


@require_http_methods(["GET", "HEAD", "POST"])
def end_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    user = require_admin(request)
    member = get_object_or_404(JuryMember.objects.select_related("user"), pk=pk)
    form = EndMandateForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            ended = services.end_mandate(member, **form.cleaned_data, by=user, at=timezone.now())
        except JuryRefusal as refusal:
            form.add_error("on", told(refusal))
        else:
            messages.success(request, f"Le mandat de {member} finit le {ended.ends_on:%d/%m/%Y}.")
            return redirect("juries:members")
    return render(request, "juries/end_mandate.html", {"form": form, "member": member})
