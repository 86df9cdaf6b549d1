from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest

from ..forms import CompanyFilter, InvitationFilter, TrainingOrganisationFilter
from ..models import Company, Invitation, TrainingOrganisation
from ..permissions import may_administer, may_list_organisations, may_open_company
from ..sections import sections_for
from .access import require

ROWS = 50


@require_safe
def training_organisations(request: SignedInRequest) -> HttpResponse:
    access = require(request, may_list_organisations)
    at = timezone.now()
    on = timezone.localdate(at)
    visible = TrainingOrganisation.objects.visible_to(request.user).with_accreditation(on).with_counts(at, on=on)
    filters = TrainingOrganisationFilter(request.GET)
    context = {
        "sections": sections_for(request.user, at=at, on=on),
        "filters": filters,
        "page": _page(request, filters.apply(visible).order_by("name", "pk")),
        "may_open": may_administer(access),
    }
    return render(request, "organisations/training_organisations.html", context)


@require_safe
def companies(request: SignedInRequest) -> HttpResponse:
    access = require(request, may_list_organisations)
    at = timezone.now()
    on = timezone.localdate(at)
    visible = Company.objects.visible_to(request.user).with_counts(at, on=on)
    filters = CompanyFilter(request.GET)
    context = {
        "sections": sections_for(request.user, at=at, on=on),
        "filters": filters,
        "page": _page(request, filters.apply(visible).order_by("name", "pk")),
        "may_open": may_open_company(access),
    }
    return render(request, "organisations/companies.html", context)


@require_safe
def invitations(request: SignedInRequest) -> HttpResponse:
    require(request, may_list_organisations)
    at = timezone.now()
    visible = Invitation.objects.visible_to(request.user).with_state(at).with_organisation()
    filters = InvitationFilter(request.GET)
    context = {
        "sections": sections_for(request.user, at=at, on=timezone.localdate(at)),
        "filters": filters,
        "page": _page(request, filters.apply(visible).select_related("invited_by").order_by("-invited_at", "-pk")),
    }
    return render(request, "organisations/invitations.html", context)


def _page(request: SignedInRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))
