"""A juror's pages: « Ma session », a dossier, a vote."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.uploads import download
from evaluations.models import Attachment, Evaluation

from ..enums import BallotChoice
from ..facts import bench_of, leads, may_take_over
from ..live import live_of
from ..masking import is_masked
from ..models import ConveningNotice, Deliberation, Dossier, JurySession, Seat
from ..permissions import may_administer, may_chair, may_declare, may_read_dossiers, may_vote
from ..reading.agenda import agenda_of
from ..reading.dossiers import read_dossier
from ..reading.motions import MotionReading
from ..reading.overview import overview_of
from ..reading.votes import VoteReading, read_votes
from ..services import Conflict, JuryRefusal, cast_ballot, declare_conflicts
from .access import load_dossier, load_session, refusals_told, signed_in, told
from .conflicts import gate_first, render_gate
from .motions import may_lapse, motions_of, motions_shown
from .packs import pack_of
from .remarks import remarks_of


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rows = JurySession.objects.visible_to(user).with_dossier_count(user).order_by("-held_on", "-pk")
    context = {"sessions": rows, "may_administer": may_administer(user)}
    return render(request, "juries/sessions.html", context)


@require_safe
def session(request: HttpRequest, reference: str) -> HttpResponse:
    """« Ma session » for whoever sits there; the secretariat has its own page."""
    session = load_session(request, reference)
    user = signed_in(request)
    seat = (
        Seat.objects.of(user)
        .filter(session=session)
        .select_related("session", "member__user", "substitute__user")
        .first()
    )
    if seat is None or session.is_prepared:
        return redirect("juries:administration", reference)
    if may_declare(seat) and not may_read_dossiers(seat):
        return render_gate(request, session, seat)
    bench = bench_of(session)
    context = {
        "convocation": ConveningNotice.objects.visible_to(user).filter(seat=seat).first(),
        "live": live_of(session, user, seat, at=timezone.now(), bench=bench),
        "session": session,
        "seat": seat,
        "may_chair": may_chair(seat),
        "may_take_over": may_take_over(seat, bench, on=timezone.localdate()),
        "agenda": agenda_of(session, user, seat, bench),
        "may_take_away": may_declare(seat),
        "pack": pack_of(request, seat) if may_declare(seat) else None,
    }
    context |= motions_shown(request, session, seat, bench, timezone.now())
    return render(request, "juries/session.html", context)


@require_POST
@gate_first
def withdraw(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    """A conflict found on reading."""
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat is None:
        raise PermissionDenied
    with refusals_told(request):
        conflict = Conflict(dossier, request.POST.get("detail", "")[:500])
        declare_conflicts(seat, [conflict], by=signed_in(request), at=timezone.now())
        messages.success(request, "Ce dossier est retiré de votre vue.")
    return redirect("juries:session", reference)


@require_safe
@gate_first
def dossier(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    dossier, seat = load_dossier(request, reference, enrolment)
    previous, following = _neighbours(request, dossier)
    may_lead = leads(seat, dossier)
    reading = read_dossier(dossier, seat, may_vote=may_vote(seat, recused=False, at=timezone.now()))
    context = {
        "live": live_of(dossier.session, signed_in(request), seat, at=timezone.now()),
        "dossier": dossier,
        "session": dossier.session,
        "reading": reading,
        "overview": overview_of(reading),
        "seat": seat,
        "may_chair": may_lead,
        "may_open": may_lead and dossier.session.is_open,
        "may_withdraw": may_declare(seat),
        "may_lapse": may_lead and may_lapse(dossier, at=timezone.now()),
        "remarks": remarks_of(dossier, seat),
        "motions": motions_of(request, dossier, seat),
        "previous": previous,
        "following": following,
    }
    return render(request, "juries/dossier.html", context)


@require_safe
@gate_first
def attachment(request: HttpRequest, reference: str, enrolment: str, pk: int) -> HttpResponse:
    """What an assessor joined to an evaluation, for those who may open the dossier; for nobody when it is anonymous."""
    dossier, seat = load_dossier(request, reference, enrolment)
    if is_masked(dossier.session, seat):
        raise Http404
    heard = Evaluation.objects.submitted().filter(enrolled_block__enrolment=dossier.enrolment)
    return download(get_object_or_404(Attachment.objects.of(heard), pk=pk).file)


def _neighbours(request: HttpRequest, dossier: Dossier) -> tuple[str | None, str | None]:
    """The addresses of the dossiers before and after, among those the reader sees."""
    rows = Dossier.objects.visible_to(signed_in(request)).filter(session=dossier.session).order_by("position")
    references = list(rows.values_list("enrolment__reference", flat=True))
    here = references.index(dossier.enrolment.reference)
    before = references[here - 1] if here else None
    after = references[here + 1] if here + 1 < len(references) else None
    return _address(dossier.session, before), _address(dossier.session, after)


def _address(session: JurySession, enrolment: str | None) -> str | None:
    return reverse("juries:dossier", args=[session.reference, enrolment]) if enrolment else None


@require_safe
def votes(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    """What has changed since the signatures that the page gives, and nothing else: what is typed there stays."""
    dossier, seat = load_dossier(request, reference, enrolment)
    readings = read_votes(dossier, seat, may_vote=may_vote(seat, recused=False, at=timezone.now()))
    changed = [vote for vote in readings if request.GET.get(vote.code) != vote.signature]
    motions = motions_of(request, dossier, seat)
    if not changed and request.GET.getlist("lot") == [motion.signature for motion in motions]:
        return HttpResponse(status=204)
    return _render_votes(request, dossier, seat, readings, changed=changed, motions=motions)


@require_POST
@gate_first
def vote(request: HttpRequest, reference: str, enrolment: str, block: str) -> HttpResponse:
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat is None:
        raise PermissionDenied
    deliberation = get_object_or_404(Deliberation, dossier=dossier, enrolled_block__block__code=block)
    choice = request.POST.get("choice")
    if choice not in BallotChoice.values:
        return redirect("juries:dossier", reference, enrolment)
    refused = ""
    try:
        cast_ballot(deliberation, seat, BallotChoice(choice), by=signed_in(request), at=timezone.now())
    except JuryRefusal as refusal:
        refused = told(refusal)
    if "HX-Request" not in request.headers:
        if refused:
            messages.error(request, refused)
        return redirect(f"{reverse('juries:dossier', args=[reference, enrolment])}#vote-{block}")
    readings = read_votes(dossier, seat, may_vote=may_vote(seat, recused=False, at=timezone.now()))
    changed = [row for row in readings if row.deliberation.is_open or row.code == block]
    motions = motions_of(request, dossier, seat)
    return _render_votes(request, dossier, seat, readings, changed=changed, motions=motions, refused=refused)


def _render_votes(
    request: HttpRequest,
    dossier: Dossier,
    seat: Seat | None,
    readings: list[VoteReading],
    *,
    changed: list[VoteReading],
    motions: list[MotionReading],
    refused: str = "",
) -> HttpResponse:
    may_lead = leads(seat, dossier)
    context = {
        "dossier": dossier,
        "session": dossier.session,
        "seat": seat,
        "may_chair": may_lead,
        "may_open": may_lead and dossier.session.is_open,
        "votes": readings,
        "changed": changed,
        "motions": motions,
        "refused": refused,
    }
    return render(request, "juries/parts/votes.html", context, status=409 if refused else 200)
