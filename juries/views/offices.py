"""Who presides: the vice-chair takes the place of a chair who is not there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ..services import take_over_chair
from .access import load_chaired, refusals_told, signed_in


@require_POST
def take_over(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        take_over_chair(session, by=signed_in(request), at=timezone.now())
        messages.success(request, "Vous présidez la session.")
    return redirect("juries:console", reference)
