"""What members write to each other about a dossier: its list, and one more."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ..masking import masker_of
from ..models import Dossier, Remark, Seat
from ..services import JuryRefusal, write_remark
from .access import load_dossier, signed_in, told
from .conflicts import gate_first


def remarks_of(dossier: Dossier, seat: Seat | None) -> list[Remark]:
    """In the order in which they were written; none to whoever does not sit."""
    if seat is None:
        return []
    rows = Remark.objects.filter(dossier=dossier).select_related("member__user", "seat")
    remarks, mask = list(rows.order_by("written_at", "pk")), masker_of(dossier, seat)
    for remark in remarks:
        remark.text = mask(remark.text)  # As read: nothing here is saved.
    return remarks


@require_safe
@gate_first
def remarks(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    """The list alone, each time that something has happened: what is being typed beside it stays."""
    dossier, seat = _load(request, reference, enrolment)
    return _render(request, "juries/parts/remarks_list.html", dossier, seat)


@require_POST
@gate_first
def remark(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    """A message that is refused is given back as it was typed."""
    dossier, seat = _load(request, reference, enrolment)
    text, is_fragment = request.POST.get("text", ""), "HX-Request" in request.headers
    try:
        write_remark(dossier, text, by=signed_in(request), at=timezone.now())
    except JuryRefusal as refusal:
        template = "juries/parts/remarks_refused.html" if is_fragment else "juries/remarks.html"
        return _render(request, template, dossier, seat, status=409, text=text, refused=told(refusal))
    if is_fragment:
        return _render(request, "juries/parts/remarks_written.html", dossier, seat)
    messages.success(request, "Votre message est écrit : les membres qui siègent sur ce dossier le lisent.")
    return redirect(f"{reverse('juries:dossier', args=[reference, enrolment])}#remarks")


def _load(request: HttpRequest, reference: str, enrolment: str) -> tuple[Dossier, Seat]:
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat is None:
        raise PermissionDenied
    return dossier, seat


def _render(
    request: HttpRequest, template: str, dossier: Dossier, seat: Seat, *, status: int = 200, **extra: str
) -> HttpResponse:
    context = {"dossier": dossier, "session": dossier.session, "seat": seat, "remarks": remarks_of(dossier, seat)}
    return render(request, template, context | extra, status=status)
