"""The minutes, before and after they are sealed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..enums import SessionState
from ..models import Dossier, JurySession, MinutesFile, Seat
from ..papers import minutes_context
from ..permissions import may_administer, may_chair, may_read_whole_minutes, seat_of
from .access import load_session, signed_in


@require_safe
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """The sealed words; to the chair, once the session is closed, those about to be sealed."""
    session = load_session(request, reference)
    user = signed_in(request)
    seat = seat_of(user, session)
    content, is_sealed = _content(session, may_preview=may_chair(seat) or may_administer(user))
    visible = Dossier.objects.visible_to(user).filter(session=session)
    shown = set(visible.values_list("enrolment__reference", flat=True))
    is_whole = may_read_whole_minutes(user, session)
    context = {
        "session": session,
        "seat": seat,
        "may_chair": may_chair(seat),
        "minutes": _less_withdrawn(content, shown),
        "withdrawn": sum(dossier["reference"] not in shown for dossier in content["dossiers"]),
        "is_sealed": is_sealed,
        # Of the whole: with all the rest at hand, one could try what was decided of the dossier left out.
        "sha256": session.minutes.sha256 if is_sealed and is_whole else "",
        "is_downloadable": is_whole and MinutesFile.objects.filter(minutes__session=session).exists(),
    }
    return render(request, "juries/minutes.html", context)


def _content(session: JurySession, *, may_preview: bool) -> tuple[dict, bool]:
    if session.is_sealed:
        return session.minutes.context, True
    if session.state != SessionState.CLOSED or not may_preview:
        raise Http404
    chair = Seat.objects.select_related("member__user", "substitute__user").get(session=session, is_chair=True)
    return minutes_context(session, chair=chair, incidents=(), sealed_at=timezone.now()), False


def _less_withdrawn(content: dict, shown: set[str]) -> dict:
    """Without what tells of a dossier that the reader does not see."""
    kept = {part: [row for row in content[part] if row["dossier"] in shown] for part in ("conflicts", "departures")}
    dossiers = [dossier for dossier in content["dossiers"] if dossier["reference"] in shown]
    return content | kept | {"dossiers": dossiers}


@require_safe
def minutes_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_session(request, reference)
    if not may_read_whole_minutes(signed_in(request), session):
        return redirect("juries:minutes", reference)
    file = get_object_or_404(MinutesFile, minutes__session=session)
    name = f"proces-verbal-{session.reference}.pdf"
    return HttpResponse(
        bytes(file.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
