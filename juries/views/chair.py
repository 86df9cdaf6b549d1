"""The chair's console: the agenda, who is there, each vote, the close, the minutes."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ..enums import Presence
from ..facts import Bench, bench_of, may_take_over, usual_means
from ..forms import AttendanceForm, DecisionForm
from ..live import live_of
from ..models import Deliberation, Dossier, JurySession, Seat
from ..permissions import may_declare, may_read_dossiers
from ..reading.agenda import agenda_of
from ..reading.desk import desk_of
from ..services import (
    call_dossier,
    close_session,
    close_votes,
    decide,
    give_minutes,
    hand_over_chair,
    open_session,
    open_votes,
    record_presence,
    substitute,
)
from ..services.votes import close_vote, open_vote
from .access import load_chaired, load_dossier, refusals_told, signed_in
from .motions import motions_shown

MINUTES = {"0": "sans durée prévue"} | {str(number): f"{number} min" for number in (3, 5, 8, 10, 15, 20, 30)}


@require_safe
def console(request: HttpRequest, reference: str) -> HttpResponse:
    session, seat = load_chaired(request, reference)
    if may_declare(seat) and not may_read_dossiers(seat):
        return redirect("juries:session", reference)
    bench = bench_of(session)
    live = live_of(session, signed_in(request), seat, at=timezone.now(), bench=bench)
    agenda = agenda_of(session, signed_in(request), seat, bench)
    context = {
        "session": session,
        "seat": seat,
        "live": live,
        "agenda": agenda,
        "desk": desk_of(live, agenda, bench),
        "away": [seat for seat in bench.seats if not seat.is_present],
        "may_take_over": may_take_over(seat, bench, on=timezone.localdate()),
        "colleges": _colleges(session, bench),
        "present": sum(seat.is_present for seat in bench.seats),
        "quorum": bench.standard.quorum,
        "attendance": AttendanceForm(seats=bench.seats, usual=usual_means(session)),
        "is_quorate": bench.attendance().answer,
        "others": [other for other in bench.seats if other.pk != seat.pk],
        "left": agenda.to_decide,
        "paces": [(value, label, value == str(live.minutes or 0)) for value, label in MINUTES.items()],
    }
    context |= motions_shown(request, session, seat, bench, timezone.now())
    return render(request, "juries/console.html", context)


def _colleges(session: JurySession, bench: Bench) -> list[dict[str, object]]:
    return [
        {
            "title": college.get_code_display(),
            "seats": college.seats,
            "present": sum(seat.is_present for seat in bench.seats if seat.college == college.code),
            "is_required": college.code in bench.standard.quorum.colleges,
        }
        for college in session.version.jury_colleges.order_by("position")
    ]


@require_POST
def open_(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        open_session(session, by=signed_in(request), at=timezone.now())
        messages.success(request, "La session est ouverte. Notez les présences, puis ouvrez les votes.")
    return redirect("juries:console", reference)


@require_POST
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """The dossier that the form names is on the table; none when it names none."""
    session, _ = load_chaired(request, reference)
    enrolment = request.POST.get("enrolment", "")
    dossier = load_dossier(request, reference, enrolment)[0] if enrolment else None
    with refusals_told(request):
        call_dossier(session, dossier, by=signed_in(request), at=timezone.now())
    return redirect("juries:console", reference)


@require_POST
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    given = request.POST.get("minutes", "")
    with refusals_told(request):
        if given in MINUTES:
            give_minutes(session, int(given) or None, by=signed_in(request), at=timezone.now())
    return redirect("juries:console", reference)


@require_POST
def attendance(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    seats = list(session.seats.order_by("number"))
    form = AttendanceForm(request.POST, seats=seats, usual=usual_means(session))
    with refusals_told(request):
        if "everybody" in request.POST:
            presences = {seat.number: Presence.PRESENT for seat in seats if seat.presence == Presence.EXPECTED}
            means = {}
        else:
            presences = form.presences() if form.is_valid() else {}
            means = form.means() if form.is_valid() else {}
        record_presence(session, presences, by=signed_in(request), at=timezone.now(), means=means)
    return redirect("juries:console", reference)


@require_POST
def seat_substitute(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    seat = get_object_or_404(Seat, session=session, number=number)
    with refusals_told(request):
        substitute(seat, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Le suppléant occupe le siège {number} ; il déclare d’abord ses conflits.")
    return redirect("juries:console", reference)


@require_POST
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    number = request.POST.get("seat", "")
    seat = get_object_or_404(Seat, session=session, number=int(number) if number.isdecimal() and len(number) < 3 else 0)
    with refusals_told(request):
        hand_over_chair(seat, by=signed_in(request), at=timezone.now())
        messages.success(request, f"La présidence est confiée à {seat.sitting.user.full_name}.")
        return redirect("juries:session", reference)
    return redirect("juries:console", reference)


@require_POST
def open_ballots(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    """Of one block when the form names it, of every block that can be decided otherwise."""
    return _conduct(request, reference, enrolment, one=open_vote, every=open_votes)


@require_POST
def close_ballots(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    return _conduct(request, reference, enrolment, one=close_vote, every=close_votes)


def _conduct(
    request: HttpRequest, reference: str, enrolment: str, *, one: Callable[..., object], every: Callable[..., object]
) -> HttpResponse:
    load_chaired(request, reference)
    dossier, _ = load_dossier(request, reference, enrolment)
    block = request.POST.get("block")
    with refusals_told(request):
        if block:
            one(_deliberation(dossier, block), by=signed_in(request), at=timezone.now())
        else:
            every(dossier, by=signed_in(request), at=timezone.now())
    return _back(request, reference, enrolment)


@require_POST
def settle(request: HttpRequest, reference: str, enrolment: str, block: str) -> HttpResponse:
    load_chaired(request, reference)
    dossier, _ = load_dossier(request, reference, enrolment)
    form = DecisionForm(request.POST)
    with refusals_told(request):
        if form.is_valid():
            decide(_deliberation(dossier, block), by=signed_in(request), at=timezone.now(), **form.cleaned_data)
    return _back(request, reference, enrolment)


def _deliberation(dossier: Dossier, block: str) -> Deliberation:
    rows = Deliberation.objects.select_related("dossier__session", "enrolled_block__block")
    return get_object_or_404(rows, dossier=dossier, enrolled_block__block__code=block)


def _back(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    if request.POST.get("next") == "console":
        return redirect("juries:console", reference)
    return redirect("juries:dossier", reference, enrolment)


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        close_session(session, by=signed_in(request), at=timezone.now())
        messages.success(request, "La session est close. Relisez le procès-verbal, puis scellez-le.")
    return redirect("juries:console", reference)
