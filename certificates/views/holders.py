"""The holder's page, by the link of their mail, and what they share of it. Nobody signs in, and no session is read.

Forms carry no CSRF token: it would take a cookie, and nothing here rests on one. The address is the only right, and a
page elsewhere does not know it.
"""

from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.visitors import View, may_ask, open_to_visitors

from .. import holding, services
from ..after import held_by
from ..enums import CertificateState
from ..forms import SHARED_BY_DEFAULT, ShareForm
from ..models import Certificate, HolderLink, Share
from ..register_files import known_by
from ..verification import of_certificate
from .credentials import credential_file

PDF = "application/pdf"
COUNTED_AS = "holder_link"


def by_link(view: View) -> View:
    """For whoever holds a holder's link. One answer for unknown and withdrawn; too many wrong ones are slowed down.

    A gesture counts as a try, even with a good link: each writes.
    """

    @open_to_visitors
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        link = HolderLink.objects.opened_with(token).select_related("candidate").first()
        if (link is None or request.method == "POST") and not may_ask(request, COUNTED_AS):
            return _slowed_down(request)
        if link is None:
            return render(request, "certificates/holder_closed.html", status=404)
        return view(request, link, token, **kwargs)

    return opened


def _slowed_down(request: HttpRequest) -> HttpResponse:
    return render(request, "certificates/holder_throttled.html", status=429)


def _valid(link: HolderLink, number: str) -> Certificate:
    papers: QuerySet[Certificate] = link.candidate.certificates.select_related("file", "supplement")
    found = papers.filter(number=number, state=CertificateState.PUBLISHED).first()
    if found is None:
        raise Http404
    return found


@by_link
@require_safe
def holder(request: HttpRequest, link: HolderLink, token: str) -> HttpResponse:
    """Opening it changes nothing: mail filters open links too."""
    context = {"holder": link.candidate, "papers": held_by(link.candidate, at=timezone.now()), "token": token}
    return render(request, "certificates/holder.html", context)


@by_link
@require_safe
def paper(request: HttpRequest, link: HolderLink, token: str, number: str) -> HttpResponse:
    return _download(bytes(_valid(link, number).file.content), f"{number}.pdf")


@by_link
@require_safe
def supplement(request: HttpRequest, link: HolderLink, token: str, number: str) -> HttpResponse:
    """Not one that the register has not signed: the holder would hand on what verification then denies."""
    certificate = _valid(link, number)
    if not hasattr(certificate, "supplement") or not known_by(certificate, certificate.supplement.sha256):
        raise Http404
    return _download(bytes(certificate.supplement.content), f"{number}-supplement.pdf")


@by_link
@require_safe
def credential(request: HttpRequest, link: HolderLink, token: str, number: str, form: str) -> HttpResponse:
    return credential_file(_valid(link, number), form)


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=PDF, headers=headers)


@csrf_exempt
@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, link: HolderLink, token: str, number: str) -> HttpResponse:
    """The new address is in the answer to the form, and nowhere afterwards."""
    certificate, at = _valid(link, number), timezone.now()
    today = timezone.localdate(at)
    initial = {"ends_on": today + SHARED_BY_DEFAULT, "form": holding.new_form()}
    form = ShareForm(request.POST if request.method == "POST" else None, initial=initial, today=today)
    context = {"certificate": certificate, "form": form, "token": token}
    if form.is_valid():
        try:
            made, secret = _share(certificate, link, form, at)
        except services.PaperRefusal as refused:
            form.add_error(None, str(refused))
        else:
            address = urljoin(settings.SITE_URL, reverse("certificates:shared", args=[secret]))
            return render(request, "certificates/share_made.html", context | {"share": made, "address": address})
    return render(request, "certificates/share_form.html", context, status=422 if form.errors else 200)


def _share(certificate: Certificate, link: HolderLink, form: ShareForm, at: datetime) -> tuple[Share, str]:
    said = form.cleaned_data
    return services.share(certificate, link=link, form=said["form"], label=said["label"], ends_at=form.ends_at, at=at)


@csrf_exempt
@by_link
@require_POST
def take_back(request: HttpRequest, link: HolderLink, token: str, pk: int) -> HttpResponse:
    given = get_object_or_404(Share, pk=pk, certificate__candidate=link.candidate)
    services.take_back(given, at=timezone.now())
    return redirect("certificates:holder", token)


@open_to_visitors
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What the paper says and its present state, as the register signs it, for whoever the holder gave the address."""
    given = Share.objects.opened_with(token, timezone.now()).first()
    if given is None and not may_ask(request, COUNTED_AS):
        return _slowed_down(request)
    if given is None:
        return render(request, "certificates/share_closed.html", status=404)
    answer = of_certificate(given.certificate_id, at=timezone.now())
    context = {"answer": answer, "paper": answer and answer.paper, "share": given}
    return render(request, "certificates/shared.html", context)
