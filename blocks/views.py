from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .models import StandardVersion
from .standard_page import standard_page


@require_safe
def standard(request: HttpRequest) -> HttpResponse:
    """The standard, which everybody signed in may read."""
    today = timezone.localdate()
    versions = list(
        StandardVersion.objects.select_related("certification__awarding_body").order_by("-starts_on", "-pk")
    )
    version = _asked(versions, request.GET.get("version"), today)
    page = standard_page(version, on=today) if version else None
    return render(request, "blocks/standard.html", {"page": page, "versions": versions})


def _asked(versions: list[StandardVersion], label: str | None, today: date) -> StandardVersion | None:
    """The version of that label, or the one that takes enrolments today; none while none is loaded."""
    if label is None:
        return next((version for version in versions if version.starts_on <= today), None)
    for version in versions:
        if version.label == label:
            return version
    raise Http404
