"""What is made of sealed minutes: their addenda, the extract of one dossier."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ..enums import PaperKind
from ..forms import AddendumForm
from ..models import Dossier, JurySession, SessionPaperFile
from ..permissions import may_read_whole_minutes
from ..reading.minutes import addenda_of
from ..services import add_addendum, make_extract
from .access import load_administered, load_chaired, load_session, refusals_told, signed_in


def correctable(session: JurySession, request: HttpRequest) -> QuerySet[Dossier]:
    """The dossiers of which this reader may write an addendum."""
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session)
    return dossiers.select_related("session", "enrolment__candidate").order_by("position")


@require_POST
def addendum(request: HttpRequest, reference: str) -> HttpResponse:
    session, _ = load_chaired(request, reference)
    form = AddendumForm(request.POST, dossiers=correctable(session, request))
    with refusals_told(request):
        if form.is_valid():
            add_addendum(session, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, "L’additif est scellé ; il s’ajoute au procès-verbal.")
        else:
            messages.error(request, "Écrivez ce que l’additif corrige, et par quoi.")
    return redirect("juries:minutes", reference)


@require_safe
def addendum_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """It prints the hash of the whole minutes: a recused member reads its words on the page."""
    session = load_session(request, reference)
    user = signed_in(request)
    if not may_read_whole_minutes(user, session):
        return redirect("juries:minutes", reference)
    paper = next((paper for paper in addenda_of(session, user) if paper.number == number), None)
    if paper is None:
        raise Http404
    return _pdf(get_object_or_404(SessionPaperFile, paper=paper), f"additif-{number}-{reference}.pdf")


@require_POST
def extract(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    session = load_administered(request, reference)
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session)
    dossier = get_object_or_404(dossiers.select_related("session", "enrolment"), enrolment__reference=enrolment)
    with refusals_told(request):
        make_extract(dossier, by=signed_in(request), at=timezone.now())
        messages.success(request, "L’extrait est établi ; son document arrive dans un instant.")
    return redirect("juries:minutes", reference)


@require_safe
def extract_pdf(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    session = load_administered(request, reference)
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session, enrolment__reference=enrolment)
    files = SessionPaperFile.objects.filter(paper__kind=PaperKind.EXTRACT, paper__dossier__in=dossiers)
    return _pdf(get_object_or_404(files), f"extrait-{enrolment}.pdf")


def _pdf(file: SessionPaperFile, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(file.content), content_type="application/pdf", headers=headers)
