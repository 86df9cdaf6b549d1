"""For the certifier: how far each cohort has come."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from accounts.todo import Urgency
from blocks.enums import ChannelCode
from blocks.french import day
from candidates.models import Cohort

from ..progress import ChannelProgress, cohort_progress
from .visitor import for_admins

COHORT_ROWS = 25


@dataclass(frozen=True, slots=True)
class ProgressCell:
    cohort: Cohort
    channel: ChannelCode
    progress: ChannelProgress | None
    on: date

    @property
    def label(self) -> str:
        return str(self.channel.label)

    @property
    def name(self) -> str:
        return f"{self.label}, {self.cohort}"

    @property
    def urgency(self) -> Urgency:
        return self.progress.urgency(self.on) if self.progress else Urgency.NONE

    @property
    def state(self) -> str:
        """« en retard depuis le 7 juin 2021 »"""
        due_on = self.progress.due_on if self.progress else None
        if due_on is None:
            return str(self.urgency.label)
        link = " depuis le" if self.urgency is Urgency.LATE else ", avant le"
        return f"{self.urgency.label}{link} {day(due_on)}"

    @property
    def delays_url(self) -> str:
        """Who is late, when somebody is."""
        if self.urgency is not Urgency.LATE:
            return ""
        return f"{reverse('evaluations:late')}?{urlencode({'cohort': self.cohort.pk, 'channel': self.channel})}"


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
    progress, today = cohort_progress(shown), timezone.localdate()
    rows = [
        CohortRow(
            cohort,
            tuple(ProgressCell(cohort, channel, progress[cohort.pk].get(channel), today) for channel in ChannelCode),
            f"{reverse('evaluations:matrix')}?cohort={cohort.pk}",
        )
        for cohort in shown
    ]
    context = {"page": page, "rows": rows, "channels": ChannelCode}
    return render(request, "evaluations/overview.html", context)
