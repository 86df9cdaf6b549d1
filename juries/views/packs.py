"""A member's dossiers to take away: asked for, followed and fetched from « Ma session »."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.uploads import download

from ..models import Pack, Seat
from ..permissions import may_declare, may_read_dossiers, seat_of
from ..services import ask_pack
from .access import load_session, refusals_told, signed_in


def pack_of(request: HttpRequest, seat: Seat) -> Pack | None:
    """The reader's own, while all that is in it is theirs to read."""
    packs = Pack.objects.visible_to(signed_in(request), timezone.localdate())
    return packs.filter(seat=seat).select_related("session", "seat").first()


def _seat_or_404(request: HttpRequest, reference: str) -> Seat:
    seat = seat_of(signed_in(request), load_session(request, reference))
    if seat is None:
        raise Http404
    return seat


@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks for one; read, how far it has come, which « Ma session » asks for until it is over."""
    seat = _seat_or_404(request, reference)
    if not may_declare(seat) or not may_read_dossiers(seat):
        return redirect("juries:session", reference)
    if request.method != "POST":
        context = {"session": seat.session, "seat": seat, "pack": pack_of(request, seat)}
        return render(request, "juries/parts/pack.html", context)
    with refusals_told(request):
        ask_pack(seat, by=signed_in(request), at=timezone.now())
    return redirect(f"{reverse('juries:session', args=[reference])}#a-emporter")


@require_safe
def pack_file(request: HttpRequest, reference: str) -> HttpResponse:
    """404 as soon as anything in it has been withdrawn, before a worker has thrown the file away."""
    seat = _seat_or_404(request, reference)
    packs = Pack.objects.visible_to(signed_in(request), timezone.localdate()).select_related("session", "seat")
    found = get_object_or_404(packs, seat=seat)
    if not found.is_done:
        return redirect("juries:session", reference)
    return download(found.file)
