"""Publishing results, now or at a set moment; the letters that they leave in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.merging import merged

from ..aftermath import letters_to_print
from ..enums import PaperKind
from ..forms import ScheduleForm
from ..models import Dossier, SessionPaperFile
from ..services import cancel_publication, publish, schedule_publication
from .access import load_administered, refusals_told, signed_in


@require_POST
def publication(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    with refusals_told(request):
        acquired = publish(session, by=signed_in(request), at=timezone.now())
        messages.success(request, f"Les résultats sont publiés. Blocs acquis : {len(acquired)}.")
    return redirect("juries:administration", reference)


@require_POST
def schedule(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez le jour et l’heure de la publication.")
        return redirect("juries:administration", reference)
    with refusals_told(request):
        schedule_publication(session, due_at=form.due_at, by=signed_in(request), at=timezone.now())
        messages.success(request, "La publication est prévue. Rien ne se voit avant ce moment.")
    return redirect("juries:administration", reference)


@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    session = load_administered(request, reference)
    with refusals_told(request):
        cancel_publication(session, by=signed_in(request), at=timezone.now())
        messages.success(request, "La publication n’est plus prévue.")
    return redirect("juries:administration", reference)


@require_safe
def letter(request: HttpRequest, reference: str, enrolment: str) -> HttpResponse:
    session = load_administered(request, reference)
    dossiers = Dossier.objects.visible_to(signed_in(request)).filter(session=session, enrolment__reference=enrolment)
    files = SessionPaperFile.objects.filter(paper__kind=PaperKind.LETTER, paper__dossier__in=dossiers)
    return _pdf(bytes(get_object_or_404(files).content), f"resultats-{enrolment}.pdf")


@require_safe
def letters(request: HttpRequest, reference: str) -> HttpResponse:
    """Those that no mail takes, in one file to print."""
    session = load_administered(request, reference)
    papers = letters_to_print(session, signed_in(request))
    files = SessionPaperFile.objects.filter(paper__in=papers).order_by("paper__dossier__position")
    contents = [bytes(content) for content in files.values_list("content", flat=True)]
    if not contents:
        messages.info(request, "Aucune lettre n’est à envoyer par courrier.")
        return redirect(f"{reverse('juries:administration', args=[reference])}#lettres")
    return _pdf(merged(contents, title=f"Lettres de résultats, session {reference}"), f"lettres-{reference}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
