"""« Affectations »: who evaluates whom, cohort by cohort, and in bulk."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.french import count, join
from candidates.models import Cohort
from candidates.services import Refusal, assign_referent
from organisations.models import Company
from organisations.permissions import access_of

from ..assigning import (
    assessors_on,
    for_panel,
    for_referents,
    loads,
    referents_of_companies,
    staff_by_cohort,
)
from ..enums import PanelScope
from ..forms import PanelFilter, PanelForm, ReferentForm, ReferentsFilter
from ..permissions import may_appoint_panel, may_appoint_referents
from ..services import NotAPanelAssessor, Sharing, share_panel
from .matrix import BY_COHORT
from .visitor import for_admins

COHORT_ROWS = 25
ROWS = 50


@require_safe
def assignments(request: SignedInRequest) -> HttpResponse:
    """Which cohorts still miss an assessor or a referent, those first."""
    access = access_of(request.user)
    if not may_appoint_referents(access):
        raise Http404
    rows = staff_by_cohort(request.user, on=timezone.localdate())
    page = Paginator(rows, COHORT_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "may_appoint_panel": may_appoint_panel(access)}
    return render(request, "evaluations/assignments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def assign(request: SignedInRequest) -> HttpResponse:
    """Put enrolments in the hands of assessors, who share them: those ticked, or all those of the filter."""
    user, now = request.user, timezone.now()
    on = timezone.localdate(now)
    assessors = assessors_on(on)
    filters = PanelFilter(request.GET, enrolments=for_panel(user), assessors=assessors, on=on)
    listed = filters.rows()
    form = PanelForm(
        request.POST or None, listed=listed, assessors=assessors, loads=loads(assessors), auto_id="assignment_%s"
    )
    if request.method == "POST" and form.is_valid() and _share(request, form, by=user, at=now):
        return redirect(request.get_full_path())
    found = listed.select_related("candidate", "cohort", "route", "training_organisation", "panel_assignment__assessor")
    page = Paginator(found.order_by(*BY_COHORT), ROWS).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "form": form,
        "page": page,
        "scopes": _scopes(form, page.paginator.count),
        "ticked": _ticked(request),
    }
    return render(request, "evaluations/assign.html", context, status=422 if form.errors else 200)


def _share(request: SignedInRequest, form: PanelForm, *, by: User, at: datetime) -> bool:
    try:
        sharing = share_panel(
            form.chosen,
            assessors=list(form.cleaned_data["assessors"]),
            keeps=not form.cleaned_data["reassigned"],
            by=by,
            at=at,
        )
    except NotAPanelAssessor:
        form.add_error("assessors", "L’une de ces personnes ne siège plus à la commission d’évaluation.")
        return False
    messages.success(request, _told(sharing))
    return True


def _told(sharing: Sharing) -> str:
    """« Aïcha Martin évalue 3 candidats de plus, Paul Roy 2. 4 candidats gardent leur évaluateur. »"""
    more = [(person, number) for person, number in sharing.given.items() if number]
    given = [f"{person} évalue {count(number, 'candidat')} de plus" for person, number in more]
    kept = ""
    if sharing.kept:
        kept = f"{count(sharing.kept, 'candidat')} {'garde' if sharing.kept == 1 else 'gardent'} leur évaluateur."
    return " ".join(filter(None, [f"{join(given)}." if given else "", kept.replace("garde leur", "garde son")]))


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    value: PanelScope
    label: str
    is_chosen: bool


def _scopes(form: PanelForm | ReferentForm, total: int) -> list[ScopeChoice]:
    """Each bulk action says how far it reaches."""
    chosen = form.data.get("scope") or PanelScope.TICKED
    filtered = f"{PanelScope.FILTERED.label} ({total})"
    labels = {PanelScope.TICKED: str(PanelScope.TICKED.label), PanelScope.FILTERED: filtered}
    return [ScopeChoice(scope, label, scope == chosen) for scope, label in labels.items()]


def _ticked(request: SignedInRequest) -> set[int]:
    return {int(pk) for pk in request.POST.getlist("enrolments") if pk.isdecimal() and len(pk) < 20}


@require_http_methods(["GET", "HEAD", "POST"])
def referents(request: SignedInRequest) -> HttpResponse:
    """Give candidates of one company its referent: those ticked, or all those of the filter."""
    user, now = request.user, timezone.now()
    on = timezone.localdate(now)
    if not may_appoint_referents(access_of(user)):
        raise Http404
    followed = for_referents(user, on=on)
    filters = ReferentsFilter(request.GET, enrolments=followed, companies=_companies_of(followed))
    listed = filters.rows()
    memberships = referents_of_companies(_ids(listed), on=on)
    form = ReferentForm(request.POST or None, listed=listed, memberships=memberships, auto_id="assignment_%s")
    if request.method == "POST" and form.is_valid() and _refer(request, form, by=user, at=now):
        return redirect(request.get_full_path())
    found = listed.select_related("candidate", "cohort", "company", "referent")
    order = ("is_referred", "company__name", "company", "candidate__search_key", "pk")
    page = Paginator(found.order_by(*order), ROWS).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "form": form,
        "page": page,
        "scopes": _scopes(form, page.paginator.count),
        "ticked": _ticked(request),
        "is_staffed": bool(memberships),
    }
    return render(request, "evaluations/referents.html", context, status=422 if form.errors else 200)


def _companies_of(enrolments: QuerySet) -> list[Company]:
    return list(Company.objects.filter(pk__in=enrolments.order_by().values("company")).order_by("name", "pk"))


def _ids(enrolments: QuerySet) -> list[int]:
    found = enrolments.filter(company__isnull=False).order_by()
    return list(found.values_list("company", flat=True).distinct())


def _refer(request: SignedInRequest, form: ReferentForm, *, by: User, at: datetime) -> bool:
    membership = form.membership
    try:
        changed = assign_referent(form.chosen, referent=membership.user, by=by, at=at)
    except Refusal as refusal:
        form.add_error("referent", refusal.message)
        return False
    said = f"{membership.user} suit {count(len(changed), 'candidat')} de plus chez {membership.company}."
    messages.success(request, said if changed else f"{membership.user} suit déjà ces candidats.")
    return True


def panel_address(cohort: Cohort | None) -> str:
    """Where the candidates of a cohort that no assessor evaluates are put in somebody's hands."""
    return f"{reverse('evaluations:assign')}?{urlencode({'cohort': cohort.pk if cohort else 'none'})}"


def referents_address(cohort: Cohort | None) -> str:
    return f"{reverse('evaluations:referents')}?{urlencode({'cohort': cohort.pk if cohort else 'none'})}"
