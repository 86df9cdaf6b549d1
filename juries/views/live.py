"""What the pages of a meeting ask while it goes on, and how those who attend from afar say that they are there."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ..live import last_change, live_of
from ..models import JurySession, Seat
from ..services import join_session, leave_session, signal
from .access import load_session, refusals_told, signed_in

LONGEST = 18  # digits that a bigint always holds


def _load(request: HttpRequest, reference: str) -> tuple[JurySession, Seat | None]:
    """The reader's seat and its session in one query: this is asked every few seconds by everybody."""
    seats = Seat.objects.of(signed_in(request)).select_related("session__version")
    seat = seats.filter(session__reference=reference).exclude(session__state="prepared").first()
    if seat is not None:
        return seat.session, seat
    return load_session(request, reference), None


@require_safe
def live(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the meeting stands, if anything has happened since the entry that the page names; otherwise nothing."""
    session, seat = _load(request, reference)
    given = request.GET.get("depuis", "")
    since = int(given) if given.isascii() and given.isdecimal() and len(given) <= LONGEST else 0
    seq = last_change(session, signed_in(request), seat, since=since)
    if seq is None:
        return HttpResponse(status=204)
    return JsonResponse(live_of(session, signed_in(request), seat, at=timezone.now(), seq=seq).answer)


@require_safe
def bar(request: HttpRequest, reference: str) -> HttpResponse:
    """What a page says of the meeting, to put in the place of what it said."""
    session, seat = _load(request, reference)
    reading = live_of(session, signed_in(request), seat, at=timezone.now(), seq=0)  # The page keeps its own count.
    return render(request, "juries/parts/live_bar.html", {"session": session, "seat": seat, "live": reading})


@require_POST
def signal_(request: HttpRequest, reference: str) -> HttpResponse:
    session, seat = _load(request, reference)
    if seat is None:
        raise PermissionDenied
    if session.is_open:
        signal(session, by=signed_in(request), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def join(request: HttpRequest, reference: str) -> HttpResponse:
    return _move(request, reference, join_session)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    return _move(request, reference, leave_session)


def _move(request: HttpRequest, reference: str, act: Callable[..., object]) -> HttpResponse:
    session, seat = _load(request, reference)
    if seat is None:
        raise PermissionDenied
    with refusals_told(request):
        act(session, by=signed_in(request), at=timezone.now())
    return redirect("juries:session", reference)
