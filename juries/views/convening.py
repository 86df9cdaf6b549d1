"""A convening answered, by the link of its mail or signed in; and followed by the secretariat."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.visitors import may_ask, open_to_visitors

from ..enums import ConveningAnswer, PaperKind, SessionMeans
from ..models import ANSWERS, ConveningNotice, JuryMember, JurySession, SessionPaperFile
from ..services import JuryRefusal, answer_convening, name_substitute, resend_notice
from .access import load_administered, refusals_told, signed_in, told

GESTURES = {
    ConveningAnswer.ROOM: "Je viens en salle",
    ConveningAnswer.REMOTE: "Je participe à distance",
    ConveningAnswer.EXCUSED: "Je suis excusé",
}
DIGITS = 18  # of a primary key
IN_WRITING = "Je voterai par écrit"
RELATED = ("seat__session", "seat__member__user", "seat__substitute__user", "member__user")


@open_to_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail, for whoever holds it. Opening it changes nothing: mail filters open links too."""
    notice = ConveningNotice.objects.open_with(token).select_related(*RELATED).first()
    if (notice is None or request.method == "POST") and not may_ask(request, "convening_link"):
        return render(request, "juries/convocation_throttled.html", status=429)
    if notice is None:
        return render(request, "juries/convocation_closed.html", status=404)
    if request.method == "POST":
        _answer(request, notice, by_link=True)
        return redirect(request.path)
    return _page(request, notice)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The same, signed in: a titular, and a substitute who is called before they have a seat."""
    notices = ConveningNotice.objects.visible_to(signed_in(request)).select_related(*RELATED)
    notice = get_object_or_404(notices, seat__session__reference=reference)
    if request.method == "POST":
        _answer(request, notice, by_link=False)
        return redirect("juries:convocation", reference)
    return _page(request, notice)


def _page(request: HttpRequest, notice: ConveningNotice) -> HttpResponse:
    seat, session = notice.seat, notice.seat.session
    context = {
        "convocation": notice,
        "seat": seat,
        "session": session,
        "gestures": gestures(session),
        "is_taken_over": seat.is_substituted and notice.member_id == seat.member_id,
        "is_substitute": notice.member_id != seat.member_id,
    }
    return render(request, "juries/convocation.html", context)


def gestures(session: JurySession) -> list[tuple[ConveningAnswer, str]]:
    """The answers that suit how the session is held, as the buttons say them."""
    words = GESTURES | ({ConveningAnswer.REMOTE: IN_WRITING} if session.is_written else {})
    return [(offered, words[offered]) for offered in ANSWERS[SessionMeans(session.means)]]


def _answer(request: HttpRequest, notice: ConveningNotice, *, by_link: bool) -> None:
    given = request.POST.get("answer", "")
    if given not in ConveningAnswer.values:
        messages.error(request, "Choisissez l’une des réponses.")
        return
    try:
        answer_convening(notice, ConveningAnswer(given), by=notice.member.user, at=timezone.now(), by_link=by_link)
    except JuryRefusal as refusal:
        messages.error(request, told(refusal))
    else:
        messages.success(request, "Votre réponse est enregistrée. Elle peut changer jusqu’à l’ouverture de la session.")


@require_POST
def resend(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    session = load_administered(request, reference)
    notice = get_object_or_404(_notices(session), pk=pk)
    with refusals_told(request):
        resend_notice(notice, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Un nouveau message part à {notice.member} ; le lien du précédent ne sert plus.")
    return redirect("juries:administration", reference)


@require_POST
def substitute(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Somebody else of the college for a seat that nobody is left to fill."""
    session = load_administered(request, reference)
    seat = get_object_or_404(session.seats.select_related("session"), number=number)
    given = request.POST.get("member", "")
    known = given.isdecimal() and given.isascii() and len(given) < DIGITS
    member = JuryMember.objects.filter(pk=given).first() if known else None
    if member is None:
        messages.error(request, "Choisissez un membre du collège.")
        return redirect("juries:administration", reference)
    with refusals_told(request):
        name_substitute(seat, member, by=signed_in(request), at=timezone.now())
        messages.success(request, f"{member} est suppléant du siège {number}.")
    return redirect("juries:administration", reference)


@require_safe
def paper(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    session = load_administered(request, reference)
    notice = get_object_or_404(_notices(session), pk=pk)
    file = SessionPaperFile.objects.filter(paper=notice.paper_id, paper__kind=PaperKind.NOTICE).first()
    if file is None:
        messages.info(request, "La convocation se dessine : rouvrez-la dans un instant.")
        return redirect("juries:administration", reference)
    name = f"convocation-{reference}-{notice.seat.number}.pdf"
    return HttpResponse(
        bytes(file.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def _notices(session: JurySession) -> QuerySet[ConveningNotice]:
    return ConveningNotice.objects.filter(seat__session=session).select_related(*RELATED)
