"""« Mes candidats »: what everybody sees first."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from organisations.permissions import access_of

from ..forms import MatrixFilter
from ..grid import channels_entered
from ..matrix import for_matrix, matrix_of
from ..permissions import enrolments_of
from ..progress import awaited_from
from .grid import query_of

ROWS = 30
BY_COHORT = (F("cohort__ends_on").desc(nulls_first=True), "cohort__name", "candidate__search_key", "pk")


@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """« Mes candidats »: a row per enrolment, a square per block, a mark per channel."""
    user, today = request.user, timezone.localdate()
    access = access_of(user)
    if access.is_limited:
        return redirect("home")  # Where a referent finds their candidates.
    form = MatrixFilter(request.GET, enrolments=enrolments_of(user))
    found = for_matrix(form.rows(access, on=today)).order_by(*BY_COHORT)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "matrix": matrix_of(list(page.object_list), access, on=today),
        "access": access,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "next_entry": next(iter(awaited_from(user, on=today, limit=1)), None),
        "grid_channel": next(iter(channels_entered(access)), ""),
        "grid_query": query_of(form, "cohort", "search"),
        "cohort_printed": form.cleaned_data.get("cohort"),
    }
    return render(request, "evaluations/matrix.html", context)
