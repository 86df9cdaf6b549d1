"""What the jury decided of one enrolment, once the CPNEFP's decision is published."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from evaluations.permissions import enrolments_of
from organisations.permissions import access_of

from ..aftermath import results_of


@require_safe
def results(request: SignedInRequest, reference: str) -> HttpResponse:
    """To whoever follows the enrolment's evaluations."""
    followed = enrolments_of(request.user).select_related("candidate", "training_organisation", "panel_assignment")
    enrolment = get_object_or_404(followed, reference=reference)
    context = {"enrolment": enrolment, "sessions": results_of(enrolment, access_of(request.user))}
    return render(request, "juries/results.html", context)
