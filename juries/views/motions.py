"""Dossiers adopted together, votes given up, and the vote in writing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocks.french import count, moment

from ..enums import DeliberationState
from ..facts import Bench, bench_of, window_of
from ..forms import ExtensionForm
from ..models import Dossier, JurySession, Motion, MotionItem, Seat
from ..permissions import may_read_dossiers, may_vote, seat_of
from ..reading.agenda import agenda_of
from ..reading.motions import MotionReading, read_motions, read_written
from ..services import (
    adopt_motion,
    close_motion,
    count_written_votes,
    extend_window,
    lapse_votes,
    propose_motion,
    pull_out,
)
from ..services.polls import Count
from .access import load_chaired, load_dossier, load_session, refusals_told, signed_in
from .conflicts import gate_first


def motions_shown(request: HttpRequest, session: JurySession, seat: Seat, bench: Bench, at: datetime) -> dict[str, Any]:
    """What `parts/motion.html` and `parts/motion_console.html` show."""
    votes = may_vote(seat, recused=False, at=at)
    is_open = session.is_open
    return {
        "motions": read_motions(session, signed_in(request), seat, bench, may_vote=votes) if is_open else [],
        "written": read_written(session, seat, bench, at=at),
        "window_is_over": session.is_written and not session.takes_ballots_at(at) and is_open,
    }


def motions_of(request: HttpRequest, dossier: Dossier, seat: Seat | None) -> list[MotionReading]:
    """Those in which this dossier is, or was until somebody pulled it out."""
    session = dossier.session
    if seat is None or not session.is_open or not dossier.motion_items.exists():
        return []
    votes = may_vote(seat, recused=False, at=timezone.now())
    shown = read_motions(session, signed_in(request), seat, bench_of(session), may_vote=votes, only=dossier)
    return [motion for motion in shown if motion.kept or motion.pulled]


def may_lapse(dossier: Dossier, *, at: datetime) -> bool:
    """Whether giving up is worth offering: a vote is open, and has lost its quorum or run out of time."""
    session = dossier.session
    if not session.is_open or not dossier.deliberations.filter(state=DeliberationState.OPEN).exists():
        return False
    return not session.takes_ballots_at(at) if session.is_written else not bench_of(session).quorum(dossier).answer


@require_safe
def motions(request: HttpRequest, reference: str) -> HttpResponse:
    """The part of « Ma session » that tells of them, each time that something has happened."""
    session, seat = _load_seated(request, reference)
    if not may_read_dossiers(seat):
        return HttpResponse(status=204)
    context = {"session": session, "seat": seat}
    context |= motions_shown(request, session, seat, bench_of(session), timezone.now())
    return render(request, "juries/parts/motion.html", context)


@require_safe
def motion_console(request: HttpRequest, reference: str) -> HttpResponse:
    session, seat = load_chaired(request, reference)
    bench = bench_of(session)
    agenda = agenda_of(session, signed_in(request), seat, bench)
    context = {"session": session, "seat": seat, "agenda": agenda}
    context |= motions_shown(request, session, seat, bench, timezone.now())
    return render(request, "juries/parts/motion_console.html", context)


@require_POST
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        motion = propose_motion(session, by=signed_in(request), at=timezone.now())
        number = count(motion.items.count(), "dossier")
        messages.success(request, f"{number} à adopter en bloc : les votes sont ouverts.")
    return redirect("juries:console", reference)


@require_POST
def adopt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    session, seat = _load_seated(request, reference)
    if not may_read_dossiers(seat):
        return redirect("juries:session", reference)
    motion = _load_motion(request, session, pk)
    with refusals_told(request):
        adopted = adopt_motion(motion, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Vous adoptez {count(adopted.dossiers, 'dossier')}, jusqu’à la clôture du lot.")
    return _back(request, reference)


@require_POST
@gate_first
def pull(request: HttpRequest, reference: str, enrolment: str, pk: int) -> HttpResponse:
    """Asked by whoever sees the dossier in the motion."""
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat is None:
        raise PermissionDenied
    motion = _load_motion(request, dossier.session, pk)
    with refusals_told(request):
        pull_out(motion, dossier, by=signed_in(request), at=timezone.now())
        messages.success(request, "Ce dossier est retiré du lot : il se discute et se vote à part.")
    return _back(request, reference)


def _back(request: HttpRequest, reference: str) -> HttpResponse:
    """To the page that the form was sent from."""
    return redirect("juries:console" if request.POST.get("next") == "console" else "juries:session", reference)


def _load_seated(request: HttpRequest, reference: str) -> tuple[JurySession, Seat]:
    session = load_session(request, reference)
    seat = seat_of(signed_in(request), session)
    if seat is None:
        raise PermissionDenied
    return session, seat


def _load_motion(request: HttpRequest, session: JurySession, pk: int) -> Motion:
    """One in which the reader sees a dossier: the others are not there."""
    seen = MotionItem.objects.filter(dossier__in=Dossier.objects.visible_to(signed_in(request)).filter(session=session))
    motions = Motion.objects.filter(Exists(seen.filter(motion=OuterRef("pk")))).select_related("session")
    return get_object_or_404(motions, session=session, pk=pk)


@require_POST
def close(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    motion = _load_motion(request, session, pk)
    with refusals_told(request):
        _say_count(request, close_motion(motion, by=signed_in(request), at=timezone.now()))
    return redirect("juries:console", reference)


def _say_count(request: HttpRequest, result: Count) -> None:
    messages.success(request, f"{count(len(result.closed), 'vote compté', 'votes comptés')}.")
    settle = sum(row.is_closed for row in result.closed)
    if settle:
        messages.warning(request, f"{count(settle, 'bloc', 'blocs')} à trancher : égalité, ou écart à la proposition.")
    if result.left:
        why = " ".join(sorted({refusal.message for _, refusal in result.left}))
        left = count(len(result.left), "vote reste ouvert", "votes restent ouverts")
        messages.warning(request, f"{left}, sur {count(result.dossiers_left, 'dossier')}. {why}")


@require_POST
def lapse(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    load_chaired(request, reference)
    dossier, _ = load_dossier(request, reference, enrolment)
    with refusals_told(request):
        lapsed = lapse_votes(dossier, by=signed_in(request), at=timezone.now())
        given_up = count(len(lapsed), "vote abandonné", "votes abandonnés")
        messages.success(request, f"{given_up}, faute de quorum : ces blocs reviennent à une prochaine session.")
    return redirect("juries:dossier", reference, enrolment)


@require_POST
def count_votes(request: HttpRequest, reference: str) -> HttpResponse:
    """Of a vote in writing."""
    session, _ = load_chaired(request, reference)
    with refusals_told(request):
        _say_count(request, count_written_votes(session, by=signed_in(request), at=timezone.now()))
    return redirect("juries:console", reference)


@require_POST
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["closes_at"])))
        return redirect("juries:console", reference)
    with refusals_told(request):
        session = extend_window(session, form.cleaned_data["closes_at"], by=signed_in(request), at=timezone.now())
        until = moment(window_of(session).closes_at)
        messages.success(request, f"Le vote continue jusqu’au {until} ; chaque membre en est averti.")
    return redirect("juries:console", reference)
