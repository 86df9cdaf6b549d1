"""The gate of a session: before any dossier opens, each member says to whom they are tied."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ..facts import suspicions_of
from ..forms import ConflictsForm
from ..models import ConveningNotice, Dossier, JurySession, Seat
from ..permissions import may_declare, may_read_dossiers
from ..services import declare_conflicts
from ..withdrawals import withdrawals_of
from .access import load_session, refusals_told, signed_in


def gate_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever has yet to declare is led to the gate from any address of a dossier that they are asked about."""

    @wraps(view)
    def led(request: HttpRequest, reference: str, enrolment: str, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, reference, enrolment, *args, **kwargs)
        except Http404:
            asked = Dossier.objects.to_declare_on(signed_in(request))
            if asked.filter(session__reference=reference, enrolment__reference=enrolment).exists():
                return redirect("juries:session", reference)
            raise

    return led


def render_gate(
    request: HttpRequest, session: JurySession, seat: Seat, form: ConflictsForm | None = None
) -> HttpResponse:
    form = form or conflicts_form(request, session, seat)
    context = {
        "convocation": ConveningNotice.objects.visible_to(signed_in(request)).filter(seat=seat).first(),
        "session": session,
        "seat": seat,
        "conflicts": form,
        "withdrawals": withdrawals_of(session, seat),
    }
    return render(request, "juries/conflicts.html", context, status=422 if form.errors else 200)


def conflicts_form(request: HttpRequest, session: JurySession, seat: Seat) -> ConflictsForm:
    """Name, company, organisation: the same, masked or not, since one is tied to a person."""
    dossiers = Dossier.objects.to_declare_on(signed_in(request)).filter(session=session)
    related = ("enrolment__candidate", "enrolment__company", "enrolment__training_organisation")
    return ConflictsForm(
        request.POST if request.method == "POST" else None,
        dossiers=dossiers.select_related(*related).order_by("position"),
        suspicions=suspicions_of(seat),
    )


@require_POST
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    session, user = load_session(request, reference), signed_in(request)
    seats = Seat.objects.of(user).select_related("session", "member__user", "substitute__user")
    seat = get_object_or_404(seats, session=session)
    if not may_declare(seat) or may_read_dossiers(seat):
        return redirect("juries:session", reference)
    form = conflicts_form(request, session, seat)
    if not form.is_valid():
        return render_gate(request, session, seat, form)
    with refusals_told(request):
        declare_conflicts(seat, form.conflicts(), dismissed=form.dismissed(), by=user, at=timezone.now())
        messages.success(request, "Votre déclaration est enregistrée : les dossiers sont ouverts.")
    return redirect("juries:session", reference)
