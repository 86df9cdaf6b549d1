"""The secretariat's pages: prepare, compose, convene; then the CPNEFP's decision and the publication."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from blocks.sentences import explanation, sentence
from evaluations.progress import fully_evaluated, with_progress

from ..aftermath import aftermath_of, resit_lines, resit_rule
from ..agenda import convenable_enrolments
from ..enums import DeliberationState, SessionState
from ..facts import judge_seats
from ..forecast import forecast_of, outlook_of
from ..forms import (
    AgendaForm,
    CompositionForm,
    PrepareForm,
    RatificationForm,
    ResitForm,
    ScheduleForm,
    composition_initial,
)
from ..models import ConveningNotice, Deliberation, Dossier, DossierQuerySet, JurySession, Seat
from ..permissions import seat_of
from ..proposing import proposed_initial
from ..reading.agenda import agenda_of
from ..roster import missing_seats
from ..services import (
    add_dossiers,
    compose,
    convene,
    hand_over_chair,
    judge_earliness,
    open_resits,
    prepare_session,
    record_ratification,
    remove_dossier,
)
from .access import load_administered, refusals_told, require_admin, signed_in

CONVENABLE_ROWS = 100
RESIT_PERIOD = timedelta(days=60)  # proposed on the page, changed at will


@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    user = require_admin(request)
    form = PrepareForm(request.POST or None)
    if not form.is_valid():
        return render(request, "juries/prepare.html", {"form": form})
    session = prepare_session(**form.values(), by=user, at=timezone.now())
    return redirect("juries:administration", session.reference)


@require_safe
def administration(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    return _render(request, session)


def _render(request: HttpRequest, session: JurySession, status: int = 200, **forms: Any) -> HttpResponse:
    user = signed_in(request)
    seat = seat_of(user, session)
    context: dict[str, Any] = {
        "session": session,
        "seat": seat,
        "agenda": agenda_of(session, user, seat),
    }
    if session.is_prepared:
        context |= _preparation(request, session)
    else:
        context["may_appoint"] = session.is_before_sealing
        context["seats"] = session.seats.select_related("member__user", "substitute__user").order_by("number")
        context |= _convened(request, session)
    if session.state == SessionState.SEALED:
        context["ratification_form"] = RatificationForm(decided=_decided(request, session))
    if session.state == SessionState.RATIFIED:
        context["schedule_form"] = ScheduleForm()
    context |= aftermath_of(session, user)
    context |= _resits(request, session)
    return render(request, "juries/administration.html", context | forms, status=status)


def _resits(request: HttpRequest, session: JurySession, form: ResitForm | None = None) -> dict[str, Any]:
    """What the session refused, and what of it is to be evaluated again; nothing when it refused nothing."""
    lines = resit_lines(session, _visible_dossiers(request, session)) if session.is_published else []
    if not lines:
        return {}
    every = [line.key for line in lines]
    proposed = {"due_on": timezone.localdate() + RESIT_PERIOD}
    return {
        "resits": lines,
        "refused_count": sum(len(line.blocks) for line in lines),
        "openable": sum(line.may_open for line in lines),
        "resit_rule": resit_rule(session),
        "resit_form": form or ResitForm(openable=_visible_dossiers(request, session), initial=proposed),
        "chosen": request.POST.getlist("dossiers") if form else every,
    }


def _visible_dossiers(request: HttpRequest, session: JurySession) -> DossierQuerySet:
    """Somebody of the secretariat who sat and was recused from a dossier leaves it to a colleague."""
    return Dossier.objects.visible_to(signed_in(request)).filter(session=session)


def _preparation(request: HttpRequest, session: JurySession) -> dict[str, Any]:
    seats = list(session.seats.select_related("member__user", "substitute__user").order_by("number"))
    colleges = session.version.jury_colleges.order_by("position")
    every = "tous" in request.GET
    convenable = convenable_enrolments(session)
    enrolments = with_progress(convenable if every else fully_evaluated(convenable))
    ordered = enrolments.select_related("candidate", "training_organisation", "route").order_by(
        "training_organisation__name", "candidate__search_key", "pk"
    )
    is_proposed = "proposer" in request.GET
    initial = proposed_initial(session) if is_proposed else composition_initial(seats, colleges)
    form = CompositionForm(session=session, initial=initial)
    early = judge_earliness(session, timezone.now())
    composed = _composition(request, session, form.initial_seats() if is_proposed else seats)
    return composed | {
        "composition_form": form,
        "is_proposed": is_proposed,
        "is_callable": not is_proposed and composed["is_complete"] and session.dossiers.exists(),
        "earliness": explanation(early.check) if early else None,
        "is_short_notice": early is not None and not early.answer,
        "convenable": Paginator(ordered, CONVENABLE_ROWS).get_page(request.GET.get("page")),
        "shows_every": every,
    }


def _composition(request: HttpRequest, session: JurySession, seats: list[Seat]) -> dict[str, Any]:
    """What the rules say of these places, kept or not, and what recusals would leave of the agenda."""
    verdict = judge_seats(session, [seat.college for seat in seats])
    has_chair, has_vice_chair = any(seat.is_chair for seat in seats), any(seat.is_vice_chair for seat in seats)
    visible = set(_visible_dossiers(request, session).values_list("pk", flat=True))
    return {
        "composition": explanation(verdict.check),
        "has_chair": has_chair,
        "has_vice_chair": has_vice_chair,
        "is_complete": verdict.answer and has_chair and has_vice_chair,
        "missing": missing_seats(verdict),
        "outlook": outlook_of(session, seats, visible),
    }


def _convened(request: HttpRequest, session: JurySession) -> dict[str, Any]:
    """Who answered what; shown until the session is closed."""
    if not session.is_sitting or not ConveningNotice.objects.filter(seat__session=session).exists():
        return {}
    visible = set(_visible_dossiers(request, session).values_list("pk", flat=True))
    return {"forecast": forecast_of(session, visible)}


def _decided(request: HttpRequest, session: JurySession) -> dict[Dossier, list[Deliberation]]:
    rows = (
        Deliberation.objects.filter(dossier__in=_visible_dossiers(request, session), state=DeliberationState.DECIDED)
        .select_related("dossier__enrolment__candidate", "enrolled_block__block")
        .order_by("dossier__position", "enrolled_block__block__position")
    )
    decided: dict[Dossier, list[Deliberation]] = defaultdict(list)
    for row in rows:
        decided[row.dossier].append(row)
    return dict(decided)


@require_POST
def composition(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    form = CompositionForm(request.POST, session=session)
    if not form.is_valid():
        return _render(request, session, 422, composition_form=form)
    with refusals_told(request):
        compose(session, form.seatings(), by=signed_in(request), at=timezone.now())
        messages.success(request, "La composition est enregistrée.")
    return redirect("juries:administration", reference)


@require_GET
def composition_check(request: HttpRequest, reference: str) -> HttpResponse:
    """What the rules say of the places as they are filled on the page, before anything is kept."""
    session = load_administered(request, reference)
    form = CompositionForm(request.GET, session=session)
    seats = form.seats() if form.is_valid() else []
    return render(request, "juries/parts/composition.html", _composition(request, session, seats))


@require_POST
def agenda(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    form = AgendaForm(request.POST, convenable=convenable_enrolments(session))
    if not form.is_valid():
        messages.error(request, "Choisissez au moins un candidat qui peut encore être mis à l’ordre du jour.")
        return redirect("juries:administration", reference)
    with refusals_told(request):
        enrolments = form.cleaned_data["enrolments"].order_by("candidate__search_key", "pk")
        added = add_dossiers(session, enrolments, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Dossiers ajoutés à l’ordre du jour : {len(added)}.")
    return redirect("juries:administration", reference)


@require_POST
def remove(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    session = load_administered(request, reference)
    dossier = get_object_or_404(Dossier, session=session, enrolment__reference=enrolment)
    with refusals_told(request):
        remove_dossier(dossier, by=signed_in(request), at=timezone.now())
    return redirect("juries:administration", reference)


@require_POST
def convening(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    early = judge_earliness(session, timezone.now())
    if session.is_prepared and early and not early.answer and "confirmed" not in request.POST:
        messages.error(request, f"{sentence(early.check)} Cochez la confirmation pour convoquer quand même.")
        return redirect("juries:administration", reference)
    with refusals_told(request):
        convene(session, by=signed_in(request), at=timezone.now())
        messages.success(
            request, "Le jury est convoqué : treize convocations partent, et les réponses s’affichent ici."
        )
    return redirect("juries:administration", reference)


@require_POST
def appoint_chair(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    session = load_administered(request, reference)
    seat = get_object_or_404(session.seats.select_related("session"), number=number)
    with refusals_told(request):
        hand_over_chair(seat, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Le siège {number} préside.")
    return redirect("juries:administration", reference)


@require_POST
def ratify(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    form = RatificationForm(request.POST, decided=_decided(request, session))
    if not form.is_valid():
        return _render(request, session, 422, ratification_form=form)
    values = {name: form.cleaned_data[name] for name in ("decided_on", "chaired_by", "note")}
    with refusals_told(request):
        record_ratification(session, **values, exceptions=form.exceptions(), by=signed_in(request), at=timezone.now())
        messages.success(request, "La décision est enregistrée. Publiez-la pour que les blocs soient acquis.")
    return redirect("juries:administration", reference)


@require_POST
def resits(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    form = ResitForm(request.POST, openable=_visible_dossiers(request, session))
    if not form.is_valid():
        return _render(request, session, 422, **_resits(request, session, form))
    with refusals_told(request):
        opened = open_resits(session, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        if opened:
            messages.success(request, f"Rattrapages ouverts. Évaluations attendues : {len(opened)}.")
        else:
            messages.info(request, "Ces rattrapages étaient déjà ouverts.")
    return redirect(f"{reverse('juries:administration', args=[reference])}#rattrapages")
