"""For the certifier: how far each cohort has come, and who of the panel evaluates whom."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode
from candidates.models import Cohort

from ..enums import PanelScope
from ..forms import AssignmentForm, PanelFilter, assessors_on
from ..permissions import enrolments_of
from ..progress import ChannelProgress, cohort_progress
from ..services import NotAPanelAssessor, assign_panel
from .matrix import BY_COHORT
from .visitor import for_admins

COHORT_ROWS = 25
ASSIGNMENT_ROWS = 50


@dataclass(frozen=True, slots=True)
class ProgressCell:
    cohort: Cohort
    channel: ChannelCode
    progress: ChannelProgress | None

    @property
    def label(self) -> str:
        return str(self.channel.label)

    @property
    def name(self) -> str:
        return f"{self.label}, {self.cohort}"


@dataclass(frozen=True, slots=True)
class CohortRow:
    cohort: Cohort
    cells: tuple[ProgressCell, ...]
    url: str


@require_safe
@for_admins
def overview(request: SignedInRequest) -> HttpResponse:
    """How far each cohort has come, channel by channel, the cohorts that end last first."""
    active = Q(enrolments__withdrawn_on__isnull=True)
    cohorts = (
        Cohort.objects.visible_to(request.user)
        .select_related("training_organisation")
        .annotate(candidates=Count("enrolments", filter=active))
        .order_by("-ends_on", "name", "pk")
    )
    page = Paginator(cohorts, COHORT_ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    progress = cohort_progress(shown)
    rows = [
        CohortRow(
            cohort,
            tuple(ProgressCell(cohort, channel, progress[cohort.pk].get(channel)) for channel in ChannelCode),
            f"{reverse('evaluations:matrix')}?cohort={cohort.pk}",
        )
        for cohort in shown
    ]
    context = {"page": page, "rows": rows, "channels": ChannelCode}
    return render(request, "evaluations/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def assign(request: SignedInRequest) -> HttpResponse:
    """Put enrolments in a panel assessor's hands: those ticked, or all those of the filter."""
    user, now = request.user, timezone.now()
    assessors = assessors_on(timezone.localdate(now))
    judged = enrolments_of(user).active().filter(route__plan__code=ChannelCode.PANEL)
    filters = PanelFilter(request.GET, enrolments=judged, assessors=assessors)
    listed = filters.rows()
    form = AssignmentForm(request.POST or None, listed=listed, assessors=assessors, auto_id="assignment_%s")
    if request.method == "POST" and form.is_valid() and _assign(request, form, by=user, at=now):
        return redirect(request.get_full_path())
    found = listed.select_related("candidate", "cohort", "route", "training_organisation", "panel_assignment__assessor")
    page = Paginator(found.order_by(*BY_COHORT), ASSIGNMENT_ROWS).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "form": form,
        "page": page,
        "scopes": _scopes(form, page.paginator.count),
        "ticked": {int(pk) for pk in request.POST.getlist("enrolments") if pk.isdecimal() and len(pk) < 20},
    }
    return render(request, "evaluations/assign.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    value: PanelScope
    label: str
    is_chosen: bool


def _scopes(form: AssignmentForm, total: int) -> list[ScopeChoice]:
    """Each bulk action says how far it reaches."""
    chosen = form.data.get("scope") or PanelScope.TICKED
    filtered = f"{PanelScope.FILTERED.label} ({total})"
    labels = {PanelScope.TICKED: str(PanelScope.TICKED.label), PanelScope.FILTERED: filtered}
    return [ScopeChoice(scope, label, scope == chosen) for scope, label in labels.items()]


def _assign(request: SignedInRequest, form: AssignmentForm, *, by: User, at: datetime) -> bool:
    assessor = form.cleaned_data["assessor"]
    try:
        changed = assign_panel(form.chosen, assessor=assessor, by=by, at=at)
    except NotAPanelAssessor:
        form.add_error("assessor", "Cette personne ne siège plus à la commission d’évaluation.")
        return False
    count = len(changed)
    messages.success(
        request,
        f"{assessor} évalue {count} {'candidat' if count < 2 else 'candidats'} de plus."
        if count
        else f"{assessor} évalue déjà ces candidats.",
    )
    return True
