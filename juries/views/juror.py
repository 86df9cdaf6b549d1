"""A juror's pages: « Ma session », a dossier, a vote."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.uploads import download
from evaluations.models import Attachment, Evaluation

from ..enums import BallotChoice
from ..forms import ConflictsForm
from ..models import Deliberation, Dossier, JurySession, Seat
from ..permissions import may_administer, may_chair, may_declare, may_read_dossiers, may_vote
from ..reading import VoteReading, agenda_of, read_dossier, read_votes
from ..services import Conflict, JuryRefusal, cast_ballot, declare_conflicts
from .access import load_dossier, load_session, refusals_told, signed_in, told


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
    seat = Seat.objects.of(user).filter(session=session).select_related("session").first()
    if seat is None or session.is_prepared:
        return redirect("juries:administration", reference)
    context = {"session": session, "seat": seat, "may_chair": may_chair(seat)}
    if may_declare(seat) and not may_read_dossiers(seat):
        context["conflicts"] = ConflictsForm(dossiers=_dossiers(request, session))
        context["withdrawn"] = agenda_of(session, user, seat).withdrawn
        return render(request, "juries/conflicts.html", context)
    context["agenda"] = agenda_of(session, user, seat)
    return render(request, "juries/session.html", context)


def _dossiers(request: HttpRequest, session: JurySession) -> list[Dossier]:
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session)
    related = ("enrolment__candidate", "enrolment__company", "enrolment__training_organisation")
    return list(dossiers.select_related(*related).order_by("position"))


@require_POST
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_session(request, reference)
    seat = get_object_or_404(Seat.objects.of(signed_in(request)), session=session)
    form = ConflictsForm(request.POST, dossiers=_dossiers(request, session))
    if not form.is_valid():
        return render(request, "juries/conflicts.html", {"session": session, "seat": seat, "conflicts": form})
    with refusals_told(request):
        declare_conflicts(seat, form.conflicts(), by=signed_in(request), at=timezone.now())
        messages.success(request, "Votre déclaration est enregistrée : les dossiers sont ouverts.")
    return redirect("juries:session", reference)


@require_POST
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
def dossier(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat and may_declare(seat) and not may_read_dossiers(seat):
        return redirect("juries:session", reference)
    previous, following = _neighbours(request, dossier)
    context = {
        "dossier": dossier,
        "session": dossier.session,
        "reading": read_dossier(dossier, seat, may_vote=may_vote(seat, recused=False)),
        "seat": seat,
        "may_chair": may_chair(seat),
        "may_open": may_chair(seat) and dossier.session.is_open,
        "may_withdraw": may_declare(seat),
        "previous": previous,
        "following": following,
    }
    return render(request, "juries/dossier.html", context)


@require_safe
def attachment(request: HttpRequest, reference: str, enrolment: str, pk: int) -> HttpResponse:
    """What an assessor joined to an evaluation of this dossier, for those who may open it."""
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat and may_declare(seat) and not may_read_dossiers(seat):
        return redirect("juries:session", reference)
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
    if seat and not may_read_dossiers(seat):
        return HttpResponse(status=204)
    readings = read_votes(dossier, seat, may_vote=may_vote(seat, recused=False))
    changed = [vote for vote in readings if request.GET.get(vote.code) != vote.signature]
    if not changed:
        return HttpResponse(status=204)
    return _render_votes(request, dossier, seat, readings, changed=changed)


@require_POST
def vote(request: HttpRequest, reference: str, enrolment: str, block: str) -> HttpResponse:
    dossier, seat = load_dossier(request, reference, enrolment)
    if seat is None:
        raise PermissionDenied
    if not may_read_dossiers(seat):
        return redirect("juries:session", reference)
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
    readings = read_votes(dossier, seat, may_vote=may_vote(seat, recused=False))
    changed = [row for row in readings if row.deliberation.is_open or row.code == block]
    return _render_votes(request, dossier, seat, readings, changed=changed, refused=refused)


def _render_votes(
    request: HttpRequest,
    dossier: Dossier,
    seat: Seat | None,
    readings: list[VoteReading],
    *,
    changed: list[VoteReading],
    refused: str = "",
) -> HttpResponse:
    context = {
        "dossier": dossier,
        "session": dossier.session,
        "seat": seat,
        "may_chair": may_chair(seat),
        "may_open": may_chair(seat) and dossier.session.is_open,
        "votes": readings,
        "changed": changed,
        "refused": refused,
    }
    return render(request, "juries/parts/votes.html", context, status=409 if refused else 200)
