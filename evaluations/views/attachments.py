"""Files joined to an evaluation: sent without leaving its page, taken off while it is a draft, read by who reads it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from documents.uploads import UploadRefused, download, kept, upload_in

from ..models import Attachment, Evaluation
from ..models.attachments import ATTACHMENTS
from ..services import AttachmentGone, EntryRefused, TooManyAttachments, attach, remove_attachment
from .desk import Desk, desk_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: SignedInRequest, reference: str, block: str, channel: str) -> HttpResponse:
    """The files of a draft, on a page of their own; to a script, their list alone."""
    desk = _entered_desk(request, reference, block, channel)
    if request.method == "POST":
        return _attach(request, desk)
    return _answer(request, desk) if desk.is_open else redirect(desk.place.url)


def _attach(request: SignedInRequest, desk: Desk) -> HttpResponse:
    try:
        with kept(upload_in(request, "file"), folder=ATTACHMENTS) as file:
            attach(desk.enrolled_block, desk.channel, file, by=desk.user, at=timezone.now())
    except (UploadRefused, TooManyAttachments) as refused:
        return _answer(request, desk, refused=refused.sentence, status=422)
    except EntryRefused as refused:
        return _answer(request, desk, refused=refused.sentence, status=409)
    return _done(request, desk, "Fichier joint.")


@require_POST
def remove(request: SignedInRequest, reference: str, block: str, channel: str, pk: int) -> HttpResponse:
    desk = _entered_desk(request, reference, block, channel)
    try:
        remove_attachment(desk.enrolled_block, desk.channel, pk, by=desk.user, at=timezone.now())
    except AttachmentGone as gone:
        raise Http404 from gone
    except EntryRefused as refused:
        return _answer(request, desk, refused=refused.sentence, status=409)
    return _done(request, desk, "Fichier retiré.")


@require_safe
def attachment(request: SignedInRequest, reference: str, block: str, channel: str, pk: int) -> HttpResponse:
    """To whoever reads the evaluation whole, whatever its attempt and its state."""
    readable = Attachment.objects.of(Evaluation.objects.visible_to(request.user)).filter(
        evaluation__enrolled_block__enrolment__reference=reference,
        evaluation__enrolled_block__block__code=block,
        evaluation__channel__code=channel,
    )
    return download(get_object_or_404(readable, pk=pk).file)


def _entered_desk(request: SignedInRequest, reference: str, block: str, channel: str) -> Desk:
    desk = desk_or_404(request, reference, block, channel)
    if not desk.may_enter:
        raise Http404
    return desk


def _done(request: SignedInRequest, desk: Desk, sentence: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _answer(request, desk_or_404(request, *desk.place))
    messages.success(request, sentence)
    return redirect("evaluations:attachments", *desk.place)


def _answer(request: SignedInRequest, desk: Desk, *, refused: str = "", status: int = 200) -> HttpResponse:
    is_fragment = request.headers.get("HX-Request")
    template = "evaluations/parts/attachment_list.html" if is_fragment else "evaluations/attachments.html"
    return render(request, template, {"desk": desk, "refused": refused}, status=status)
