"""The holder's page, by the link of their mail, and what they share of it. Nobody signs in, and no session is read.

Forms carry no CSRF token: it would take a cookie, and nothing here rests on one. The address is the only right, and a
page elsewhere does not know it.
"""

from datetime import datetime
from urllib.parse import urljoin

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import holding, services
from ..after import held_by
from ..enums import CertificateState
from ..lifecycle_forms import SHARED_BY_DEFAULT, ShareForm
from ..models import Certificate, HolderLink, Share
from ..verification import of_certificate
from .credentials import credential_file

PDF = "application/pdf"


def _unindexed(response: HttpResponse) -> HttpResponse:
    """A secret in an address: kept by nobody, told to nobody."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, no_store=True)
    return response


def _may_try(request: HttpRequest) -> bool:
    """So many an hour from one address. What only reads is counted too: that is how a link is guessed."""
    return ratelimit.consume_or_429(request, action="holder_link", limit_get=True) is None


def _link(request: HttpRequest, token: str) -> HolderLink | HttpResponse:
    """One answer for unknown and withdrawn; too many wrong ones from an address are slowed down."""
    link = HolderLink.objects.opened_with(token).select_related("candidate").first()
    if (link is None or request.method == "POST") and not _may_try(request):
        return _unindexed(render(request, "certificates/holder_throttled.html", status=429))
    if link is None:
        return _unindexed(render(request, "certificates/holder_closed.html", status=404))
    return link


def _valid(link: HolderLink, number: str) -> Certificate:
    papers: QuerySet[Certificate] = link.candidate.certificates.select_related("file", "supplement")
    found = papers.filter(number=number, state=CertificateState.PUBLISHED).first()
    if found is None:
        raise Http404
    return found


@login_not_required
@never_cache
@require_safe
def holder(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: mail filters open links too."""
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    return _holder_page(request, link, token)


def _holder_page(request: HttpRequest, link: HolderLink, token: str) -> HttpResponse:
    context = {"holder": link.candidate, "papers": held_by(link.candidate, at=timezone.now()), "token": token}
    return _unindexed(render(request, "certificates/holder.html", context))


@login_not_required
@never_cache
@require_safe
def paper(request: HttpRequest, token: str, number: str) -> HttpResponse:
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    certificate = _valid(link, number)
    return _download(bytes(certificate.file.content), f"{number}.pdf")


@login_not_required
@never_cache
@require_safe
def credential(request: HttpRequest, token: str, number: str, form: str) -> HttpResponse:
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    return _unindexed(credential_file(_valid(link, number), form))


@login_not_required
@never_cache
@require_safe
def supplement(request: HttpRequest, token: str, number: str) -> HttpResponse:
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    certificate = _valid(link, number)
    if not hasattr(certificate, "supplement"):
        raise Http404
    return _download(bytes(certificate.supplement.content), f"{number}-supplement.pdf")


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return _unindexed(HttpResponse(content, content_type=PDF, headers=headers))


@login_not_required
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """The new address is in the answer to the form, and nowhere afterwards."""
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    certificate, at = _valid(link, number), timezone.now()
    today = timezone.localdate(at)
    initial = {"ends_on": today + SHARED_BY_DEFAULT, "form": holding.new_form()}
    form = ShareForm(request.POST if request.method == "POST" else None, initial=initial, today=today)
    if not form.is_valid():
        context = {"certificate": certificate, "form": form, "token": token}
        return _unindexed(
            render(request, "certificates/share_form.html", context, status=422 if form.is_bound else 200)
        )
    return _shared(request, link, certificate, form, token, at)


def _shared(
    request: HttpRequest, link: HolderLink, certificate: Certificate, form: ShareForm, token: str, at: datetime
) -> HttpResponse:
    try:
        made, secret = services.share(
            certificate,
            link=link,
            form=form.cleaned_data["form"],
            label=form.cleaned_data["label"],
            ends_at=form.ends_at,
            at=at,
        )
    except services.PaperRefusal as refused:
        form.add_error(None, str(refused))
        context = {"certificate": certificate, "form": form, "token": token}
        return _unindexed(render(request, "certificates/share_form.html", context, status=409))
    address = urljoin(settings.SITE_URL, reverse("certificates:shared", args=[secret]))
    context = {"certificate": certificate, "share": made, "address": address, "token": token}
    return _unindexed(render(request, "certificates/share_made.html", context))


@login_not_required
@never_cache
@csrf_exempt
@require_POST
def take_back(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    link = _link(request, token)
    if isinstance(link, HttpResponse):
        return link
    given = Share.objects.filter(pk=pk, certificate__candidate=link.candidate).first()
    if given is None:
        raise Http404
    services.take_back(given, at=timezone.now())
    return _unindexed(redirect("certificates:holder", token))


@login_not_required
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What the paper says and its present state, as the register signs it, for whoever the holder gave the address."""
    given = Share.objects.opened_with(token, timezone.now()).first()
    if given is None:
        if not _may_try(request):
            return _unindexed(render(request, "certificates/holder_throttled.html", status=429))
        return _unindexed(render(request, "certificates/share_closed.html", status=404))
    answer = of_certificate(given.certificate_id, at=timezone.now())
    context = {"answer": answer, "paper": answer and answer.paper, "share": given}
    return _unindexed(render(request, "certificates/shared.html", context))
